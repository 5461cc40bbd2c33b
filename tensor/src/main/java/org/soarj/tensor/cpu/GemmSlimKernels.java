package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.GemmKernels.start;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tiles of {@link GemmKernels} with one vector of columns: for the last columns of a product, and for those of a LoRA of low rank, of
 * which two vectors would be half empty. As many rows as their chains need to hide each other's latency.
 */
final class GemmSlimKernels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    /** Columns of a tile. */
    static final int COLS = Lanes.WIDTH;

    private GemmSlimKernels() {}

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
        for (; i + 8 <= rows; i += 8) {
            tile8(k, a, ao + i * ai, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        for (; i + 4 <= rows; i += 4) {
            tile4(k, a, ao + i * ai, ai, b, bo, adds, c, co + i * ldc, ldc);
        }
        for (; i < rows; i++) {
            tile1(k, a, ao + i * ai, b, bo, adds, c, co + i * ldc);
        }
    }

    private static void tile8(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds, float[] c, int co, int ldc) {
        FloatVector c0 = start(adds, c, co);
        FloatVector c1 = start(adds, c, co + ldc);
        FloatVector c2 = start(adds, c, co + 2 * ldc);
        FloatVector c3 = start(adds, c, co + 3 * ldc);
        FloatVector c4 = start(adds, c, co + 4 * ldc);
        FloatVector c5 = start(adds, c, co + 5 * ldc);
        FloatVector c6 = start(adds, c, co + 6 * ldc);
        FloatVector c7 = start(adds, c, co + 7 * ldc);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            FloatVector b0 = FloatVector.fromArray(S, b, bo + p * COLS);
            c0 = FloatVector.broadcast(S, a[ap]).fma(b0, c0);
            c1 = FloatVector.broadcast(S, a[ap + ai]).fma(b0, c1);
            c2 = FloatVector.broadcast(S, a[ap + 2 * ai]).fma(b0, c2);
            c3 = FloatVector.broadcast(S, a[ap + 3 * ai]).fma(b0, c3);
            c4 = FloatVector.broadcast(S, a[ap + 4 * ai]).fma(b0, c4);
            c5 = FloatVector.broadcast(S, a[ap + 5 * ai]).fma(b0, c5);
            c6 = FloatVector.broadcast(S, a[ap + 6 * ai]).fma(b0, c6);
            c7 = FloatVector.broadcast(S, a[ap + 7 * ai]).fma(b0, c7);
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

    private static void tile4(int k, float[] a, int ao, int ai, float[] b, int bo, boolean adds, float[] c, int co, int ldc) {
        FloatVector c0 = start(adds, c, co);
        FloatVector c1 = start(adds, c, co + ldc);
        FloatVector c2 = start(adds, c, co + 2 * ldc);
        FloatVector c3 = start(adds, c, co + 3 * ldc);
        for (int p = 0; p < k; p++) {
            int ap = ao + p;
            FloatVector b0 = FloatVector.fromArray(S, b, bo + p * COLS);
            c0 = FloatVector.broadcast(S, a[ap]).fma(b0, c0);
            c1 = FloatVector.broadcast(S, a[ap + ai]).fma(b0, c1);
            c2 = FloatVector.broadcast(S, a[ap + 2 * ai]).fma(b0, c2);
            c3 = FloatVector.broadcast(S, a[ap + 3 * ai]).fma(b0, c3);
        }
        c0.intoArray(c, co);
        c1.intoArray(c, co + ldc);
        c2.intoArray(c, co + 2 * ldc);
        c3.intoArray(c, co + 3 * ldc);
    }

    private static void tile1(int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co) {
        FloatVector c0 = start(adds, c, co);
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(S, b, bo + p * COLS);
            c0 = FloatVector.broadcast(S, a[ao + p]).fma(b0, c0);
        }
        c0.intoArray(c, co);
    }
}
