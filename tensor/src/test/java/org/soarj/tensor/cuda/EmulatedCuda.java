package org.soarj.tensor.cuda;

import java.io.IOException;
import java.util.Optional;
import org.soarj.tensor.backend.Backend;

/** The CUDA backend on an emulated card, where there is a compiler for its kernels; also for the tests of other modules. */
public final class EmulatedCuda implements AutoCloseable {
    private static final long BYTES = 1L << 30;

    private final EmulatedDevice card;
    private final Backend backend;

    private EmulatedCuda(EmulatedDevice card, FloatProducts rounding) {
        this.card = card;
        this.backend = new CudaBackend(card, rounding);
    }

    /** Why there is none, in one line; empty where there is one. */
    public static Optional<String> missing() {
        try {
            KernelEmulator.load();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while the emulator of the CUDA kernels was built");
        }
    }

    /** A card of its own and a backend on it. */
    public static EmulatedCuda open() {
        return open(FloatProducts.F32);
    }

    /** The same, with products that round so. */
    static EmulatedCuda open(FloatProducts rounding) {
        return open(rounding, BYTES);
    }

    /** The same, on a card with so much memory. */
    static EmulatedCuda open(FloatProducts rounding, long bytes) {
        try {
            return new EmulatedCuda(new EmulatedDevice(KernelEmulator.load(), bytes), rounding);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What computes on the card. */
    public Backend backend() {
        return backend;
    }

    /** Bytes that went from the host to the card. */
    public long uploadedBytes() {
        return card.uploadedBytes;
    }

    /** Bytes that went from the card to the host. */
    public long downloadedBytes() {
        return card.downloadedBytes;
    }

    /** How often a kernel of ours was launched. */
    int launches() {
        return card.launches;
    }

    /** How often memory was asked for. */
    public int allocations() {
        return card.allocations;
    }

    @Override
    public void close() {
        backend.close();
    }
}
