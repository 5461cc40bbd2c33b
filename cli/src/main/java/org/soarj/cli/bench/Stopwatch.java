package org.soarj.cli.bench;

import java.util.Arrays;
import java.util.function.IntConsumer;
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
        return median(awaited(backend, work));
    }

    private static Runnable awaited(Backend backend, Runnable work) {
        return () -> {
            work.run();
            backend.await();
        };
    }

    /** Median seconds of one run of {@code work}. */
    public double median(Runnable work) {
        warmUp(work);
        return measured(work, measure, LEAST);
    }

    private static double measured(Runnable work, double measure, int least) {
        double[] seconds = new double[64];
        int runs = 0;
        long end = System.nanoTime() + (long) (measure * 1e9);
        while (runs < least || System.nanoTime() < end) {
            long start = System.nanoTime();
            work.run();
            if (runs == seconds.length) {
                seconds = Arrays.copyOf(seconds, 2 * runs);
            }
            seconds[runs++] = (System.nanoTime() - start) / 1e9;
        }
        return median(Arrays.copyOf(seconds, runs));
    }

    /**
     * Median seconds of one run of {@code work} in each of {@code turns} turns, which share the seconds of measured runs; each has one
     * at least.
     *
     * @param beside called before the first turn with 0, and after each with its number from 1 on: measures what the work is compared with
     */
    double[] turns(Backend backend, Runnable work, int turns, IntConsumer beside) {
        Runnable awaited = awaited(backend, work);
        warmUp(awaited);
        double[] seconds = new double[turns];
        beside.accept(0);
        for (int turn = 0; turn < turns; turn++) {
            seconds[turn] = measured(awaited, measure / turns, 1);
            beside.accept(turn + 1);
        }
        return seconds;
    }

    /**
     * The median over the turns of a rate as a share of the mean of those just before and just after it: a machine that others use too is
     * not equally fast from one second to the next.
     *
     * @param work of one run: in {@code seconds} it has the rate {@code work / seconds}
     * @param beside rates, one more than turns
     */
    static double share(double work, double[] seconds, double[] beside) {
        double[] shares = new double[seconds.length];
        for (int turn = 0; turn < shares.length; turn++) {
            shares[turn] = work / seconds[turn] / ((beside[turn] + beside[turn + 1]) / 2);
        }
        return median(shares);
    }

    /** The mean of the two in the middle, if there is no one. */
    static double median(double[] numbers) {
        double[] ascending = numbers.clone();
        Arrays.sort(ascending);
        return (ascending[(ascending.length - 1) / 2] + ascending[ascending.length / 2]) / 2;
    }

    /** Runs {@code work} until it gets no faster; once at least. */
    void warmUp(Runnable work) {
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
