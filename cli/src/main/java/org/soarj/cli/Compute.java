package org.soarj.cli;

import java.util.ServiceLoader;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import picocli.CommandLine.Option;

/** The options that choose where kernels run; mixed into every command that computes. */
final class Compute {
    @Option(names = "--backend", defaultValue = "cpu", description = "cpu or reference (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--threads", description = "Threads of the CPU backend (default: the cores this process may use).")
    private Integer threads;

    /** The backend asked for. */
    Backend open() {
        return open(name);
    }

    /** Another backend, with the threads asked for. */
    Backend open(String name) {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1) {
            throw new IllegalArgumentException("--threads: at least 1 is needed, got " + count);
        }
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (provider.name().equals(name)) {
                return switch (provider.probe()) {
                    case BackendProvider.Probe.Ready ready -> provider.create(count);
                    case BackendProvider.Probe.Unavailable(String reason, String remedy) ->
                        throw new IllegalStateException("backend " + name + " cannot run here: " + reason + "; " + remedy);
                };
            }
        }
        throw new IllegalArgumentException("--backend: " + name + " is not known; cpu and reference are");
    }
}
