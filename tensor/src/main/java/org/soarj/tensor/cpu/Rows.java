package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.RowPairs.at;

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
 * <p>Those that need a number of a row (a maximum, a sum) before its elements go through the steps of {@link RowPairs}, which begin
 * the next row or pair of rows and end the row before. The first row ends none: what is then written goes to work space, or to that
 * row, which overwrites it later. The last takes its own place as the next: what is then found is not used.
 */
final class Rows {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    /** Where the row under way is in the work space. */
    private static final int HERE = RowPairs.WORK;

    private Rows() {}

    /**
     * Numbers of work space for rows of n numbers, {@code kept} of which are kept in it: of RMSNorm's backward four, of all others two.
     *
     * @throws IllegalArgumentException when an array does not hold as many
     */
    static int work(int n, int kept) {
        int longest = (Integer.MAX_VALUE - 8 - HERE) / kept / Lanes.SUM_LANES * Lanes.SUM_LANES;
        if (n > longest) {
            throw new IllegalArgumentException("a kernel that keeps " + kept + " rows takes rows of at most " + longest + " numbers, got "
                    + n + "; use the backend reference for longer ones");
        }
        return HERE + kept * Lanes.padded(n);
    }

    static void softmax(float[] x, float[] y, int n, float[] work, int from, int to) {
        RowPairs.firstMaxima(x, from, to, n, work);
        float factor = 0f;
        float[] target = work;
        int before = HERE;
        for (int step = 0; step < to - from; step++) {
            factor = 1f / RowPairs.exp(x, step, from, to, n, target, before, factor, work, HERE);
            RowPairs.nextMaxima(x, step, from, to, n, work);
            target = y;
            before = at(RowPairs.row(step, from, to), n);
        }
        scale(factor, work, HERE, y, before, n);
    }

    /** Keeps a row in the work space and returns its largest number. */
    private static float keep(float[] x, int row, int n, float[] work, int at) {
        System.arraycopy(x, at(row, n), work, at, n);
        return Lanes.max(x, at(row, n), n);
    }

    private static int next(int row, int to) {
        return Math.min(row + 1, to - 1);
    }

    private static int before(int row, int from) {
        return Math.max(row - 1, from);
    }

    /** Begins with a step for no row, all of whose numbers are 0. */
    static void softmaxBackward(float[] y, float[] dy, float[] dx, int n, float[] work, int from, int to) {
        Arrays.fill(work, HERE, HERE + 2 * Lanes.padded(n), 0f);
        float inner = 0f;
        for (int row = from - 1; row < to; row++) {
            Destination.fetch(dx, at(Math.max(row, from), n), n, work);
            RowPairs.mulLess(y, dy, at(next(row, to), n), inner, n, dx, at(Math.max(row, from), n), work, HERE);
            inner = Lanes.fold(work, RowPairs.NEXT);
        }
    }

    static void logSoftmax(float[] x, float[] y, int n, float[] work, int from, int to) {
        RowPairs.firstMaxima(x, from, to, n, work);
        float shift = 0f;
        float logSum = 0f;
        int before = at(from, n);
        for (int step = 0; step < to - from; step++) {
            float sum = RowPairs.logSum(x, step, from, to, n, y, before, shift, logSum, work);
            shift = work[RowPairs.MAX + step % 2];
            logSum = VectorMath.log(sum);
            RowPairs.nextMaxima(x, step, from, to, n, work);
            before = at(RowPairs.row(step, from, to), n);
        }
        subtract(x, shift, logSum, y, before, n);
    }

