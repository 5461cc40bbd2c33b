package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a matrix product: tiles of 6, 4, 2 or 1 rows by four vectors of columns.
 *
 * <p>Every element of the tile is one chain of fused multiply-adds over k in ascending order that starts from c or 0, so
 * a tile's height, its place and the splitting of k into blocks never change a bit. Each accumulator is a local variable,
 * unrolled by hand, because an array of vectors is not kept in registers. Sixteen of them hide the latency of the
 * multiply-add; 24, the most that leave registers for a and b, read b less often, which is 3 to 8% of the time. The stores are
 * written out, and for tiles of 24 the loads of c too: after some 8,000 bytecodes, those of the Vector API included, C2 inlines no
 * more methods of ours, and a vector that is passed to one is boxed, a hundred times slower. So tiles do not multiply c by beta.
 *
 * <p>Each index is the loop variable times a constant plus something that stays: C2 then checks bounds before the loop
 * instead of at every load, which is an eighth of the time.
 */
final class GemmKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Rows of the tallest tile. */
    static final int ROWS = 6;
    /** Columns of a tile. */
    static final int COLS = 4 * L;

    private GemmKernels() {}

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
        // Eight are quicker as four and four than as six and two.
        for (; i + ROWS <= rows && rows - i != 8; i += ROWS) {
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

    /** What the chains of a vector's lanes begin with. */
    static FloatVector start(boolean adds, float[] c, int at) {
        return adds ? FloatVector.fromArray(S, c, at) : FloatVector.zero(S);
    }

    private static void tile6(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
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
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L), b3 = FloatVector.fromArray(S, b, bp + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(S, a[ap + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(S, a[ap + 3 * ai]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(S, a[ap + 4 * ai]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(S, a[ap + 5 * ai]);
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

    private static void tile4(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
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
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L), b3 = FloatVector.fromArray(S, b, bp + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(S, a[ap + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(S, a[ap + 3 * ai]);
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

    private static void tile2(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds,
                              float[] c, int co, int ldc) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c02 = start(adds, c, co + 2 * L), c03 = start(adds, c, co + 3 * L);
        FloatVector c10 = start(adds, c, co + ldc), c11 = start(adds, c, co + ldc + L);
        FloatVector c12 = start(adds, c, co + ldc + 2 * L), c13 = start(adds, c, co + ldc + 3 * L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            int bp = bo + p * COLS;
            FloatVector b0 = FloatVector.fromArray(S, b, bp), b1 = FloatVector.fromArray(S, b, bp + L);
            FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L), b3 = FloatVector.fromArray(S, b, bp + 3 * L);
            FloatVector x = FloatVector.broadcast(S, a[ap]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(S, a[ap + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + L);
        c02.intoArray(c, co + 2 * L);
        c03.intoArray(c, co + 3 * L);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + L);
        c12.intoArray(c, co + ldc + 2 * L);
        c13.intoArray(c, co + ldc + 3 * L);
    }

    private static void tile1(int k, float[] a, int ao, float[] b, int bo, boolean adds,
                              float[] c, int co) {
        FloatVector c00 = start(adds, c, co), c01 = start(adds, c, co + L);
        FloatVector c02 = start(adds, c, co + 2 * L), c03 = start(adds, c, co + 3 * L);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            int bp = bo + p * COLS;
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
}
