package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tallest tile of {@link GemmTransposedKernels} over weights of attention, (keys,64), and rows in a panel: as both are a constant
 * distance apart, bounds are checked before the loop.
 */
final class HeadKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final int ROWS = GemmKernels.ROWS;
    /** From one key to the next, of the weights and of the panel. */
    private static final int STRIDE = HeadBlocks.QUERIES;

    private HeadKernels() {}

    /**
     * c[i, 0..STRIDE) = c + sum over k of a[k,i] b[k, 0..STRIDE), for {@code rows} rows.
     *
     * @param a element (k,i) is at {@code ao + k*STRIDE + i}
     * @param b element (k,j) is at {@code bo + k*STRIDE + j}; STRIDE must be {@link GemmKernels#COLS}
     * @param adds whether the chains go on from what is in c; else they begin at 0
     * @param c element (i,j) is at {@code co + i*ldc + j}
     */
    static void tiles(int rows, int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co, int ldc) {
        int i = 0;
        for (; i + ROWS <= rows && rows - i != 8; i += ROWS) {
            wide6(k, a, ao + i, b, bo, adds, c, co + i * ldc, ldc);
        }
        GemmTransposedKernels.tiles(STRIDE, rows - i, k, a, ao + i, STRIDE, b, bo, adds, c, co + i * ldc, ldc);
    }

    private static void wide6(int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co, int ldc) {
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
        int b0At = bo - ao;
        for (int ap = ao, end = ao + STRIDE * k; ap < end; ap += STRIDE) {
            int bp = b0At + ap;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L), b3 = FloatVector.fromArray(S, b, bp + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, a[ap + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(S, a[ap + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(S, a[ap + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(S, a[ap + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(S, a[ap + 5]);
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
    }
}
