package org.soarj.soar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Jobs done by workers on threads of this JVM, the first on the caller's, each with one job at a time. Which worker gets a job
 * must change no number.
 */
public final class SideBySide {
    private SideBySide() {}

    /** Does one job. */
    @FunctionalInterface
    public interface Work<W, J, R> {
        R run(W worker, J job);
    }

    /**
     * The results in the order of the jobs. After a failure no further job is begun, and the failure is thrown here.
     *
     * @param workers at least one
     */
    public static <W, J, R> List<R> run(List<W> workers, List<J> jobs, Work<W, J, R> work) {
        List<R> results = new ArrayList<>(Collections.nCopies(jobs.size(), null));
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (W worker : workers.subList(1, workers.size())) {
                running.add(threads.submit(() -> take(worker, jobs, next, work, results)));
            }
            take(workers.getFirst(), jobs, next, work, results);
            running.forEach(SideBySide::await);
        }
        return List.copyOf(results);
    }

    /** Every index is one worker's alone, and the wait for the workers makes what they set visible. */
    private static <W, J, R> void take(W worker, List<J> jobs, AtomicInteger next, Work<W, J, R> work, List<R> results) {
        try {
            for (int i = next.getAndIncrement(); i < jobs.size(); i = next.getAndIncrement()) {
                results.set(i, work.run(worker, jobs.get(i)));
            }
        } catch (RuntimeException | Error failed) {
            next.set(jobs.size());
            throw failed;
        }
    }

    private static void await(Future<?> worker) {
        try {
            worker.get();
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException wrong -> throw wrong;
                case Error worse -> throw worse;
                case Throwable other -> throw new IllegalStateException(other);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("jobs were interrupted", stopped);
        }
    }
}
