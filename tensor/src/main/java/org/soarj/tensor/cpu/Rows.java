package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;

/**
 * Kernels over rows [from, to) of matrices with rows of n numbers: softmax and its logarithm, log-probability of a target,
 * RMSNorm, RoPE. All loops are vectors by hand: rows are too short for the loops that C2 makes, which begin and end one number at a
 * time.
 *
 * <p>A kernel is called for at most {@link #ROWS} rows that fit the first cache, and does one step (maximum, exponentials, scale) for
 * all of them before the next: a row's number is then ready when the next step asks for it, where a row by itself waits for
 * the end of each sum. Work space has {@link #WORK} numbers.
 */
final class Rows {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    /** Most rows of one call. */
    static final int ROWS = 64;
    /** Work space: lanes of a sum, then one number of each row, then another. */
    static final int WORK = Lanes.SUM_LANES + 2 * ROWS;
    private static final int FIRST = Lanes.SUM_LANES;
    private static final int SECOND = FIRST + ROWS;

    private Rows() {}

    static void softmax(float[] x, float[] y, int n, float[] work, int from, int to) {
        maxima(x, n, work, from, to);
        exponentials(x, y, n, work, from, to);
        for (int row = from; row < to; row++) {
            scale(1f / work[FIRST + row - from], y, row * n, n);
        }
    }

