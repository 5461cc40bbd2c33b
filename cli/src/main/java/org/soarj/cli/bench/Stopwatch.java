package org.soarj.cli.bench;

import java.util.Arrays;
import org.soarj.tensor.backend.Backend;

/**
 * Times a piece of work: runs it for a while unmeasured, so that the compiler has seen it, then takes the median.
 *
 * @param warmUp seconds before anything counts in which no run is a tenth faster than all before: the first runs of a large kernel take
 *               seconds, until it is compiled
 * @param measure seconds of measured runs; at least {@link #LEAST} runs whatever they take
 */
public record Stopwatch(double warmUp, double measure) {
    private static final int LEAST = 5;

    /** Median seconds of one run of {@code work} until its kernels on {@code backend} have run. */
    public double median(Backend backend, Runnable work) {
        return median(() -> {
            work.run();
            backend.await();
        });
    }

    /** Median seconds of one run of {@code work}. */
    public double median(Runnable work) {
        warmUp(work);
        double[] seconds = new double[64];
        int runs = 0;
        long end = System.nanoTime() + (long) (measure * 1e9);
        while (runs < LEAST || System.nanoTime() < end) {
            long start = System.nanoTime();
            work.run();
            if (runs == seconds.length) {
                seconds = Arrays.copyOf(seconds, 2 * runs);
            }
            seconds[runs++] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds, 0, runs);
        return (seconds[(runs - 1) / 2] + seconds[runs / 2]) / 2;
    }

    private void warmUp(Runnable work) {
        double fastest = Double.POSITIVE_INFINITY;
        long start = System.nanoTime();
        long since = start;
        do {
            work.run();
            long end = System.nanoTime();
            if (end - start < 0.9 * fastest) {
                fastest = end - start;
                since = end;
            }
            start = end;
        } while (start - since < warmUp * 1e9);
    }
}
