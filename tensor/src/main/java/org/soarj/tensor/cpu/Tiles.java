package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The small products of a decoded row's attention, and those of a block for which {@link HeadProducts} has no taller tiles: blocks of c
 * that stay in the first cache, whose columns are padded to {@link Lanes#SUM_LANES}, so that no tile has a tail.
 *
 * <p>Every element is one chain of fused multiply-adds over k in ascending order, whatever the tile that makes it, its
 * place in the block and the width of the vectors. Accumulators are local variables, unrolled by hand.
 */
final class Tiles {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private Tiles() {}

    /**
     * c[i,j] = start[i] c[i,j] + sum over p of a[i,p] b[p,j]. All in one method, more than C2 makes part of a caller: two
     * copies of a small tile are more than it has room for.
     *
     * @param cols columns of b and c, a multiple of 16
     * @param a element (i,p) is at {@code ao + i*ai + p*ak}
     * @param b element (p,j) is at {@code bo + p*ldb + j}
     * @param start factors of the rows of c, from {@code so} on; null to write c without reading it
     * @param c element (i,j) is at {@code co + i*ldc + j}
     */
    static void product(int rows, int cols, int k, float[] a, int ao, int ai, int ak, float[] b, int bo, int ldb,
                        float[] start, int so, float[] c, int co, int ldc) {
        int i = 0;
        for (; i + 8 <= rows; i += 8) {
            int j = 0;
            for (; j + 2 * L <= cols; j += 2 * L) {
                tile8x2(k, a, ao + i * ai, ai, ak, b, bo + j, ldb, start, so + i, c, co + i * ldc + j, ldc);
            }
            for (; j < cols; j += L) {
                tile8x1(k, a, ao + i * ai, ai, ak, b, bo + j, ldb, start, so + i, c, co + i * ldc + j, ldc);
            }
        }
        for (; i + 4 <= rows; i += 4) {
            int j = 0;
            for (; j + 2 * L <= cols; j += 2 * L) {
                tile4x2(k, a, ao + i * ai, ai, ak, b, bo + j, ldb, start, so + i, c, co + i * ldc + j, ldc);
            }
            for (; j < cols; j += L) {
                tile4x1(k, a, ao + i * ai, ai, ak, b, bo + j, ldb, start, so + i, c, co + i * ldc + j, ldc);
            }
        }
        for (; i < rows; i++) {
            row(cols, k, a, ao + i * ai, ak, b, bo, ldb, start, so + i, c, co + i * ldc);
        }
    }

    private static FloatVector start(float[] start, int so, float[] c, int at) {
        return start == null ? FloatVector.zero(S) : FloatVector.fromArray(S, c, at).mul(start[so]);
    }

    private static void tile8x2(int k, float[] a, int ao, int ai, int ak, float[] b, int bo, int ldb, float[] start,
                                int so, float[] c, int co, int ldc) {
        FloatVector c00 = start(start, so, c, co), c01 = start(start, so, c, co + L);
        FloatVector c10 = start(start, so + 1, c, co + ldc), c11 = start(start, so + 1, c, co + ldc + L);
        FloatVector c20 = start(start, so + 2, c, co + 2 * ldc), c21 = start(start, so + 2, c, co + 2 * ldc + L);
        FloatVector c30 = start(start, so + 3, c, co + 3 * ldc), c31 = start(start, so + 3, c, co + 3 * ldc + L);
        FloatVector c40 = start(start, so + 4, c, co + 4 * ldc), c41 = start(start, so + 4, c, co + 4 * ldc + L);
        FloatVector c50 = start(start, so + 5, c, co + 5 * ldc), c51 = start(start, so + 5, c, co + 5 * ldc + L);
        FloatVector c60 = start(start, so + 6, c, co + 6 * ldc), c61 = start(start, so + 6, c, co + 6 * ldc + L);
        FloatVector c70 = start(start, so + 7, c, co + 7 * ldc), c71 = start(start, so + 7, c, co + 7 * ldc + L);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bo);
            FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
            FloatVector x = FloatVector.broadcast(S, a[ao]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ao + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, a[ao + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, a[ao + 3 * ai]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            x = FloatVector.broadcast(S, a[ao + 4 * ai]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(S, a[ao + 5 * ai]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = FloatVector.broadcast(S, a[ao + 6 * ai]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = FloatVector.broadcast(S, a[ao + 7 * ai]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
            ao += ak;
            bo += ldb;
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

    private static void tile8x1(int k, float[] a, int ao, int ai, int ak, float[] b, int bo, int ldb, float[] start,
                                int so, float[] c, int co, int ldc) {
        FloatVector c00 = start(start, so, c, co);
        FloatVector c10 = start(start, so + 1, c, co + ldc);
        FloatVector c20 = start(start, so + 2, c, co + 2 * ldc);
        FloatVector c30 = start(start, so + 3, c, co + 3 * ldc);
        FloatVector c40 = start(start, so + 4, c, co + 4 * ldc);
        FloatVector c50 = start(start, so + 5, c, co + 5 * ldc);
        FloatVector c60 = start(start, so + 6, c, co + 6 * ldc);
        FloatVector c70 = start(start, so + 7, c, co + 7 * ldc);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bo);
            FloatVector x = FloatVector.broadcast(S, a[ao]);
            c00 = x.fma(b0, c00);
            x = FloatVector.broadcast(S, a[ao + ai]);
            c10 = x.fma(b0, c10);
            x = FloatVector.broadcast(S, a[ao + 2 * ai]);
            c20 = x.fma(b0, c20);
            x = FloatVector.broadcast(S, a[ao + 3 * ai]);
            c30 = x.fma(b0, c30);
            x = FloatVector.broadcast(S, a[ao + 4 * ai]);
            c40 = x.fma(b0, c40);
            x = FloatVector.broadcast(S, a[ao + 5 * ai]);
            c50 = x.fma(b0, c50);
            x = FloatVector.broadcast(S, a[ao + 6 * ai]);
            c60 = x.fma(b0, c60);
            x = FloatVector.broadcast(S, a[ao + 7 * ai]);
            c70 = x.fma(b0, c70);
            ao += ak;
            bo += ldb;
        }
        c00.intoArray(c, co);
        c10.intoArray(c, co + ldc);
        c20.intoArray(c, co + 2 * ldc);
        c30.intoArray(c, co + 3 * ldc);
        c40.intoArray(c, co + 4 * ldc);
        c50.intoArray(c, co + 5 * ldc);
        c60.intoArray(c, co + 6 * ldc);
        c70.intoArray(c, co + 7 * ldc);
    }

    private static void tile4x2(int k, float[] a, int ao, int ai, int ak, float[] b, int bo, int ldb, float[] start,
                                int so, float[] c, int co, int ldc) {
        FloatVector c00 = start(start, so, c, co), c01 = start(start, so, c, co + L);
        FloatVector c10 = start(start, so + 1, c, co + ldc), c11 = start(start, so + 1, c, co + ldc + L);
        FloatVector c20 = start(start, so + 2, c, co + 2 * ldc), c21 = start(start, so + 2, c, co + 2 * ldc + L);
        FloatVector c30 = start(start, so + 3, c, co + 3 * ldc), c31 = start(start, so + 3, c, co + 3 * ldc + L);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bo);
            FloatVector b1 = FloatVector.fromArray(S, b, bo + L);
            FloatVector x = FloatVector.broadcast(S, a[ao]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(S, a[ao + ai]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(S, a[ao + 2 * ai]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(S, a[ao + 3 * ai]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            ao += ak;
            bo += ldb;
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

    private static void tile4x1(int k, float[] a, int ao, int ai, int ak, float[] b, int bo, int ldb, float[] start,
                                int so, float[] c, int co, int ldc) {
        FloatVector c00 = start(start, so, c, co);
        FloatVector c10 = start(start, so + 1, c, co + ldc);
        FloatVector c20 = start(start, so + 2, c, co + 2 * ldc);
        FloatVector c30 = start(start, so + 3, c, co + 3 * ldc);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bo);
            FloatVector x = FloatVector.broadcast(S, a[ao]);
            c00 = x.fma(b0, c00);
            x = FloatVector.broadcast(S, a[ao + ai]);
            c10 = x.fma(b0, c10);
            x = FloatVector.broadcast(S, a[ao + 2 * ai]);
            c20 = x.fma(b0, c20);
            x = FloatVector.broadcast(S, a[ao + 3 * ai]);
            c30 = x.fma(b0, c30);
            ao += ak;
            bo += ldb;
        }
        c00.intoArray(c, co);
        c10.intoArray(c, co + ldc);
        c20.intoArray(c, co + 2 * ldc);
        c30.intoArray(c, co + 3 * ldc);
    }

    /**
     * A row of c, all in one method for the same reason: as three tiles within {@link #product} the last was left out in some runs. And it
     * does without {@link #start}: few of its calls come by each of the loops, and there C2 takes in no method that has been compiled for
     * others before.
     */
    private static void row(int cols, int k, float[] a, int ao, int ak, float[] b, int bo, int ldb, float[] start, int so, float[] c,
                            int co) {
        FloatVector zero = FloatVector.zero(S);
        int j = 0;
        for (; j + 4 * L <= cols; j += 4 * L) {
            FloatVector c00 = zero, c01 = zero, c02 = zero, c03 = zero;
            if (start != null) {
                c00 = FloatVector.fromArray(S, c, co + j).mul(start[so]);
                c01 = FloatVector.fromArray(S, c, co + j + L).mul(start[so]);
                c02 = FloatVector.fromArray(S, c, co + j + 2 * L).mul(start[so]);
                c03 = FloatVector.fromArray(S, c, co + j + 3 * L).mul(start[so]);
            }
            int bp = bo + j;
            for (int p = 0, ap = ao; p < k; p++, ap += ak, bp += ldb) {
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector b1 = FloatVector.fromArray(S, b, bp + L);
                FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * L);
                FloatVector b3 = FloatVector.fromArray(S, b, bp + 3 * L);
                FloatVector x = FloatVector.broadcast(S, a[ap]);
                c00 = x.fma(b0, c00);
                c01 = x.fma(b1, c01);
                c02 = x.fma(b2, c02);
                c03 = x.fma(b3, c03);
            }
            c00.intoArray(c, co + j);
            c01.intoArray(c, co + j + L);
            c02.intoArray(c, co + j + 2 * L);
            c03.intoArray(c, co + j + 3 * L);
        }
        for (; j + 2 * L <= cols; j += 2 * L) {
            FloatVector c00 = zero, c01 = zero;
            if (start != null) {
                c00 = FloatVector.fromArray(S, c, co + j).mul(start[so]);
                c01 = FloatVector.fromArray(S, c, co + j + L).mul(start[so]);
            }
            int bp = bo + j;
            for (int p = 0, ap = ao; p < k; p++, ap += ak, bp += ldb) {
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector b1 = FloatVector.fromArray(S, b, bp + L);
                FloatVector x = FloatVector.broadcast(S, a[ap]);
                c00 = x.fma(b0, c00);
                c01 = x.fma(b1, c01);
            }
            c00.intoArray(c, co + j);
            c01.intoArray(c, co + j + L);
        }
        for (; j < cols; j += L) {
            FloatVector c00 = start == null ? zero : FloatVector.fromArray(S, c, co + j).mul(start[so]);
            int bp = bo + j;
            for (int p = 0, ap = ao; p < k; p++, ap += ak, bp += ldb) {
                c00 = FloatVector.broadcast(S, a[ap]).fma(FloatVector.fromArray(S, b, bp), c00);
            }
            c00.intoArray(c, co + j);
        }
    }
}
