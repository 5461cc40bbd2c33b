package org.soarj.tensor.cpu;

import java.util.Arrays;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Ceilings;

/** The ceilings of the Vector API on this machine's cores. */
final class CpuCeilings implements Ceilings {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int ROUNDS = 40;
    private static final int WARM_UP = 10;
    /** Multiply-adds of one chain in one round; twelve chains hide the latency of any core of today. */
    private static final int CHAIN = 200_000;
    private static final int CHAINS = 12;
    /** What one call of {@link #chains} computes. */
    static final double OPERATIONS = 2.0 * CHAIN * CHAINS * Lanes.WIDTH;

    /** Calls of {@link #copy} after which it is compiled: until then Java copies long arrays at half of the speed. */
    private static final int COMPILED = 20_000;

    /** Numbers that {@link #loopCopy} copies at a time. */
    static final int COPY_STEP = 2 * Lanes.WIDTH;

    /** Numbers that {@link #sum} reads at a time. */
    static final int READ_STEP = 4 * Lanes.WIDTH;

    private interface Copy {
        /** Copies {@code n} numbers from {@link Tensor#FIRST} on. */
        void run(float[] from, float[] to, int n);
    }

    private final WorkPool pool;
    private final float[] sink;

    CpuCeilings(int threads) {
        pool = new WorkPool(threads);
        sink = new float[threads * 16];
    }

    @Override
    public double multiplyAddRate() {
        return OPERATIONS * pool.threads() / fastest(task -> sink[task * 16] = chains(1f + task)) / 1e9;
    }

    @Override
    public double copyRate(int floats) {
        for (int i = 0; i < COMPILED; i++) {
            copy(sink, sink, 1);
        }
        return copyRate(floats / pool.threads(), CpuCeilings::copy);
    }

    @Override
    public double loopCopyRate(int floats) {
        return copyRate(floats / pool.threads() / COPY_STEP * COPY_STEP, CpuCeilings::loopCopy);
    }

    private double copyRate(int each, Copy copy) {
        float[][] from = new float[pool.threads()][Lanes.FIRST + each];
        float[][] to = new float[pool.threads()][Lanes.FIRST + each];
        for (float[] numbers : from) {
            Arrays.fill(numbers, 1f);
        }
        int repeats = Math.max(1, 4_000_000 / Math.max(1, each));
        double seconds = median(task -> {
            for (int i = 0; i < repeats; i++) {
                copy.run(from[task], to[task], each);
            }
        });
        return 2.0 * Float.BYTES * each * repeats * pool.threads() / seconds / 1e9;
    }

    private static void copy(float[] from, float[] to, int n) {
        System.arraycopy(from, Lanes.FIRST, to, Lanes.FIRST, n);
    }

    /** {@code n} is a multiple of {@link #COPY_STEP}. */
    static void loopCopy(float[] from, float[] to, int n) {
        for (int i = Lanes.FIRST; i < Lanes.FIRST + n; i += COPY_STEP) {
            FloatVector.fromArray(S, from, i).intoArray(to, i);
            FloatVector.fromArray(S, from, i + Lanes.WIDTH).intoArray(to, i + Lanes.WIDTH);
        }
    }

    @Override
    public double readRate(int floats) {
        int each = floats / pool.threads() / READ_STEP * READ_STEP;
        float[][] from = new float[pool.threads()][Lanes.FIRST + each];
        int repeats = Math.max(1, 4_000_000 / Math.max(1, each));
        double seconds = median(task -> {
            for (int i = 0; i < repeats; i++) {
                sink[task * 16] += sum(from[task], each);
            }
        });
        return (double) Float.BYTES * each * repeats * pool.threads() / seconds / 1e9;
    }

    /** Four loads at a time, each into a sum of its own; {@code size} is a multiple of {@link #READ_STEP}. */
    static float sum(float[] x, int size) {
        FloatVector a = FloatVector.zero(S), b = a, c = a, d = a;
        for (int i = Lanes.FIRST; i < Lanes.FIRST + size; i += READ_STEP) {
            a = FloatVector.fromArray(S, x, i).add(a);
            b = FloatVector.fromArray(S, x, i + Lanes.WIDTH).add(b);
            c = FloatVector.fromArray(S, x, i + 2 * Lanes.WIDTH).add(c);
            d = FloatVector.fromArray(S, x, i + 3 * Lanes.WIDTH).add(d);
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /** Seconds of the fastest round in which every thread runs {@code body} once. */
    private double fastest(IntConsumer body) {
        return rounds(body)[0];
    }

    private double median(IntConsumer body) {
        return rounds(body)[ROUNDS / 2];
    }

    /** Seconds of each round, ascending. */
    private double[] rounds(IntConsumer body) {
        double[] seconds = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long start = System.nanoTime();
            pool.run(pool.threads(), body);
            if (round >= 0) {
                seconds[round] = (System.nanoTime() - start) / 1e9;
            }
        }
        Arrays.sort(seconds);
        return seconds;
    }

    /** Multiply-adds that wait for nothing but the one before in their chain. */
    static float chains(float start) {
        FloatVector x = FloatVector.broadcast(S, 0.999f);
        FloatVector y = FloatVector.broadcast(S, 0.001f);
        // Different starts, so that no two chains can be seen to be one.
        FloatVector a = FloatVector.broadcast(S, start), b = a.add(1f), c = a.add(2f), d = a.add(3f);
        FloatVector e = a.add(4f), f = a.add(5f), g = a.add(6f), h = a.add(7f);
        FloatVector i = a.add(8f), j = a.add(9f), k = a.add(10f), l = a.add(11f);
        for (int n = 0; n < CHAIN; n++) {
            a = x.fma(a, y);
            b = x.fma(b, y);
            c = x.fma(c, y);
            d = x.fma(d, y);
            e = x.fma(e, y);
            f = x.fma(f, y);
            g = x.fma(g, y);
            h = x.fma(h, y);
            i = x.fma(i, y);
            j = x.fma(j, y);
            k = x.fma(k, y);
            l = x.fma(l, y);
        }
        return a.add(b).add(c.add(d)).add(e.add(f)).add(g.add(h)).add(i.add(j)).add(k.add(l)).lane(0);
    }

    @Override
    public void close() {
        pool.close();
    }
}
