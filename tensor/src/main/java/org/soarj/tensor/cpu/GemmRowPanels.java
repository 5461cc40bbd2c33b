package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.WeightPanels.COLS;
import static org.soarj.tensor.cpu.WeightPanels.GROUP;
import static org.soarj.tensor.cpu.WeightPanels.VECTOR;
import static org.soarj.tensor.cpu.WeightPanels.load;
import static org.soarj.tensor.cpu.WeightPanels.lowerBf16;
import static org.soarj.tensor.cpu.WeightPanels.lowerF16;
import static org.soarj.tensor.cpu.WeightPanels.upperBf16;
import static org.soarj.tensor.cpu.WeightPanels.upperF16;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.ValueLayout.OfLong;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A few rows times weights in {@link WeightPanels}, which are read from memory once, at the speed of memory: as for every
 * weight when one sequence is decoded.
 *
 * <p>What the processor fetches by itself while it computes does not use the memory's speed: the instructions that wait for
 * numbers fill it up before it has seen enough of the loads to come. So a number of each step is read
 * {@link #AHEAD} bytes before it is needed; what is beside it the processor then fetches by itself, and a number of each vector
 * takes longer: four more instructions, and a sum that C2 moves to a vector register and back. Reading in advance also keeps the
 * compiler from unrolling the loop until its vectors are spilled.
 *
 * <p>Four panels of BF16 go together, since a single chain would wait for each multiply-add. Each is loaded where it is used:
 * loaded in advance, or with more panels, vectors are spilled, or boxed.
 */
final class GemmRowPanels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** More rows than this are as fast through panels of floats. */
    static final int ROWS = 8;
    /** Steps that several rows go through one after the other: those of four panels stay in the first-level cache. */
    private static final int DEPTH = 128;
    private static final OfLong NUMBER = ValueLayout.JAVA_LONG_UNALIGNED;
    /** Bytes from what is computed with to what is read in advance: a third is too near, five times as much too far. */
    static final int AHEAD = 1536;
    /** Columns of one task. */
    static final int TASK_COLS = GROUP * COLS;

    private GemmRowPanels() {}

    /**
     * c[i, j..j+TASK_COLS) = a w^T, or c += a w^T, for all rows, and columns as far as there are any.
     *
     * @param edge room for COLS floats
     * @return a number without meaning, to be kept where the compiler cannot leave it out: what was read in advance
     */
    static long multiply(GemmProduct x, int j, float[] edge) {
        if (!x.adds()) {
            begin(x, j);
        }
        long ahead = 0;
        int depth = x.m == 1 ? x.k : DEPTH;
        for (int p = 0; p < x.k; p += depth) {
            int steps = Math.min(depth, x.k - p);
            if (x.panels.beginsGroup(j / COLS)) {
                for (int i = 0; i < x.m; i++) {
                    ahead += group(steps, x.a, x.aAt(0, i, p), x.panels.lanes(),
                            x.panels.at(j / COLS) + (long) p * GROUP * VECTOR, x.c, x.cAt(0, i, j));
                }
            } else {
                for (int from = j; from < Math.min(x.n, j + TASK_COLS); from += COLS) {
                    panel(x, from, p, steps, edge);
                }
            }
        }
        return ahead;
    }

    /** c = 0, where the chains begin: apart from them, so that their method stays small enough for its vectors. */
    private static void begin(GemmProduct x, int j) {
        int end = Math.min(x.n, j + TASK_COLS);
        for (int i = 0; i < x.m; i++) {
            Arrays.fill(x.c, x.cAt(0, i, j), x.cAt(0, i, end), 0f);
        }
    }

    private static void panel(GemmProduct x, int j, int p, int steps, float[] edge) {
        WeightPanels w = x.panels;
        int stride = w.stride(j / COLS);
        long bo = w.at(j / COLS) + (long) p * stride;
        boolean whole = x.n - j >= COLS;
        float[] c = whole ? x.c : edge;
        for (int i = 0; i < x.m; i++) {
            int co = x.cAt(0, i, j);
            int at = whole ? co : 0;
            if (!whole) {
                System.arraycopy(x.c, co, edge, 0, x.n - j);
            }
            if (w.bf16()) {
                oneBf16(steps, x.a, x.aAt(0, i, p), w.lanes(), bo, stride, c, at);
            } else {
                oneF16(steps, x.a, x.aAt(0, i, p), w.lanes(), bo, stride, c, at);
            }
            if (!whole) {
                System.arraycopy(edge, 0, x.c, co, x.n - j);
            }
        }
    }

    private static long group(int k, float[] a, int ao, MemorySegment b, long bo, float[] c, int co) {
        FloatVector c0 = FloatVector.fromArray(S, c, co), c1 = FloatVector.fromArray(S, c, co + L);
        FloatVector c2 = FloatVector.fromArray(S, c, co + 2 * L), c3 = FloatVector.fromArray(S, c, co + 3 * L);
        FloatVector c4 = FloatVector.fromArray(S, c, co + 4 * L), c5 = FloatVector.fromArray(S, c, co + 5 * L);
        FloatVector c6 = FloatVector.fromArray(S, c, co + 6 * L), c7 = FloatVector.fromArray(S, c, co + 7 * L);
        long ahead = 0;
        for (int p = 0; p < k; p++) {
            long at = bo + p * (long) (GROUP * VECTOR);
            ahead |= b.get(NUMBER, at + AHEAD);
            FloatVector x = FloatVector.broadcast(S, a[ao + p]);
            IntVector both = load(b, at);
            c0 = x.fma(lowerBf16(both), c0);
            c1 = x.fma(upperBf16(both), c1);
            both = load(b, at + VECTOR);
            c2 = x.fma(lowerBf16(both), c2);
            c3 = x.fma(upperBf16(both), c3);
            both = load(b, at + 2 * VECTOR);
            c4 = x.fma(lowerBf16(both), c4);
            c5 = x.fma(upperBf16(both), c5);
            both = load(b, at + 3 * VECTOR);
            c6 = x.fma(lowerBf16(both), c6);
            c7 = x.fma(upperBf16(both), c7);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + L);
        c2.intoArray(c, co + 2 * L);
        c3.intoArray(c, co + 3 * L);
        c4.intoArray(c, co + 4 * L);
        c5.intoArray(c, co + 5 * L);
        c6.intoArray(c, co + 6 * L);
        c7.intoArray(c, co + 7 * L);
        return ahead;
    }

    private static void oneBf16(int k, float[] a, int ao, MemorySegment b, long bo, int stride, float[] c, int co) {
        FloatVector c0 = FloatVector.fromArray(S, c, co), c1 = FloatVector.fromArray(S, c, co + L);
        for (int p = 0; p < k; p++) {
            FloatVector x = FloatVector.broadcast(S, a[ao + p]);
            IntVector both = load(b, bo + (long) p * stride);
            c0 = x.fma(lowerBf16(both), c0);
            c1 = x.fma(upperBf16(both), c1);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + L);
    }

    private static void oneF16(int k, float[] a, int ao, MemorySegment b, long bo, int stride, float[] c, int co) {
        FloatVector c0 = FloatVector.fromArray(S, c, co), c1 = FloatVector.fromArray(S, c, co + L);
        for (int p = 0; p < k; p++) {
            FloatVector x = FloatVector.broadcast(S, a[ao + p]);
            IntVector both = load(b, bo + (long) p * stride);
            c0 = x.fma(lowerF16(both), c0);
            c1 = x.fma(upperF16(both), c1);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + L);
    }
}
