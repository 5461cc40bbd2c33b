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
 * <p>Softmax, log-softmax, RMSNorm, the backward of these but of log-softmax, and that of the log-probability are called for all
 * rows of a task: their loops begin a later row and end an earlier one, see {@link RowPairs}. The first rows end none, and the
 * last take their own place as the later one: what is then found is not used.
 *
 * <p>The other two are faster beyond the caches with one step at a time. They are called for at most {@link #ROWS} rows that
 * fit the first cache, and do a step for all of them before the next: a row's number is then ready when the next step asks for
 * it.
 */
final class Rows {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    /** Elements from one row to the later one in a loop: the processor fetches what is near. */
    private static final int AHEAD = 512;
    /** Most rows of one step, or from one row to the later one. */
    static final int ROWS = 64;
    /** Work space: that of {@link RowPairs}, then three numbers of each row that is under way; {@link #work} adds their exponentials. */
    static final int WORK = RowPairs.WORK + 3 * ROWS;
    private static final int FIRST = RowPairs.WORK;
    private static final int SECOND = FIRST + ROWS;
    private static final int THIRD = SECOND + ROWS;

    private Rows() {}

    /** Numbers of work space for rows of n numbers. */
    static int work(int n) {
        return WORK + ahead(n) * n;
    }

    /** Rows from one row to the later one. */
    private static int ahead(int n) {
        return Math.clamp(AHEAD / Math.max(1, n), 1, ROWS);
    }

    static void softmax(float[] x, float[] y, int n, float[] work, int from, int to) {
        int ahead = ahead(n);
        maxima(x, n, work, from, Math.min(to, from + ahead));
        for (int row = from; row < to; row++) {
            int i = (row - from) % ahead;
            int later = Math.min(row + ahead, to - 1);
            boolean first = row < from + ahead;
            int slot = WORK + i * n;
            work[SECOND + i] = first ? RowPairs.exp(x, row * n, work[FIRST + i], work, slot, n, work, slot, 1f, later * n, work)
                    : RowPairs.exp(x, row * n, work[FIRST + i], work, slot, n, y, (row - ahead) * n, 1f / work[SECOND + i],
                            later * n, work);
            work[FIRST + i] = Lanes.largest(work, RowPairs.LATER);
        }
        for (int row = Math.max(from, to - ahead); row < to; row++) {
            int i = (row - from) % ahead;
            scale(1f / work[SECOND + i], work, WORK + i * n, y, row * n, n);
        }
    }

    /** The largest number of each row to work. */
    private static void maxima(float[] x, int n, float[] work, int from, int to) {
        for (int row = from; row < to; row++) {
            work[FIRST + row - from] = Lanes.max(x, row * n, n);
        }
    }

    static void softmaxBackward(float[] y, float[] dy, float[] dx, int n, float[] work, int from, int to) {
        int ahead = ahead(n);
        for (int row = from; row < Math.min(to, from + ahead); row++) {
            work[FIRST + row - from] = Lanes.dot(y, row * n, dy, row * n, n);
        }
        for (int row = from; row < to; row++) {
            int i = FIRST + (row - from) % ahead;
            RowPairs.mulLess(y, dy, work[i], dx, row * n, n, Math.min(row + ahead, to - 1) * n, work);
            work[i] = Lanes.fold(work, RowPairs.LATER);
        }
    }

    static void logSoftmax(float[] x, float[] y, int n, float[] work, int from, int to) {
        int ahead = ahead(n);
        maxima(x, n, work, from, Math.min(to, from + ahead));
        for (int row = from; row < to; row++) {
            int i = (row - from) % ahead;
            int later = Math.min(row + ahead, to - 1);
            boolean first = row < from + ahead;
            int before = first ? row : row - ahead;
            float max = work[FIRST + i];
            float sum = RowPairs.logSum(x, row * n, max, y, n, before * n, first ? 0f : work[THIRD + i],
                    first ? 0f : work[SECOND + i], later * n, work);
            work[SECOND + i] = VectorMath.log(sum);
            work[THIRD + i] = max;
            work[FIRST + i] = Lanes.largest(work, RowPairs.LATER);
        }
        for (int row = Math.max(from, to - ahead); row < to; row++) {
            int i = (row - from) % ahead;
            subtract(x, work[THIRD + i], work[SECOND + i], y, row * n, n);
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
        int whole = to - (to - from) % L;
        for (int i = from; i < whole; i += L) {
            FloatVector e = VectorMath.exp(FloatVector.fromArray(S, y, i));
            FloatVector.fromArray(S, dy, i).sub(e.mul(sum)).intoArray(dx, i);
        }
        if (whole < to) {
            subtractLastExp(y, sum, dy, dx, whole, to);
        }
    }

    /** A method of its own, as two exponentials and a sum are more than one unit of C2 has room for. */
    private static void subtractLastExp(float[] y, float sum, float[] dy, float[] dx, int from, int to) {
        VectorMask<Float> in = S.indexInRange(from, to);
        FloatVector e = VectorMath.exp(FloatVector.fromArray(S, y, from, in));
        FloatVector.fromArray(S, dy, from, in).sub(e.mul(sum)).intoArray(dx, from, in);
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
            logitSlopes(logits, targets, dlogp, dlogits, n, work, row, end);
            for (row = end; row < to && (targets[row] < 0 || dlogp[row] == 0f); row++) {
                Arrays.fill(dlogits, row * n, row * n + n, 0f);
            }
        }
    }

    private static void logitSlopes(float[] logits, int[] targets, float[] dlogp, float[] dlogits, int n, float[] work, int from,
                                    int to) {
        int ahead = ahead(n);
        maxima(logits, n, work, from, Math.min(to, from + ahead));
        for (int row = from; row < to; row++) {
            int i = (row - from) % ahead;
            int later = Math.min(row + ahead, to - 1);
            int slot = WORK + i * n;
            int before = row - ahead;
            if (row < from + ahead) {
                work[SECOND + i] = RowPairs.exp(logits, row * n, work[FIRST + i], work, slot, n, work, slot, 1f, later * n, work);
            } else {
                work[SECOND + i] = RowPairs.exp(logits, row * n, work[FIRST + i], work, slot, n, dlogits, before * n,
                        -dlogp[before] / work[SECOND + i], later * n, work);
                dlogits[before * n + targets[before]] += dlogp[before];
            }
            work[FIRST + i] = Lanes.largest(work, RowPairs.LATER);
        }
        for (int row = Math.max(from, to - ahead); row < to; row++) {
            int i = (row - from) % ahead;
            scale(-dlogp[row] / work[SECOND + i], work, WORK + i * n, dlogits, row * n, n);
            dlogits[row * n + targets[row]] += dlogp[row];
        }
    }

    static void rmsNorm(float[] x, float[] weight, float epsilon, float[] y, float[] rstd, int n, float[] work, int from, int to) {
        int ahead = ahead(n);
        for (int row = from; row < Math.min(to, from + ahead); row++) {
            rstd[row] = Lanes.dot(x, row * n, x, row * n, n);
        }
        for (int row = from; row < to; row++) {
            rstd[row] = (float) (1 / Math.sqrt(rstd[row] / n + epsilon));
            int later = Math.min(row + ahead, to - 1);
            RowPairs.scaleBy(weight, x, rstd[row], y, row * n, n, later * n, work);
            if (row + ahead < to) {
                rstd[later] = Lanes.fold(work, RowPairs.LATER);
            }
        }
    }

    /**
     * dx = rstd (dy w - x rstd^2 mean(dy w x)); adds the rows' dy x rstd, in ascending order, to sums[so .. so+n).
     */
    static void rmsNormBackward(float[] x, float[] weight, float[] rstd, float[] dy, float[] dx, int n, float[] sums,
                                int so, float[] work, int from, int to) {
        int ahead = ahead(n);
        for (int row = from; row < Math.min(to, from + ahead); row++) {
            work[FIRST + row - from] = Lanes.dot3(weight, x, dy, row * n, n, work);
        }
        for (int row = from; row < to; row++) {
            int i = FIRST + (row - from) % ahead;
            float inner = work[i] / n * rstd[row] * rstd[row];
            RowPairs.normSlopes(x, weight, inner, rstd[row], dy, dx, row * n, n, sums, so, Math.min(row + ahead, to - 1) * n, work);
            work[i] = Lanes.fold(work, RowPairs.LATER);
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

    /** y = alpha x for n numbers from xo and yo. */
    static void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
        int whole = n - n % L;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, x, xo + i).mul(alpha).intoArray(y, yo + i);
        }
        for (int i = whole; i < n; i++) {
            y[yo + i] = alpha * x[xo + i];
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
