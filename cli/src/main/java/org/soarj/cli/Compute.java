package org.soarj.cli;

import java.util.List;
import java.util.ServiceLoader;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.tensor.backend.Ceilings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose where kernels run; mixed into every command that computes. */
final class Compute {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--backend", defaultValue = "cpu", description = "cpu or reference (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--threads", description = "Threads of the CPU backend (default: the cores this process may use).")
    private Integer threads;

    /** The backend asked for. */
    Backend open() {
        return open(name);
    }

    /** The backend asked for, with another number of threads. */
    Backend open(int count) {
        return provider(name).create(count);
    }

    /** Another backend, with the threads asked for. */
    Backend open(String other) {
        return provider(other).create(threads());
    }

    /** Every backend that this build knows, whether or not it can run here. */
    static List<BackendProvider> known() {
        return ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /** The name of the backend asked for. */
    String name() {
        return name;
    }

    /** The ceilings of what the backend asked for runs on. */
    Ceilings ceilings() {
        return provider(name).ceilings(threads()).orElseThrow(() -> new ParameterException(command.commandLine(),
                "--backend: " + name + " has no ceiling to be measured against; cpu has"));
    }

    /** Threads asked for. */
    int threads() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1) {
            throw new ParameterException(command.commandLine(), "--threads: at least 1 is needed, got " + count);
        }
        return count;
    }

    private BackendProvider provider(String wanted) {
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (provider.name().equals(wanted)) {
                return switch (provider.probe()) {
                    case BackendProvider.Probe.Ready ready -> provider;
                    case BackendProvider.Probe.Unavailable(String reason, String remedy) ->
                        throw new IllegalStateException("backend " + wanted + " cannot run here: " + reason + "; " + remedy);
                };
            }
        }
        throw new ParameterException(command.commandLine(), "--backend: " + wanted + " is not known; cpu and reference are");
    }
}
