package org.soarj.cli;

import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.tensor.backend.BackendProvider.Probe;
import org.soarj.tensor.backend.Ceilings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose where kernels run; mixed into every command that computes. */
final class Compute {
    private static final String AUTO = "auto";
    private static final String CPU = "cpu";
    private static final String CUDA = "cuda";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = {"--device", "--backend"}, defaultValue = CPU, description = "Where to compute: cpu, cuda (an NVIDIA card), auto "
            + "(the card if there is one) or reference (plain loops) (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(names = "--threads", description = "Threads of the CPU backend (default: the cores this process may use).")
    private Integer threads;

    /** What {@link #AUTO} came to when a backend was opened; null before. */
    private String chosen;

    /** The backend asked for. */
    Backend open() {
        return open(threads());
    }

    /** The backend asked for, with another number of threads. */
    Backend open(int count) {
        if (!device().equals(AUTO)) {
            return provider(device()).create(count);
        }
        try {
            Backend card = provider(CUDA).create(count);
            choose(CUDA, "card");
            return card;
        } catch (IllegalStateException unusable) {
            choose(CPU, "CPU: " + unusable.getMessage());
            return provider(CPU).create(count);
        }
    }

    /** Jobs that run side by side unless somebody says how many, once a backend is open: one a thread, and one on a card. */
    int jobs() {
        return device().equals(CUDA) ? 1 : threads();
    }

    /**
     * A backend for each of {@code count} jobs that run side by side: a share of the threads, or {@code backend} itself for one job, and
     * for all on a card. What jobs have in common is then in its memory once, and they take turns; two backends of a card would take it
     * from each other.
     *
     * @param opened gets those that the caller has to close
     */
    List<Backend> workers(Backend backend, int count, List<Backend> opened) {
        if (count == 1 || device().equals(CUDA)) {
            return Collections.nCopies(count, backend);
        }
        for (int i = 0; i < count; i++) {
            opened.add(open(Math.max(1, threads() / count)));
        }
        return opened;
    }

    private void choose(String device, String what) {
        chosen = device;
        command.commandLine().getErr().println("soar: computing on the " + what);
    }

    /** The name of the backend asked for; of what {@link #AUTO} came to once one was opened. */
    String device() {
        return chosen == null ? name : chosen;
    }

    /** Another backend, with the threads asked for. */
    Backend open(String other) {
        return provider(other).create(threads());
    }

    /** Every backend that this build knows, whether or not it can run here. */
    static List<BackendProvider> known() {
        return ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /** The ceilings of what the backend asked for runs on. */
    Ceilings ceilings() {
        return provider(device()).ceilings(threads()).orElseThrow(() -> new ParameterException(command.commandLine(),
                "--device: " + device() + " has no ceiling to be measured against; cpu and cuda have"));
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
        BackendProvider provider = known().stream().filter(known -> known.name().equals(wanted)).findFirst()
                .orElseThrow(() -> new ParameterException(command.commandLine(), "--device: " + wanted
                        + " is not known; cpu, cuda, auto and reference are"));
        if (provider.probe() instanceof Probe.Unavailable(String reason, String remedy)) {
            throw new IllegalStateException("backend " + wanted + " cannot run here: " + reason + "; " + remedy);
        }
        return provider;
    }
}
