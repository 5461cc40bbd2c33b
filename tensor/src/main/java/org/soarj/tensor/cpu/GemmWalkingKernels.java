package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The wide tile of {@link GemmPackedKernels} that also walks along the packed numbers that are needed next, a few with each step of k. They
 * lie in the third-level cache at best, and the processor goes on for fewer steps than a wait for that takes; but the prefetching of the
 * machine follows a slow walk and leaves few waits. 2048 cubed takes a tenth less time so.
 *
 * <p>The two numbers of a step are two instructions beside 24 multiply-adds. Products whose packed numbers are still in the cache of the
 * core do without: two threads were up to a tenth slower.
 */
final class GemmWalkingKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final int ROWS = GemmKernels.ROWS;
    private static final int COLS = GemmKernels.COLS;
    private static final int STRIDE = GemmTask.PACKED_STRIDE;
    /** Numbers of the longest panel of b, which are walked along even where that is shorter. */
    static final int PANEL = COLS * GemmBlocking.DEPTH;
    /** Numbers of a and of b by which a walk goes on with each step of k. */
    private static final int PACE = 2;

    private GemmWalkingKernels() {}

    /**
     * c[i, 0..COLS) = c + sum over k of a[i,k] b[k, 0..COLS), for {@code rows} rows; all as in {@link GemmPackedKernels#tiles}.
     *
     * @param aNext where to walk in a, up to {@code aEnd}; the tiles of the next panel go on {@link #walked} numbers further
     * @param bNext where to walk in b, as far as a panel of k steps is long
     * @return a number without meaning, so that the compiler does not leave the walks out
     */
    static int tiles(int rows, int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co, int ldc,
                     int aNext, int aEnd, int bNext) {
        int pace = PACE * k;
        int i = 0;
        int sum = 0;
        for (int walk = 0; i + ROWS <= rows && rows - i != 8; i += ROWS, walk += pace) {
            sum += wide6(k, a, ao + i * STRIDE, b, bo, adds, c, co + i * ldc, ldc, Math.min(aNext + walk, aEnd - pace),
                    bNext + Math.min(walk, COLS * k - pace));
        }
        GemmKernels.tiles(rows - i, k, a, ao + i * STRIDE, STRIDE, b, bo, adds, c, co + i * ldc, ldc);
        return sum;
    }

    /** Numbers that so many rows walk along. */
    static int walked(int rows, int k) {
        return rows / ROWS * PACE * k;
    }

    private static int wide6(int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co, int ldc,
                             int aWalk, int bWalk) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = adds ? FloatVector.fromArray(S, c, co) : zero;
        FloatVector c01 = adds ? FloatVector.fromArray(S, c, co + L) : zero;
        FloatVector c02 = adds ? FloatVector.fromArray(S, c, co + 2 * L) : zero;
        FloatVector c03 = adds ? FloatVector.fromArray(S, c, co + 3 * L) : zero;
        FloatVector c10 = adds ? FloatVector.fromArray(S, c, co + ldc) : zero;
        FloatVector c11 = adds ? FloatVector.fromArray(S, c, co + ldc + L) : zero;
        FloatVector c12 = adds ? FloatVector.fromArray(S, c, co + ldc + 2 * L) : zero;
        FloatVector c13 = adds ? FloatVector.fromArray(S, c, co + ldc + 3 * L) : zero;
        FloatVector c20 = adds ? FloatVector.fromArray(S, c, co + 2 * ldc) : zero;
        FloatVector c21 = adds ? FloatVector.fromArray(S, c, co + 2 * ldc + L) : zero;
        FloatVector c22 = adds ? FloatVector.fromArray(S, c, co + 2 * ldc + 2 * L) : zero;
        FloatVector c23 = adds ? FloatVector.fromArray(S, c, co + 2 * ldc + 3 * L) : zero;
        FloatVector c30 = adds ? FloatVector.fromArray(S, c, co + 3 * ldc) : zero;
        FloatVector c31 = adds ? FloatVector.fromArray(S, c, co + 3 * ldc + L) : zero;
        FloatVector c32 = adds ? FloatVector.fromArray(S, c, co + 3 * ldc + 2 * L) : zero;
        FloatVector c33 = adds ? FloatVector.fromArray(S, c, co + 3 * ldc + 3 * L) : zero;
        FloatVector c40 = adds ? FloatVector.fromArray(S, c, co + 4 * ldc) : zero;
        FloatVector c41 = adds ? FloatVector.fromArray(S, c, co + 4 * ldc + L) : zero;
        FloatVector c42 = adds ? FloatVector.fromArray(S, c, co + 4 * ldc + 2 * L) : zero;
        FloatVector c43 = adds ? FloatVector.fromArray(S, c, co + 4 * ldc + 3 * L) : zero;
        FloatVector c50 = adds ? FloatVector.fromArray(S, c, co + 5 * ldc) : zero;
        FloatVector c51 = adds ? FloatVector.fromArray(S, c, co + 5 * ldc + L) : zero;
        FloatVector c52 = adds ? FloatVector.fromArray(S, c, co + 5 * ldc + 2 * L) : zero;
        FloatVector c53 = adds ? FloatVector.fromArray(S, c, co + 5 * ldc + 3 * L) : zero;
        int end = ao + k;
        int b0At = bo - ao * COLS;
        int a0Walk = aWalk - PACE * ao;
        int b0Walk = bWalk - PACE * ao;
        int walked = 0;
        for (int ap = ao; ap < end; ap++) {
            int bp = b0At + ap * COLS;
            walked += Float.floatToRawIntBits(a[a0Walk + PACE * ap]) + Float.floatToRawIntBits(b[b0Walk + PACE * ap]);
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L), b3 = FloatVector.fromArray(S, b, bp + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, a[ap + STRIDE]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(S, a[ap + 2 * STRIDE]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(S, a[ap + 3 * STRIDE]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(S, a[ap + 4 * STRIDE]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(S, a[ap + 5 * STRIDE]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
        c02.intoArray(c, co + 2 * L);
        c03.intoArray(c, co + 3 * L);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + L);
        c12.intoArray(c, co + ldc + 2 * L);
        c13.intoArray(c, co + ldc + 3 * L);
        c20.intoArray(c, co + 2 * ldc);
        c21.intoArray(c, co + 2 * ldc + L);
        c22.intoArray(c, co + 2 * ldc + 2 * L);
        c23.intoArray(c, co + 2 * ldc + 3 * L);
        c30.intoArray(c, co + 3 * ldc);
        c31.intoArray(c, co + 3 * ldc + L);
        c32.intoArray(c, co + 3 * ldc + 2 * L);
        c33.intoArray(c, co + 3 * ldc + 3 * L);
        c40.intoArray(c, co + 4 * ldc);
        c41.intoArray(c, co + 4 * ldc + L);
        c42.intoArray(c, co + 4 * ldc + 2 * L);
        c43.intoArray(c, co + 4 * ldc + 3 * L);
        c50.intoArray(c, co + 5 * ldc);
        c51.intoArray(c, co + 5 * ldc + L);
        c52.intoArray(c, co + 5 * ldc + 2 * L);
        c53.intoArray(c, co + 5 * ldc + 3 * L);
        return walked;
    }
}
