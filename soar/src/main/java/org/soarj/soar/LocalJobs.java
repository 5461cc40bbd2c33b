package org.soarj.soar;

import java.util.List;
import java.util.Optional;
import org.soarj.tensor.Rng;

/**
 * Runs the jobs of a step on threads of this JVM, one for each worker, and tries a failed one again with the same seed, so
 * that what comes back are the bits that the first attempt would have given.
 *
 * @param workers what runs a job; each has one job at a time, and which one it gets changes no number
 * @param attempts how often a job is tried before it has failed for good; at least 1
 * @param failures hears of every failed attempt, on the thread that ran it
 */
public record LocalJobs<W>(List<InnerLoop<W>> workers, int attempts, Failures failures) implements InnerLoop<W> {

    /** Hears of failed attempts. */
    @FunctionalInterface
    public interface Failures {
        /** @param last whether the job is given up */
        void failed(String job, int attempt, RuntimeException cause, boolean last);
    }

    /** @throws IllegalArgumentException when there is no worker, or no attempt is allowed */
    public LocalJobs {
        workers = List.copyOf(workers);
        SoarSettings.atLeast(1, workers.size(), "jobs.workers", "somebody has to do the work");
        SoarSettings.atLeast(1, attempts, "jobs.attempts", "a job is tried at least once");
    }

    @Override
    public InnerResult<W> run(InnerJob<W> job) {
        return workers.getFirst().run(job);
    }

    @Override
    public List<Optional<InnerResult<W>>> runAll(List<InnerJob<W>> jobs) {
        return SideBySide.run(workers, jobs, this::tried);
    }

    private Optional<InnerResult<W>> tried(InnerLoop<W> worker, InnerJob<W> job) {
        // A stream that a failed attempt drew from would go on where that broke off.
        Rng.State seed = job.rng().state();
        for (int attempt = 1; attempt <= attempts; attempt++) {
            try {
                return Optional.of(worker.run(job.withRng(Rng.restore(seed))));
            } catch (RuntimeException failure) {
                failures.failed(job.coordinates(), attempt, failure, attempt == attempts);
            }
        }
        return Optional.empty();
    }
}
