package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.GemmKernels.start;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tiles of {@link GemmKernels} with two vectors of columns instead of four: for the last columns of a product, and for
 * machines with 16 vector registers, of which 6 rows of accumulators take 12. With 32 registers there are 8 rows.
 */
final class GemmNarrowKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Columns of a tile. */
    static final int COLS = 2 * L;
    /** Whether there are registers for tiles of 8 rows. */
    static final boolean TALLER = L == 16;

    private GemmNarrowKernels() {}

    /**
     * c[i, 0..COLS) = c + sum over k of a[i,k] b[k, 0..COLS), for {@code rows} rows.
     *
     * @param a element (i,k) is at {@code ao + i*ai + k}
     * @param b element (k,j) is at {@code bo + k*COLS + j}: a packed panel
     * @param adds whether the chains go on from what is in c; else they begin at 0
     * @param c element (i,j) is at {@code co + i*ldc + j}
     */
    static void tiles(int rows, int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds, float[] c, int co,
                      int ldc) {
        int i = 0;
        for (; TALLER && i + 8 <= rows; i += 8) {
            tile8(k, a, ao + i * ai, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        for (; i + 6 <= rows; i += 6) {
            tile6(k, a, ao + i * ai, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        for (; i + 4 <= rows; i += 4) {
            tile4(k, a, ao + i * ai, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        for (; i + 2 <= rows; i += 2) {
            tile2(k, a, ao + i * ai, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        if (i < rows) {
            tile1(k, a, ao + i * ai, b, bo, adds, c, co + i * ldc);
        }
    }

    private static void tile8(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
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
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, a[ap + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, a[ap + 3 * ai]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, a[ap + 4 * ai]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, a[ap + 5 * ai]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = FloatVector.broadcast(S, a[ap + 6 * ai]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = FloatVector.broadcast(S, a[ap + 7 * ai]);
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

    private static void tile6(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c10 = start(adds, c, co + ldc), c11 = start(adds, c, co + ldc + L);
        FloatVector c20 = start(adds, c, co + 2 * ldc), c21 = start(adds, c, co + 2 * ldc + L);
        FloatVector c30 = start(adds, c, co + 3 * ldc), c31 = start(adds, c, co + 3 * ldc + L);
        FloatVector c40 = start(adds, c, co + 4 * ldc), c41 = start(adds, c, co + 4 * ldc + L);
        FloatVector c50 = start(adds, c, co + 5 * ldc), c51 = start(adds, c, co + 5 * ldc + L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, a[ap + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, a[ap + 3 * ai]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, a[ap + 4 * ai]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, a[ap + 5 * ai]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
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
    }

    private static void tile4(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c10 = start(adds, c, co + ldc), c11 = start(adds, c, co + ldc + L);
        FloatVector c20 = start(adds, c, co + 2 * ldc), c21 = start(adds, c, co + 2 * ldc + L);
        FloatVector c30 = start(adds, c, co + 3 * ldc), c31 = start(adds, c, co + 3 * ldc + L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, a[ap + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, a[ap + 3 * ai]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + L);
        c20.intoArray(c, co + 2 * ldc);
        c21.intoArray(c, co + 2 * ldc + L);
        c30.intoArray(c, co + 3 * ldc);
        c31.intoArray(c, co + 3 * ldc + L);
    }

    private static void tile2(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c10 = start(adds, c, co + ldc), c11 = start(adds, c, co + ldc + L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + L);
    }

    private static void tile1(int k, float[] a, int ao, float[] b, int bo, boolean adds,
                              float[] c, int co) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
    }
}
