package org.soarj.tensor.backend;

import java.util.Optional;

/** Finds out whether a backend can run here and makes it; found through {@link java.util.ServiceLoader}. */
public interface BackendProvider {

    /** The name a user asks for: {@code cpu}, {@code reference}. */
    String name();

    /** Whether {@link #create} would work on this machine; never throws. */
    Probe probe();

    /**
     * Makes the backend.
     *
     * @param threads threads that kernels may use, the caller's included; at least 1
     */
    Backend create(int threads);

    /**
     * The ceilings of what this backend runs on, for benchmarks; empty where nobody would compare.
     *
     * @param threads threads that are measured together; at least 1
     */
    default Optional<Ceilings> ceilings(int threads) {
        return Optional.empty();
    }

    /** The answer of {@link #probe}. */
    sealed interface Probe {
        /** @param detail what was found, such as the vector width */
        record Ready(String detail) implements Probe {}

        /**
         * @param reason what is missing
         * @param remedy what to do about it
         */
        record Unavailable(String reason, String remedy) implements Probe {}
    }
}
