package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkPoolTest {

    private static int[] timesRun(WorkPool pool, int tasks) {
        AtomicIntegerArray times = new AtomicIntegerArray(tasks);
        pool.run(tasks, times::incrementAndGet);
        int[] result = new int[tasks];
        Arrays.setAll(result, times::get);
        return result;
    }

    private static int[] once(int tasks) {
        int[] ones = new int[tasks];
        Arrays.fill(ones, 1);
        return ones;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyTaskRunsOnce(int threads) {
        try (WorkPool pool = new WorkPool(threads)) {
            for (int round = 0; round < 2_000; round++) {
                int tasks = round % 20;
                assertArrayEquals(once(tasks), timesRun(pool, tasks));
            }
        }
    }

    @Test
    void everyTaskOfSeveralTurnsRunsOnce() {
        try (WorkPool pool = new WorkPool(2)) {
            for (int tasks : new int[] {WorkPool.TURN_TASKS, WorkPool.TURN_TASKS + 1, 2 * WorkPool.TURN_TASKS + 3}) {
                assertArrayEquals(once(tasks), timesRun(pool, tasks));
            }
        }
    }

    /** So that each core meets the rows again that it wrote; both tasks wait for the other, so that no thread takes two. */
    @Test
    void theCallerBeginsAtTheFrontAndAWorkerAtTheBack() {
        try (WorkPool pool = new WorkPool(2)) {
            for (int round = 0; round < 50; round++) {
                CountDownLatch met = new CountDownLatch(2);
                Thread[] who = new Thread[2];
                pool.run(2, task -> {
                    who[task] = Thread.currentThread();
                    await(met);
                });
                assertSame(Thread.currentThread(), who[0]);
            }
        }
    }

    private static void await(CountDownLatch met) {
        met.countDown();
        try {
            assertTrue(met.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Pauses of many lengths, so that workers are found spinning, parked and on their way to either. */
    @Test
    void workersThatParkedComeBack() {
        try (WorkPool pool = new WorkPool(3)) {
            for (int round = 0; round < 300; round++) {
                assertArrayEquals(once(7), timesRun(pool, 7));
                LockSupport.parkNanos(10_000L * (round % 100));
            }
        }
    }

    /** Tasks that wait for each other can end only if as many threads run them: nobody was left asleep. */
    @Test
    void asManyThreadsWorkAsThereAreTasks() {
        try (WorkPool pool = new WorkPool(4)) {
            for (int round = 0; round < 20; round++) {
                LockSupport.parkNanos(2_000_000L * (round % 5));
                CountDownLatch met = new CountDownLatch(4);
                pool.run(4, task -> await(met));
                assertEquals(0, met.getCount());
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndThePoolGoesOn() {
        try (WorkPool pool = new WorkPool(3)) {
            IllegalStateException failure = new IllegalStateException("task 5");
            assertSame(failure, assertThrows(IllegalStateException.class, () -> pool.run(9, task -> {
                if (task == 5) {
                    throw failure;
                }
            })));
            assertArrayEquals(once(9), timesRun(pool, 9));
        }
    }

    @Test
    void handingOverAllocatesNothing() {
        var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicIntegerArray times = new AtomicIntegerArray(5);
        IntConsumer body = times::incrementAndGet;
        int rounds = 2_000;
        try (WorkPool pool = new WorkPool(2)) {
            pool.run(5, body);
            long before = memory.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < rounds; round++) {
                pool.run(5, body);
            }
            long bytes = memory.getCurrentThreadAllocatedBytes() - before;
            assertTrue(bytes < rounds, () -> rounds + " jobs allocated " + bytes + " bytes");
        }
    }

    @Test
    void aTaskMayRunTasks() {
        try (WorkPool pool = new WorkPool(2)) {
            AtomicIntegerArray times = new AtomicIntegerArray(12);
            pool.run(3, outer -> pool.run(4, inner -> times.incrementAndGet(outer * 4 + inner)));
            for (int i = 0; i < times.length(); i++) {
                assertEquals(1, times.get(i));
            }
        }
    }

    @Test
    void noThreadsAreRefused() {
        assertEquals("threads: at least 1 is needed, got 0",
                assertThrows(IllegalArgumentException.class, () -> new WorkPool(0)).getMessage());
    }
}
