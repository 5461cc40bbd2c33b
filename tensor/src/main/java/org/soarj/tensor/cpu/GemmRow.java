package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A row times a matrix that is read once: c = a b, or c += a b, with b stored (k,n).
 *
 * <p>Tiles would jump from one row of b to the next after four vectors. Here eight rows of b are read from left to right at
 * a time, which memory likes, and c makes the round trip to the first-level cache. The chain of each element of c is the
 * same.
 */
final class GemmRow {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private GemmRow() {}

    /** c[co .. co+cols) = c, or 0 unless {@code adds}, + sum over p below k of (alpha a[ao + p]) b[bo + p*stride ..]. */
    static void multiply(int k, float[] a, int ao, float alpha, float[] b, int bo, int stride, boolean adds,
                         float[] c, int co, int cols) {
        if (!adds) {
            Arrays.fill(c, co, co + cols, 0f);
        }
        int p = 0;
        for (; p + 8 <= k; p += 8) {
            eight(a, ao + p, alpha, b, bo + p * stride, stride, c, co, cols);
        }
        for (; p < k; p++) {
            one(a[ao + p] * alpha, b, bo + p * stride, c, co, cols);
        }
    }

    private static void eight(float[] a, int ao, float alpha, float[] b, int bo, int stride, float[] c, int co,
                              int cols) {
        float a0 = a[ao] * alpha;
        float a1 = a[ao + 1] * alpha;
        float a2 = a[ao + 2] * alpha;
        float a3 = a[ao + 3] * alpha;
        float a4 = a[ao + 4] * alpha;
        float a5 = a[ao + 5] * alpha;
        float a6 = a[ao + 6] * alpha;
        float a7 = a[ao + 7] * alpha;
        FloatVector x0 = FloatVector.broadcast(S, a0), x1 = FloatVector.broadcast(S, a1);
        FloatVector x2 = FloatVector.broadcast(S, a2), x3 = FloatVector.broadcast(S, a3);
        FloatVector x4 = FloatVector.broadcast(S, a4), x5 = FloatVector.broadcast(S, a5);
        FloatVector x6 = FloatVector.broadcast(S, a6), x7 = FloatVector.broadcast(S, a7);
        int j = 0;
        for (; j + L <= cols; j += L) {
            int at = bo + j;
            FloatVector sum = FloatVector.fromArray(S, b, at).fma(x0, FloatVector.fromArray(S, c, co + j));
            sum = FloatVector.fromArray(S, b, at + stride).fma(x1, sum);
            sum = FloatVector.fromArray(S, b, at + 2 * stride).fma(x2, sum);
            sum = FloatVector.fromArray(S, b, at + 3 * stride).fma(x3, sum);
            sum = FloatVector.fromArray(S, b, at + 4 * stride).fma(x4, sum);
            sum = FloatVector.fromArray(S, b, at + 5 * stride).fma(x5, sum);
            sum = FloatVector.fromArray(S, b, at + 6 * stride).fma(x6, sum);
            sum = FloatVector.fromArray(S, b, at + 7 * stride).fma(x7, sum);
            sum.intoArray(c, co + j);
        }
        for (; j < cols; j++) {
            int at = bo + j;
            float sum = Math.fma(a0, b[at], c[co + j]);
            sum = Math.fma(a1, b[at + stride], sum);
            sum = Math.fma(a2, b[at + 2 * stride], sum);
            sum = Math.fma(a3, b[at + 3 * stride], sum);
            sum = Math.fma(a4, b[at + 4 * stride], sum);
            sum = Math.fma(a5, b[at + 5 * stride], sum);
            sum = Math.fma(a6, b[at + 6 * stride], sum);
            c[co + j] = Math.fma(a7, b[at + 7 * stride], sum);
        }
    }

    private static void one(float x, float[] b, int bo, float[] c, int co, int cols) {
        FloatVector xs = FloatVector.broadcast(S, x);
        int j = 0;
        for (; j + L <= cols; j += L) {
            xs.fma(FloatVector.fromArray(S, b, bo + j), FloatVector.fromArray(S, c, co + j)).intoArray(c, co + j);
        }
        for (; j < cols; j++) {
            c[co + j] = Math.fma(x, b[bo + j], c[co + j]);
        }
    }
}
