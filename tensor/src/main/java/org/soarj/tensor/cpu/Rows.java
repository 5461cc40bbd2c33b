package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;

/**
 * Kernels over rows [from, to) of matrices with rows of n numbers: softmax and its logarithm, log-probability of a target,
 * RMSNorm, RoPE. Each goes over a row two or three times, while it lies in the first cache, and needs no scratch. All loops
 * are vectors by hand: rows are too short for the loops that C2 makes, which begin and end one number at a time.
 */
final class Rows {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private Rows() {}

    static void softmax(float[] x, float[] y, int n, int from, int to) {
        for (int o = from * n; o < to * n; o += n) {
            float sum = VectorMath.expRow(x, o, Lanes.max(x, o, n), y, o, n);
            scale(1f / sum, y, o, n);
        }
    }

    static void softmaxBackward(float[] y, float[] dy, float[] dx, int n, int from, int to) {
        for (int o = from * n; o < to * n; o += n) {
            float inner = Lanes.dot(y, o, dy, o, n);
            int i = o;
            for (; i + L <= o + n; i += L) {
                FloatVector.fromArray(S, y, i).mul(FloatVector.fromArray(S, dy, i).sub(inner)).intoArray(dx, i);
            }
            for (; i < o + n; i++) {
                dx[i] = y[i] * (dy[i] - inner);
            }
        }
    }

    static void logSoftmax(float[] x, float[] y, int n, int from, int to) {
        for (int o = from * n; o < to * n; o += n) {
            float max = Lanes.max(x, o, n);
            float logSum = VectorMath.log(VectorMath.expSum(x, o, max, n));
            int i = o;
            for (; i + L <= o + n; i += L) {
                FloatVector.fromArray(S, x, i).sub(max).sub(logSum).intoArray(y, i);
            }
            for (; i < o + n; i++) {
                y[i] = (x[i] - max) - logSum;
            }
        }
    }

    static void logSoftmaxBackward(float[] y, float[] dy, float[] dx, int n, int from, int to) {
        for (int o = from * n; o < to * n; o += n) {
            subtractExp(y, Lanes.sum(dy, o, n), dy, dx, o, o + n);
        }
    }

    /** dx = dy - e^y sum. */
    private static void subtractExp(float[] y, float sum, float[] dy, float[] dx, int from, int to) {
        int i = from;
        for (; i + L <= to; i += L) {
            FloatVector e = VectorMath.exp(FloatVector.fromArray(S, y, i));
            FloatVector.fromArray(S, dy, i).sub(e.mul(sum)).intoArray(dx, i);
        }
        if (i < to) {
            VectorMask<Float> in = S.indexInRange(i, to);
            FloatVector e = VectorMath.exp(FloatVector.fromArray(S, y, i, in));
            FloatVector.fromArray(S, dy, i, in).sub(e.mul(sum)).intoArray(dx, i, in);
        }
    }

    /** The maximum is taken off first, so that large scores lose no digits. */
    static void logProb(float[] x, int[] targets, float[] logp, int n, int from, int to) {
        for (int row = from; row < to; row++) {
            int o = row * n;
            if (targets[row] < 0) {
                logp[row] = 0f;
            } else {
                float max = Lanes.max(x, o, n);
                logp[row] = (x[o + targets[row]] - max) - VectorMath.log(VectorMath.expSum(x, o, max, n));
            }
        }
    }

    static void logProbBackward(float[] logits, int[] targets, float[] dlogp, float[] dlogits, int n, int from, int to) {
        for (int row = from; row < to; row++) {
            int o = row * n;
            if (targets[row] < 0 || dlogp[row] == 0f) {
                Arrays.fill(dlogits, o, o + n, 0f);
            } else {
                float sum = VectorMath.expRow(logits, o, Lanes.max(logits, o, n), dlogits, o, n);
                scale(-dlogp[row] / sum, dlogits, o, n);
                dlogits[o + targets[row]] += dlogp[row];
            }
        }
    }

