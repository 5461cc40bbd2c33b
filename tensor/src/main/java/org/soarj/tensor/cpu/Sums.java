package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Sums down the columns of rows, and the sum of squares in double precision. */
final class Sums {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    /** Numbers of work space: the lanes of two sums and of what rounding took from them. */
    static final int WORK = 4 * Lanes.SUM_LANES;
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

    /** to[at+i] += x[row,i] for rows [from, until) of n numbers of a tensor, in ascending order, for i in [left, right). */
    static void addRows(float[] x, int n, int from, int until, float[] to, int at, int left, int right) {
        int row = from;
        for (; row + 4 <= until; row += 4) {
            addFour(x, Lanes.FIRST + row * n + left, n, to, at + left, right - left);
        }
        for (; row < until; row++) {
            add(x, Lanes.FIRST + row * n + left, to, at + left, right - left);
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
     * Sums of squares of the numbers [from, to) of a tensor, chunk by chunk: sums[i] of the chunk of {@code chunk} numbers that begins with
     * number i chunk, as exact as double precision. Two chunks that are far apart are read at the same time: their arithmetic fills the
     * processor's queue within 18 lines, and of two streams it fetches more in advance than of one.
     *
     * @param from a multiple of {@code chunk}
     * @param work at least {@link #WORK} numbers
     */
    static void squares(float[] x, int from, int to, int chunk, double[] sums, float[] work) {
        int half = (to - from) / chunk / 2 * chunk;
        for (int number = from; number < from + half; number += chunk) {
            int i = Lanes.FIRST + number;
            for (int lane = 0; lane < Lanes.SUM_LANES; lane += L) {
                twice(x, i + lane, i + half + lane, chunk, work, lane);
            }
            sums[number / chunk] = total(x, i, i + chunk, work, 0);
            sums[(number + half) / chunk] = total(x, i + half, i + half + chunk, work, 2 * Lanes.SUM_LANES);
        }
        for (int number = from + 2 * half, count; number < to; number += count) {
            count = Math.min(chunk, to - number);
            int i = Lanes.FIRST + number;
            int end = i + count;
            for (int lane = 0; lane < Lanes.SUM_LANES; lane += L) {
                once(x, i + lane, end - (end - i) % Lanes.SUM_LANES, work, lane);
            }
            sums[number / chunk] = total(x, i, end, work, 0);
        }
    }

    /**
     * The sum of squares of x[from .. to) of whose whole groups the lanes are at {@code lanes}: in pairs of floats where these can hold
     * it, else one by one in doubles.
     */
    private static double total(float[] x, int from, int to, float[] work, int lanes) {
        int whole = to - (to - from) % Lanes.SUM_LANES;
        double sum = 0;
        for (int lane = lanes; lane < lanes + Lanes.SUM_LANES; lane++) {
            sum += (double) work[lane] + work[Lanes.SUM_LANES + lane];
        }
        return sum > LEAST && sum < MOST ? sum + plain(x, whole, to) : plain(x, from, to);
    }

    /**
     * Each lane's sum of squares of every 16th element, and what rounding took from it: a square is p + fma(x, x, -p) exactly
     * (Dekker), the rounding of s + p is found by Knuth's two-sum. (Vectors of doubles would need a second, narrower species
     * of floats: see the package.)
     */
    private static void once(float[] x, int from, int to, float[] work, int lane) {
        FloatVector sum = FloatVector.zero(S), rest = sum;
        for (int i = from; i < to; i += Lanes.SUM_LANES) {
            FloatVector v = FloatVector.fromArray(S, x, i);
            FloatVector square = v.mul(v);
            FloatVector next = square.add(sum);
            rest = lost(v, square, sum, next).add(rest);
            sum = next;
        }
        sum.intoArray(work, lane);
        rest.intoArray(work, Lanes.SUM_LANES + lane);
    }

    /** {@link #once} for two times n numbers, from i and from j on; the lanes of the second follow those of the first. */
    private static void twice(float[] x, int i, int j, int n, float[] work, int lane) {
        FloatVector sum = FloatVector.zero(S), rest = sum, otherSum = sum, otherRest = sum;
        for (int at = 0; at < n; at += Lanes.SUM_LANES) {
            FloatVector v = FloatVector.fromArray(S, x, i + at);
            FloatVector square = v.mul(v);
            FloatVector next = square.add(sum);
            rest = lost(v, square, sum, next).add(rest);
            sum = next;
            FloatVector other = FloatVector.fromArray(S, x, j + at);
            FloatVector otherSquare = other.mul(other);
            FloatVector otherNext = otherSquare.add(otherSum);
            otherRest = lost(other, otherSquare, otherSum, otherNext).add(otherRest);
            otherSum = otherNext;
        }
        sum.intoArray(work, lane);
        rest.intoArray(work, Lanes.SUM_LANES + lane);
        otherSum.intoArray(work, 2 * Lanes.SUM_LANES + lane);
        otherRest.intoArray(work, 3 * Lanes.SUM_LANES + lane);
    }

    /**
     * What rounding took from v^2 and from sum + square. Three of the eight additions are multiply-adds with 1 or -1, which round the
     * same and leave the adders to the others.
     */
    private static FloatVector lost(FloatVector v, FloatVector square, FloatVector sum, FloatVector next) {
        FloatVector minus = FloatVector.broadcast(S, -1f);
        FloatVector part = next.sub(sum);
        FloatVector ofSum = next.sub(part).fma(minus, sum).add(part.fma(minus, square));
        return ofSum.fma(FloatVector.broadcast(S, 1f), v.fma(v, square.neg()));
    }

    private static double plain(float[] x, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum = Math.fma((double) x[i], x[i], sum);
        }
        return sum;
    }
}