    /** The largest number of each row to work. */
    private static void maxima(float[] x, int n, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[FIRST + row - from] = Lanes.max(x, row * n, n);
        }
    }

    /** y = e^(x - work), the sums of its rows to work. */
    private static void exponentials(float[] x, float[] y, int n, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[FIRST + row - from] = VectorMath.expRow(x, row * n, work[FIRST + row - from], y, row * n, n, work, 0);
        }
    }

    static void softmaxBackward(float[] y, float[] dy, float[] dx, int n, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[FIRST + row - from] = Lanes.dot(y, row * n, dy, row * n, n);
        }
        for (int row = from; row < to; row++) {
            mulLess(y, dy, work[FIRST + row - from], dx, row * n, n);
        }
    }

    /** dx = y (dy - inner). */
    private static void mulLess(float[] y, float[] dy, float inner, float[] dx, int o, int n) {
        int end = o + n;
        int whole = end - n % L;
        for (int i = o; i < whole; i += L) {
            FloatVector.fromArray(S, y, i).mul(FloatVector.fromArray(S, dy, i).sub(inner)).intoArray(dx, i);
        }
        for (int i = whole; i < end; i++) {
            dx[i] = y[i] * (dy[i] - inner);
        }
    }

    static void logSoftmax(float[] x, float[] y, int n, float[] work, int from, int to) {
        maxima(x, n, work, from, to);
        logSums(x, n, work, from, to);
        for (int row = from; row < to; row++) {
            subtract(x, work[FIRST + row - from], work[SECOND + row - from], y, row * n, n);
        }
    }

    /** ln of the sum of e^(x - work) of each row to work. */
    private static void logSums(float[] x, int n, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[SECOND + row - from] = VectorMath.expSum(x, row * n, work[FIRST + row - from], n, work);
        }
        for (int row = from; row < to; row++) {
            work[SECOND + row - from] = VectorMath.log(work[SECOND + row - from]);
        }
    }

    /** y = (x - max) - logSum. */
    private static void subtract(float[] x, float max, float logSum, float[] y, int o, int n) {
        int end = o + n;
        int whole = end - n % L;
        for (int i = o; i < whole; i += L) {
            FloatVector.fromArray(S, x, i).sub(max).sub(logSum).intoArray(y, i);
        }
        for (int i = whole; i < end; i++) {
            y[i] = (x[i] - max) - logSum;
        }
    }

    static void logSoftmaxBackward(float[] y, float[] dy, float[] dx, int n, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[FIRST + row - from] = Lanes.sum(dy, row * n, n);
        }
        for (int row = from; row < to; row++) {
            subtractExp(y, work[FIRST + row - from], dy, dx, row * n, row * n + n);
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
    static void logProb(float[] x, int[] targets, float[] logp, int n, float[] work, int from, int to) {
        int row = from;
        while (row < to) {
            int end = row;
            while (end < to && targets[end] >= 0) {
                end++;
            }
            maxima(x, n, work, row, end);
            logSums(x, n, work, row, end);
            for (int i = 0; i < end - row; i++) {
                logp[row + i] = (x[(row + i) * n + targets[row + i]] - work[FIRST + i]) - work[SECOND + i];
            }
            for (row = end; row < to && targets[row] < 0; row++) {
                logp[row] = 0f;
            }
        }
    }

    static void logProbBackward(float[] logits, int[] targets, float[] dlogp, float[] dlogits, int n, float[] work, int from,
                                int to) {
        int row = from;
        while (row < to) {
            int end = row;
            while (end < to && targets[end] >= 0 && dlogp[end] != 0f) {
                end++;
            }
            maxima(logits, n, work, row, end);
            exponentials(logits, dlogits, n, work, row, end);
            for (int i = 0; i < end - row; i++) {
                int o = (row + i) * n;
                scale(-dlogp[row + i] / work[FIRST + i], dlogits, o, n);
                dlogits[o + targets[row + i]] += dlogp[row + i];
            }
            for (row = end; row < to && (targets[row] < 0 || dlogp[row] == 0f); row++) {
                Arrays.fill(dlogits, row * n, row * n + n, 0f);
            }
        }
    }

    static void rmsNorm(float[] x, float[] weight, float epsilon, float[] y, float[] rstd, int n, int from, int to) {
        for (int row = from; row < to; row++) {
            rstd[row] = Lanes.dot(x, row * n, x, row * n, n);
        }
        for (int row = from; row < to; row++) {
            rstd[row] = (float) (1 / Math.sqrt(rstd[row] / n + epsilon));
        }
        for (int row = from; row < to; row++) {
            scaleBy(weight, x, rstd[row], y, row * n, n);
        }
    }

    /** y = x r weight. */
    private static void scaleBy(float[] weight, float[] x, float r, float[] y, int o, int n) {
        int whole = n - n % L;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, x, o + i).mul(r).mul(FloatVector.fromArray(S, weight, i)).intoArray(y, o + i);
        }
        for (int i = whole; i < n; i++) {
            y[o + i] = x[o + i] * r * weight[i];
        }
    }

    /**
     * dx = rstd (dy w - x rstd^2 mean(dy w x)); adds the rows' dy x rstd, in ascending order, to sums[so .. so+n).
     */
    static void rmsNormBackward(float[] x, float[] weight, float[] rstd, float[] dy, float[] dx, int n, float[] sums,
                                int so, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[FIRST + row - from] = Lanes.dot3(weight, x, dy, row * n, n) / n * rstd[row] * rstd[row];
        }
        for (int row = from; row < to; row++) {
            rmsNormRow(x, weight, work[FIRST + row - from], rstd[row], dy, dx, row * n, n, sums, so);
        }
    }

    private static void rmsNormRow(float[] x, float[] weight, float inner, float r, float[] dy, float[] dx, int o, int n,
                                   float[] sums, int so) {
        int whole = n - n % L;
        for (int i = 0; i < whole; i += L) {
            FloatVector a = FloatVector.fromArray(S, x, o + i);
            FloatVector b = FloatVector.fromArray(S, dy, o + i);
            b.mul(FloatVector.fromArray(S, weight, i)).sub(a.mul(inner)).mul(r).intoArray(dx, o + i);
            FloatVector.fromArray(S, sums, so + i).add(b.mul(a).mul(r)).intoArray(sums, so + i);
        }
        for (int i = whole; i < n; i++) {
            float a = x[o + i];
            float b = dy[o + i];
            dx[o + i] = (b * weight[i] - a * inner) * r;
            sums[so + i] += b * a * r;
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
        int end = o + n;
        int whole = end - n % L;
        for (int i = o; i < whole; i += L) {
            FloatVector.fromArray(S, x, i).mul(alpha).intoArray(x, i);
        }
        for (int i = whole; i < end; i++) {
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
