package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Sums down the columns of rows, and the sum of squares in double precision. */
final class Sums {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    /** Where {@link #pairs} leaves what it has read in advance: never read, kept so that the reading is not left out. */
    private static final int AHEAD = 2 * Lanes.SUM_LANES;
    static final int WORK = AHEAD + 1;
    /**
     * One number of each line is read so many numbers in advance. The arithmetic fills the processor's queue within 18 lines, and
     * it has to know of more to keep memory busy: 10% beyond the caches.
     */
    private static final int DISTANCE = 128;
    /** Sums of squares of which no digit is lost to the least or the largest float. */
    private static final double LEAST = 1e-20;
    private static final double MOST = 1e30;

    private Sums() {}

    /** to[at+i] += from[fo+i] for i below n. */
    static void add(float[] from, int fo, float[] to, int at, int n) {
        int i = 0;
        for (; i + L <= n; i += L) {
            FloatVector.fromArray(S, to, at + i).add(FloatVector.fromArray(S, from, fo + i)).intoArray(to, at + i);
        }
        if (i < n) {
            VectorMask<Float> in = S.indexInRange(i, n);
            FloatVector.fromArray(S, to, at + i, in).add(FloatVector.fromArray(S, from, fo + i, in))
                    .intoArray(to, at + i, in);
        }
    }

    /** to[at+i] += x[row,i] for rows [from, until) of n numbers, in ascending order, for i in [left, right). */
    static void addRows(float[] x, int n, int from, int until, float[] to, int at, int left, int right) {
        int row = from;
        for (; row + 4 <= until; row += 4) {
            addFour(x, row * n + left, n, to, at + left, right - left);
        }
        for (; row < until; row++) {
            add(x, row * n + left, to, at + left, right - left);
        }
    }

    /** {@link #add} of four rows of x, n apart, one after the other: the sums are read and written once. */
    private static void addFour(float[] x, int xo, int n, float[] to, int at, int count) {
        int whole = count - count % L;
        int b = xo + n;
        int c = b + n;
        int d = c + n;
        for (int i = 0; i < whole; i += L) {
            FloatVector.fromArray(S, to, at + i).add(FloatVector.fromArray(S, x, xo + i)).add(FloatVector.fromArray(S, x, b + i))
                    .add(FloatVector.fromArray(S, x, c + i)).add(FloatVector.fromArray(S, x, d + i)).intoArray(to, at + i);
        }
        for (int i = whole; i < count; i++) {
            to[at + i] = to[at + i] + x[xo + i] + x[b + i] + x[c + i] + x[d + i];
        }
    }

    /**
     * Sum of squares of x[from .. to), as exact as double precision: in pairs of floats where these can hold it, else one by
     * one in doubles.
     *
     * @param work at least {@link #WORK} numbers
     */
    static double squares(float[] x, int from, int to, float[] work) {
        int whole = to - (to - from) % Lanes.SUM_LANES;
        for (int lane = 0; lane < Lanes.SUM_LANES; lane += L) {
            pairs(x, from + lane, whole, work, lane);
        }
        double sum = 0;
        for (int lane = 0; lane < Lanes.SUM_LANES; lane++) {
            sum += (double) work[lane] + work[Lanes.SUM_LANES + lane];
        }
        return sum > LEAST && sum < MOST ? sum + plain(x, whole, to) : plain(x, from, to);
    }

    /**
     * Each lane's sum of squares of every 16th element, and what rounding took from it: a square is p + fma(x, x, -p) exactly
     * (Dekker), the rounding of s + p is found by Knuth's two-sum. (Vectors of doubles would need a second, narrower species
     * of floats: see the package.) Three of the eight additions are multiply-adds with 1 or -1, which round the same and
     * leave the adders to the others.
     */
    private static void pairs(float[] x, int from, int to, float[] work, int lane) {
        FloatVector sum = FloatVector.zero(S), rest = sum;
        FloatVector one = FloatVector.broadcast(S, 1f), minus = FloatVector.broadcast(S, -1f);
        int distance = Math.min(DISTANCE, x.length - to);
        int ahead = 0;
        for (int i = from; i < to; i += Lanes.SUM_LANES) {
            ahead |= Float.floatToRawIntBits(x[i + distance]);
            FloatVector v = FloatVector.fromArray(S, x, i);
            FloatVector square = v.mul(v);
            FloatVector next = square.add(sum);
            FloatVector part = next.sub(sum);
            FloatVector lost = next.sub(part).fma(minus, sum).add(part.fma(minus, square));
            rest = lost.fma(one, v.fma(v, square.neg())).add(rest);
            sum = next;
        }
        sum.intoArray(work, lane);
        rest.intoArray(work, Lanes.SUM_LANES + lane);
        work[AHEAD] = Float.intBitsToFloat(ahead);
    }

    private static double plain(float[] x, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum = Math.fma((double) x[i], x[i], sum);
        }
        return sum;
    }
}
