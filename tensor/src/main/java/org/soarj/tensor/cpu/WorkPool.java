package org.soarj.tensor.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A fixed set of threads that share the tasks of one kernel at a time; the caller works too.
 *
 * <p>Tasks are cut by the kernel from shapes alone and do not depend on each other, so who runs which task never shows in
 * the result. A worker spins for a short while before it parks: handing over then costs about a microsecond, where an
 * executor takes tens, and an idle pool still leaves its core to others.
 */
final class WorkPool implements AutoCloseable {
    private static final int SPINS_BEFORE_PARKING = 20_000;

    private final Thread[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Job job;
    private volatile boolean closed;

    /** @param threads threads that work on a job, the caller's included */
    WorkPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: at least 1 is needed, got " + threads);
        }
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = Thread.ofPlatform().daemon().name("soarj-cpu-" + (i + 1)).start(this::work);
        }
    }

    int threads() {
        return workers.length + 1;
    }

    /** Runs {@code body} for 0 to tasks-1 and returns when all are done; the first exception of a task is thrown here. */
    void run(int tasks, IntConsumer body) {
        boolean shared = tasks > 1 && workers.length > 0 && busy.compareAndSet(false, true);
        if (!shared) {
            for (int i = 0; i < tasks; i++) {
                body.accept(i);
            }
            return;
        }
        try {
            Job mine = new Job(tasks, body);
            job = mine;
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
            mine.help();
            mine.await();
        } finally {
            job = null;
            busy.set(false);
        }
    }

    private void work() {
        Job last = null;
        int idle = 0;
        while (!closed) {
            Job current = job;
            if (current != null && current != last) {
                current.help();
                last = current;
                idle = 0;
            } else if (++idle < SPINS_BEFORE_PARKING) {
                Thread.onSpinWait();
            } else {
                last = null;
                LockSupport.park(this);
                idle = 0;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    private static final class Job {
        private final int tasks;
        private final IntConsumer body;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private volatile Throwable failure;

        Job(int tasks, IntConsumer body) {
            this.tasks = tasks;
            this.body = body;
        }

        void help() {
            for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
                try {
                    body.accept(task);
                } catch (RuntimeException | Error e) {
                    failure = e;
                } finally {
                    done.incrementAndGet();
                }
            }
        }

        void await() {
            while (done.get() < tasks) {
                Thread.onSpinWait();
            }
            switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> { }
            }
        }
    }
}