    static void rmsNorm(float[] x, float[] weight, float epsilon, float[] y, float[] rstd, int n, int from, int to) {
        for (int row = from; row < to; row++) {
            int o = row * n;
            float r = (float) (1 / Math.sqrt(Lanes.dot(x, o, x, o, n) / n + epsilon));
            rstd[row] = r;
            int i = 0;
            for (; i + L <= n; i += L) {
                FloatVector.fromArray(S, x, o + i).mul(r).mul(FloatVector.fromArray(S, weight, i)).intoArray(y, o + i);
            }
            for (; i < n; i++) {
                y[o + i] = x[o + i] * r * weight[i];
            }
        }
    }

    /**
     * dx = rstd (dy w - x rstd^2 mean(dy w x)); the rows' sum of dy x rstd, in ascending order, goes to
     * sums[so .. so+n).
     */
    static void rmsNormBackward(float[] x, float[] weight, float[] rstd, float[] dy, float[] dx, int n, float[] sums,
                                int so, int from, int to) {
        Arrays.fill(sums, so, so + n, 0f);
        for (int row = from; row < to; row++) {
            int o = row * n;
            float r = rstd[row];
            float inner = Lanes.dot3(weight, x, dy, o, n) / n * r * r;
            int i = 0;
            for (; i + L <= n; i += L) {
                FloatVector a = FloatVector.fromArray(S, x, o + i);
                FloatVector b = FloatVector.fromArray(S, dy, o + i);
                b.mul(FloatVector.fromArray(S, weight, i)).sub(a.mul(inner)).mul(r).intoArray(dx, o + i);
                FloatVector.fromArray(S, sums, so + i).add(b.mul(a).mul(r)).intoArray(sums, so + i);
            }
            for (; i < n; i++) {
                dx[o + i] = (dy[o + i] * weight[i] - x[o + i] * inner) * r;
                sums[so + i] += dy[o + i] * x[o + i] * r;
            }
        }
    }

    /** Rotates every head of rows [from, to) of {@code width} numbers; {@code sign} is 1 forwards and -1 backwards. */
    static void rope(float[] x, int[] positions, float[] cos, float[] sin, int half, float sign, float[] y, int width,
                     int from, int to) {
        for (int row = from; row < to; row++) {
            int angles = positions[row] * half;
            for (int head = row * width; head < (row + 1) * width; head += 2 * half) {
                rotate(x, head, cos, sin, angles, half, sign, y);
            }
        }
    }

    private static void rotate(float[] x, int head, float[] cos, float[] sin, int angles, int half, float sign, float[] y) {
        int i = 0;
        for (; i + L <= half; i += L) {
            FloatVector c = FloatVector.fromArray(S, cos, angles + i);
            FloatVector s = FloatVector.fromArray(S, sin, angles + i).mul(sign);
            FloatVector a = FloatVector.fromArray(S, x, head + i);
            FloatVector b = FloatVector.fromArray(S, x, head + half + i);
            a.mul(c).sub(b.mul(s)).intoArray(y, head + i);
            b.mul(c).add(a.mul(s)).intoArray(y, head + half + i);
        }
        if (i < half) {
            VectorMask<Float> in = S.indexInRange(i, half);
            FloatVector c = FloatVector.fromArray(S, cos, angles + i, in);
            FloatVector s = FloatVector.fromArray(S, sin, angles + i, in).mul(sign);
            FloatVector a = FloatVector.fromArray(S, x, head + i, in);
            FloatVector b = FloatVector.fromArray(S, x, head + half + i, in);
            a.mul(c).sub(b.mul(s)).intoArray(y, head + i, in);
            b.mul(c).add(a.mul(s)).intoArray(y, head + half + i, in);
        }
    }

    static void scale(float alpha, float[] x, int o, int n) {
        int i = o;
        for (; i + L <= o + n; i += L) {
            FloatVector.fromArray(S, x, i).mul(alpha).intoArray(x, i);
        }
        for (; i < o + n; i++) {
            x[i] *= alpha;
        }
    }

    /** Rows ids[from .. to) of a table that may be stored in 16 bits. */
    static void gather(Tensor table, int[] ids, float[] out, int n, int from, int to) {
        HalfBits bits = table.dtype() == DType.F32 ? null : HalfBits.of(table);
        for (int row = from; row < to; row++) {
            if (bits == null) {
                System.arraycopy(table.data(), ids[row] * n, out, row * n, n);
            } else {
                bits.widen((long) ids[row] * n, n, out, row * n);
            }
        }
    }
}