    /** y = (x - shift) - logSum. */
    private static void subtract(float[] x, float shift, float logSum, float[] y, int o, int n) {
        int whole = n - n % L;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, x, o + i).sub(shift).sub(logSum).intoArray(y, o + i);
        }
        for (int i = whole; i < n; i++) {
            y[o + i] = (x[o + i] - shift) - logSum;
        }
    }

    static void logSoftmaxBackward(float[] y, float[] dy, float[] dx, int n, float[] work, int from, int to) {
        for (int step = 0; step < to - from; step++) {
            RowPairs.lessExp(y, dy, step, from, to, n, dx, work);
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
            if (row < end) {
                logProbs(x, targets, logp, n, work, row, end);
            }
            for (row = end; row < to && targets[row] < 0; row++) {
                logp[Lanes.FIRST + row] = 0f;
            }
        }
    }

    /** Two rows ahead, so that nothing waits for what follows from all of a row: its maximum and its logarithm. */
    private static void logProbs(float[] x, int[] targets, float[] logp, int n, float[] work, int from, int to) {
        int here = HERE;
        int there = HERE + n;
        float max = keep(x, from, n, work, here);
        float later = from + 1 < to ? keep(x, from + 1, n, work, there) : 0f;
        float chosen = 0f;
        for (int row = from; row < to; row++) {
            float ofThis = work[here + targets[row]] - max;
            RowPairs.logProbBefore(x, at(Math.min(row + 2, to - 1), n), max, n, logp, Lanes.FIRST + row,
                    Lanes.FIRST + before(row, from), chosen, work, here);
            chosen = ofThis;
            max = later;
            later = Lanes.largest(work, RowPairs.NEXT);
            int other = here;
            here = there;
            there = other;
        }
        int last = Lanes.FIRST + to - 1;
        logp[last] = chosen - VectorMath.log(logp[last]);
    }

    static void logProbBackward(float[] logits, int[] targets, float[] dlogp, float[] dlogits, int n, float[] work, int from,
                                int to) {
        int row = from;
        while (row < to) {
            int end = row;
            while (end < to && targets[end] >= 0 && dlogp[Lanes.FIRST + end] != 0f) {
                end++;
            }
            if (row < end) {
                logitSlopes(logits, targets, dlogp, dlogits, n, work, row, end);
            }
            for (row = end; row < to && (targets[row] < 0 || dlogp[Lanes.FIRST + row] == 0f); row++) {
                Arrays.fill(dlogits, at(row, n), at(row + 1, n), 0f);
            }
        }
    }

    private static void logitSlopes(float[] logits, int[] targets, float[] dlogp, float[] dlogits, int n, float[] work, int from,
                                    int to) {
        RowPairs.firstMaxima(logits, from, to, n, work);
        float factor = 0f;
        float[] target = work;
        int at = HERE;
        int before = from;
        for (int step = 0; step < to - from; step++) {
            int row = RowPairs.row(step, from, to);
            float sum = RowPairs.exp(logits, step, from, to, n, target, at, factor, work, HERE);
            if (step > 0) {
                dlogits[at + targets[before]] += dlogp[Lanes.FIRST + before];
            }
            factor = -dlogp[Lanes.FIRST + row] / sum;
            RowPairs.nextMaxima(logits, step, from, to, n, work);
            target = dlogits;
            at = at(row, n);
            before = row;
        }
        scale(factor, work, HERE, dlogits, at, n);
        dlogits[at + targets[before]] += dlogp[Lanes.FIRST + before];
    }

    static void rmsNorm(float[] x, float[] weight, float epsilon, float[] y, float[] rstd, int n, float[] work, int from, int to) {
        Lanes.dot(x, at(from, n), x, at(from, n), n, work);
        float squares = Lanes.tree(work, 0);
        for (int row = from; row < to; row++) {
            float r = (float) (1 / Math.sqrt(squares / n + epsilon));
            rstd[Lanes.FIRST + row] = r;
            RowPairs.scaleBy(weight, x, at(next(row, to), n), r, n, y, at(row, n), work);
            squares = Lanes.fold(work, RowPairs.NEXT);
        }
    }

    /**
     * dx = rstd (dy w - x rstd^2 mean(dy w x)); the dy x rstd of the rows of a block, of {@code each} rows from the first of the
     * tensor on, are added in ascending order, and their sums are the block's n numbers in {@code sums}. Begins with a step for no
     * row, all of whose numbers are 0.
     */
    static void rmsNormBackward(float[] x, float[] weight, float[] rstd, float[] dy, float[] dx, int n, float[] sums, int each,
                                float[] work, int from, int to) {
        Arrays.fill(work, HERE, HERE + 4 * Lanes.padded(n), 0f);
        for (int i = 0; i < n; i += Lanes.SUM_LANES) {
            System.arraycopy(weight, Lanes.FIRST + i, work, HERE + 4 * i + 2 * Lanes.SUM_LANES, Math.min(Lanes.SUM_LANES, n - i));
        }
        float dot = 0f;
        for (int row = from - 1; row < to; row++) {
            float r = row < from ? 0f : rstd[Lanes.FIRST + row];
            Destination.fetch(dx, at(Math.max(row, from), n), n, work);
            RowPairs.normSlopes(x, dy, at(next(row, to), n), dot / n * r * r, r, n, dx, at(Math.max(row, from), n), work, HERE);
            dot = Lanes.fold(work, RowPairs.NEXT);
            if ((row + 1) % each == 0 && row >= from || row + 1 == to) {
                takeSums(work, HERE + 3 * Lanes.SUM_LANES, sums, at(row / each, n), n);
            }
        }
    }

    /** Groups of 16 of n numbers, four groups apart, go to {@code sums}, and 0 takes their place. */
    private static void takeSums(float[] work, int at, float[] sums, int so, int n) {
        int whole = n - n % Lanes.SUM_LANES;
        for (int lane = 0; lane < Lanes.SUM_LANES; lane += L) {
            int group = at + lane;
            int to = so + lane;
            for (int i = 0; i < whole; i += Lanes.SUM_LANES) {
                FloatVector.fromArray(S, work, group + 4 * i).intoArray(sums, to + i);
                FloatVector.zero(S).intoArray(work, group + 4 * i);
            }
        }
        for (int i = whole; i < n; i++) {
            sums[so + i] = work[at + 3 * whole + i];
            work[at + 3 * whole + i] = 0f;
        }
    }

    /** Rotates every head of rows [from, to) of {@code width} numbers; {@code sign} is 1 forwards and -1 backwards. */
    static void rope(float[] x, int[] positions, float[] cos, float[] sin, int half, float sign, float[] y, int width,
                     int from, int to) {
        for (int row = from; row < to; row++) {
            int angles = at(positions[row], half);
            for (int head = at(row, width); head < at(row + 1, width); head += 2 * half) {
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
                copy(table.data(), at(ids[row], n), out, at(row, n), n);
            } else {
                bits.widen((long) ids[row] * n, n, out, at(row, n));
            }
        }
    }

    /** Of rows of 512 anywhere in memory, a fifth faster with one thread than System.arraycopy. */
    private static void copy(float[] x, int xo, float[] y, int yo, int n) {
        int whole = n - n % L;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, x, xo + i).intoArray(y, yo + i);
        }
        for (int i = whole; i < n; i++) {
            y[yo + i] = x[xo + i];
        }
    }
}
