package org.soarj.rl.verify;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs work in a thread of its own and stops waiting when its time is up. */
record Deadline(Duration limit) {
    Deadline {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("deadline: the limit must be above 0, got " + limit);
        }
    }

    /**
     * The result, or empty when the time ran out; the worker is then interrupted, and left behind if it does not listen.
     * A platform thread, since one that never blocks would hold a carrier of the virtual ones.
     *
     * @throws ExecutionException when the work threw
     */
    <T> Optional<T> run(Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread worker = Thread.ofPlatform().daemon().name("answer-check").start(task);
        try {
            return Optional.of(task.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException _) {
            worker.interrupt();
            return Optional.empty();
        } catch (InterruptedException _) {
            worker.interrupt();
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
