package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.GemmKernels.start;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tiles of {@link GemmKernels}, {@link GemmNarrowKernels} and {@link GemmSlimKernels} for a transposed a that is read where it lies.
 * Its bounds are checked at every load, as the distance of its steps is no constant, which costs a tenth; to turn and pack an a
 * that is read only once costs more.
 */
final class GemmTransposedKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final int ROWS = GemmKernels.ROWS;
    private static final int WIDE = GemmKernels.COLS;
    private static final int NARROW = GemmNarrowKernels.COLS;
    private static final int SLIM = GemmSlimKernels.COLS;

    private GemmTransposedKernels() {}

    /**
     * c[i, 0..width) = c + sum over k of a[k,i] b[k, 0..width), for {@code rows} rows.
     *
     * @param width columns of a tile, those of one of the three classes
     * @param a element (k,i) is at {@code ao + k*ai + i}
     * @param b element (k,j) is at {@code bo + k*width + j}: a packed panel
     * @param adds whether the chains go on from what is in c; else they begin at 0
     * @param c element (i,j) is at {@code co + i*ldc + j}
     */
    static void tiles(int width, int rows, int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds, float[] c, int co,
                      int ldc) {
        int i = 0;
        if (width == WIDE) {
            for (; i + ROWS <= rows && rows - i != 8; i += ROWS) {
                wide6(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc, ldc);
            }
            for (; i + 4 <= rows; i += 4) {
                wide4(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc, ldc);
            }
            for (; i < rows; i++) {
                wide1(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc);
            }
            return;
        }
        if (width == SLIM) {
            for (; i + 8 <= rows; i += 8) {
                slim8(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc, ldc);
            }
            for (; i < rows; i++) {
                slim1(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc);
            }
            return;
        }
        for (; i + 8 <= rows; i += 8) {
            narrow8(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        for (; i < rows; i++) {
            narrow1(k, a, ao + i, ai, b, bo, adds, c, co + i * ldc);
        }
    }

    private static void wide6(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
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
        for (int p = 0; p < k; p++) {
            int ap = ao + p * ai;
            int bp = bo + p * WIDE;
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

    private static void wide4(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c02 = start(adds, c, co + 2 * L), c03 = start(adds, c, co + 3 * L);
        FloatVector c10 = start(adds, c, co + ldc), c11 = start(adds, c, co + ldc + L);
        FloatVector c12 = start(adds, c, co + ldc + 2 * L), c13 = start(adds, c, co + ldc + 3 * L);
        FloatVector c20 = start(adds, c, co + 2 * ldc), c21 = start(adds, c, co + 2 * ldc + L);
        FloatVector c22 = start(adds, c, co + 2 * ldc + 2 * L), c23 = start(adds, c, co + 2 * ldc + 3 * L);
        FloatVector c30 = start(adds, c, co + 3 * ldc), c31 = start(adds, c, co + 3 * ldc + L);
        FloatVector c32 = start(adds, c, co + 3 * ldc + 2 * L), c33 = start(adds, c, co + 3 * ldc + 3 * L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p * ai;
            int bp = bo + p * WIDE;
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
    }

    private static void wide1(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c02 = start(adds, c, co + 2 * L), c03 = start(adds, c, co + 3 * L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p * ai;
            int bp = bo + p * WIDE;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L), b3 = FloatVector.fromArray(S, b, bp + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
        c02.intoArray(c, co + 2 * L);
        c03.intoArray(c, co + 3 * L);
    }

    private static void narrow8(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c10 = start(adds, c, co + ldc), c11 = start(adds, c, co + ldc + L);
        FloatVector c20 = start(adds, c, co + 2 * ldc), c21 = start(adds, c, co + 2 * ldc + L);
        FloatVector c30 = start(adds, c, co + 3 * ldc), c31 = start(adds, c, co + 3 * ldc + L);
        FloatVector c40 = start(adds, c, co + 4 * ldc), c41 = start(adds, c, co + 4 * ldc + L);
        FloatVector c50 = start(adds, c, co + 5 * ldc), c51 = start(adds, c, co + 5 * ldc + L);
        FloatVector c60 = start(adds, c, co + 6 * ldc), c61 = start(adds, c, co + 6 * ldc + L);
        FloatVector c70 = start(adds, c, co + 7 * ldc), c71 = start(adds, c, co + 7 * ldc + L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p * ai;
            int bp = bo + p * NARROW;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ap + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, a[ap + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, a[ap + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, a[ap + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, a[ap + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = FloatVector.broadcast(S, a[ap + 6]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = FloatVector.broadcast(S, a[ap + 7]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + L);
        c20.intoArray(c, co + 2 * ldc);
        c21.intoArray(c, co + 2 * ldc + L);
        c30.intoArray(c, co + 3 * ldc);
        c31.intoArray(c, co + 3 * ldc + L);
        c40.intoArray(c, co + 4 * ldc);
        c41.intoArray(c, co + 4 * ldc + L);
        c50.intoArray(c, co + 5 * ldc);
        c51.intoArray(c, co + 5 * ldc + L);
        c60.intoArray(c, co + 6 * ldc);
        c61.intoArray(c, co + 6 * ldc + L);
        c70.intoArray(c, co + 7 * ldc);
        c71.intoArray(c, co + 7 * ldc + L);
    }

    private static void narrow1(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p * ai;
            int bp = bo + p * NARROW;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
    }

    private static void slim8(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds, float[] c, int co, int ldc) {
        FloatVector c0 = start(adds, c, co);
        FloatVector c1 = start(adds, c, co + ldc);
        FloatVector c2 = start(adds, c, co + 2 * ldc);
        FloatVector c3 = start(adds, c, co + 3 * ldc);
        FloatVector c4 = start(adds, c, co + 4 * ldc);
        FloatVector c5 = start(adds, c, co + 5 * ldc);
        FloatVector c6 = start(adds, c, co + 6 * ldc);
        FloatVector c7 = start(adds, c, co + 7 * ldc);
        for (int p = 0; p < k; p++) {
            int ap = ao + p * ai;
            FloatVector b0 = FloatVector.fromArray(S, b, bo + p * SLIM);
            c0 = FloatVector.broadcast(S, a[ap]).fma(b0, c0);
            c1 = FloatVector.broadcast(S, a[ap + 1]).fma(b0, c1);
            c2 = FloatVector.broadcast(S, a[ap + 2]).fma(b0, c2);
            c3 = FloatVector.broadcast(S, a[ap + 3]).fma(b0, c3);
            c4 = FloatVector.broadcast(S, a[ap + 4]).fma(b0, c4);
            c5 = FloatVector.broadcast(S, a[ap + 5]).fma(b0, c5);
            c6 = FloatVector.broadcast(S, a[ap + 6]).fma(b0, c6);
            c7 = FloatVector.broadcast(S, a[ap + 7]).fma(b0, c7);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + ldc);
        c2.intoArray(c, co + 2 * ldc);
        c3.intoArray(c, co + 3 * ldc);
        c4.intoArray(c, co + 4 * ldc);
        c5.intoArray(c, co + 5 * ldc);
        c6.intoArray(c, co + 6 * ldc);
        c7.intoArray(c, co + 7 * ldc);
    }

    private static void slim1(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds, float[] c, int co) {
        FloatVector c0 = start(adds, c, co);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bo + p * SLIM);
            c0 = FloatVector.broadcast(S, a[ao + p * ai]).fma(b0, c0);
        }
        c0.intoArray(c, co);
    }
}
