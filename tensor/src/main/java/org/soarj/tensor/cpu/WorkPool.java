package org.soarj.tensor.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A fixed set of threads that share the tasks of one kernel at a time; the caller works too.
 *
 * <p>Tasks are cut by the kernel from shapes alone and do not depend on each other, so who runs which task never shows in
 * the result. A worker spins for a short while before it parks: handing over then costs about a microsecond, where an
 * executor takes tens, and an idle pool still leaves its core to others. Only as many parked workers are woken as there
 * are tasks for them, because waking one costs the caller microseconds.
 *
 * <p>The caller takes the first task that is left, a worker the last: of kernels over the same rows, one after the other, most
 * rows are then met by the core whose cache has them. Where two cores share no cache, a training step of small products takes
 * an eighth less time.
 */
final class WorkPool implements AutoCloseable {
    private static final int SPINS_BEFORE_PARKING = 20_000;

    /** A caller that waits for the last tasks then gives its core away between looks: a worker may need it. */
    private static final int SPINS_BEFORE_YIELDING = 20_000;

    private static final long NEXT_TURN = 1L << Integer.SIZE;
    /** One task fewer at the end of a ticket. */
    private static final int LAST = 1 << Short.SIZE;
    /** Most tasks of a turn; more take several. */
    static final int TURN_TASKS = LAST - 1;

    private final Worker[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();
    /**
     * The turn in the upper half; in the lower the end of the tasks that are left and, below it, the first of them.
     * {@link #body} and {@link #start} change while there is no task to take, and the turn with them: whoever succeeds in
     * taking a task has read those of its turn.
     */
    private final AtomicLong ticket = new AtomicLong();
    private final AtomicInteger done = new AtomicInteger();
    private IntConsumer body;
    /** The task that the turn counts as 0. */
    private int start;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** @param threads threads that work on a job, the caller's included */
    WorkPool(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: at least 1 is needed, got " + threads);
        }
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker("soarj-cpu-" + (i + 1));
            workers[i].thread.start();
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
            for (int from = 0, count; from < tasks; from += count) {
                count = Math.min(TURN_TASKS, tasks - from);
                turn(from, count, body);
            }
        } finally {
            this.body = null;
            failure = null;
            busy.set(false);
        }
    }

    private void turn(int from, int count, IntConsumer job) {
        start = from;
        body = job;
        done.set(0);
        ticket.set((ticket.get() >>> Integer.SIZE << Integer.SIZE) + NEXT_TURN + (long) count * LAST);
        wake(count - 1);
        help(true);
        await(count);
    }

    /** Sees to it that {@code wanted} workers look at the job: those that spin do already, parked ones are woken. */
    private void wake(int wanted) {
        int missing = wanted;
        for (Worker worker : workers) {
            missing -= worker.parked ? 0 : 1;
        }
        for (int i = 0; i < workers.length && missing > 0; i++) {
            if (workers[i].parked) {
                LockSupport.unpark(workers[i].thread);
                missing--;
            }
        }
    }

    /** Takes tasks as long as there are any. */
    private void help(boolean caller) {
        for (long seen = ticket.get(); left(seen); seen = ticket.get()) {
            int task = start + (caller ? first(seen) : end(seen) - 1);
            IntConsumer work = body;
            if (ticket.compareAndSet(seen, caller ? seen + 1 : seen - LAST)) {
                try {
                    work.accept(task);
                } catch (RuntimeException | Error e) {
                    failure = e;
                } finally {
                    done.incrementAndGet();
                }
            }
        }
    }

    private static boolean left(long ticket) {
        return first(ticket) < end(ticket);
    }

    private static int first(long ticket) {
        return (int) ticket & TURN_TASKS;
    }

    private static int end(long ticket) {
        return (int) ticket >>> Short.SIZE;
    }

    private void await(int tasks) {
        for (int spins = 0; done.get() < tasks; spins++) {
            if (spins < SPINS_BEFORE_YIELDING) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        switch (failure) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> { }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            LockSupport.unpark(worker.thread);
        }
    }

    private final class Worker implements Runnable {
        private final Thread thread;
        /** Set before the last look at the job: a caller that sees it unset has a worker that will see its job. */
        private volatile boolean parked;

        Worker(String name) {
            thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
        }

        @Override
        public void run() {
            int idle = 0;
            while (!closed) {
                if (left(ticket.get())) {
                    parked = false;
                    help(false);
                    idle = 0;
                } else if (++idle < SPINS_BEFORE_PARKING) {
                    Thread.onSpinWait();
                } else if (!parked) {
                    parked = true;
                } else {
                    LockSupport.park(WorkPool.this);
                    parked = false;
                    idle = 0;
                }
            }
        }
    }
}
