package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Steps of the kernels of {@link Rows} for two or three rows in one loop: one row is computed while the next one comes from memory
 * and the one before is ended, where a step by itself would wait for memory or leave it idle.
 *
 * <p>{@link #exp}, {@link #logSum} and {@link #lessExp} take the rows of a task in pairs, half of the task apart, and read the next pair
 * by turns, a vector of its first row and one of its second. What a processor fetches in advance ends with a page of 4 KiB, and a loop
 * of exponentials is not far enough ahead by itself to hide that its next page has yet to come; two rows of other pages wait at the
 * same time. That makes up to a third more with one thread of a Sapphire-Rapids-class Xeon, a fifth to a quarter with two. Steps without
 * exponentials are ahead by themselves, and mostly lose.
 *
 * <p>The other steps read a number from its tensor once. The next row is kept in work space, at {@code here}, in the place of the row that
 * the step computes: a second walk through the tensor, 1 KiB or more behind the first, takes a quarter of the rate at which memory
 * feeds the first, although all of it is still in the cache. Only {@link #scaleBy} reads its row again, as within the caches, where its
 * rows mostly are, it would be a sixth slower.
 *
 * <p>What is found of the next row (its maximum, a sum) goes to work space as 16 lanes from {@link #NEXT}, for
 * {@link Lanes#largest} or {@link Lanes#fold}; the order of every sum is that of {@link Lanes} and {@link VectorMath}.
 * Accumulators take turns, since a chain of one would be the longest of the loop.
 *
 * <p>A step with exponentials has more than the 325 bytecodes that C2 makes part of a caller: two of them fill a unit, in which the
 * vectors of the second would be objects. The maximum is first in its loop, while C2 still trusts the class of its vectors (see the
 * package).
 */
final class RowPairs {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final int GROUP = Lanes.SUM_LANES;
    private static final int FIRST = Lanes.FIRST;

    /** Where the lanes of the next row are in the work space; those of this row begin at 0. */
    static final int NEXT = GROUP;
    /** Where the largest numbers of the pair under way are in the work space. */
    static final int MAX = 3 * GROUP;
    /** Where {@link Destination#fetch} leaves a number: the steps that it comes before keep no lanes of this row. */
    static final int SINK = 0;
    /** Numbers of work space before the rows that are kept in it, which so begin with a cache line. */
    static final int WORK = 3 * GROUP + FIRST;

    private RowPairs() {}

    /** Where a row of n numbers begins in the array of its tensor. */
    static int at(int row, int n) {
        return FIRST + row * n;
    }

    /** The row of step {@code step} of the rows [from, to): by turns the first and the second of a pair; the last may be alone. */
    static int row(int step, int from, int to) {
        return from + step / 2 + step % 2 * half(from, to);
    }

    private static int half(int from, int to) {
        return (to - from + 1) / 2;
    }

    /** The first row of the pair after that of {@code step}; of the last itself. */
    private static int next(int step, int from, int to) {
        return from + Math.min(step / 2 + 1, half(from, to) - 1);
    }

    /** How many rows the second of the pair that begins with {@code row} is away; 0 if it is alone. */
    private static int far(int row, int from, int to) {
        int half = half(from, to);
        return row + half < to ? half : 0;
    }

    /** Before the first step: the maxima of the first pair. */
    static void firstMaxima(float[] x, int from, int to, int n, float[] work) {
        work[MAX] = Lanes.max(x, at(from, n), n);
        work[MAX + 1] = Lanes.max(x, at(from + far(from, from, to), n), n);
        Arrays.fill(work, NEXT, NEXT + 2 * GROUP, Float.NEGATIVE_INFINITY);
    }

    /** After each step: after the second of a pair, the maxima of the next pair, which both have read. */
    static void nextMaxima(float[] x, int step, int from, int to, int n, float[] work) {
        if (step % 2 == 1) {
            int next = next(step, from, to);
            work[MAX] = withTail(Lanes.largest(work, NEXT), x, at(next, n), n);
            work[MAX + 1] = withTail(Lanes.largest(work, NEXT + GROUP), x, at(next + far(next, from, to), n), n);
            Arrays.fill(work, NEXT, NEXT + 2 * GROUP, Float.NEGATIVE_INFINITY);
        }
    }

    private static float withTail(float max, float[] x, int o, int n) {
        for (int i = o + n - n % GROUP; i < o + n; i++) {
            max = x[i] > max ? x[i] : max;
        }
        return max;
    }

    /**
     * Where the vector of the next pair lies that comes at number j of a row, from the first number of the pair's first row on; {@code
     * turn} is 0 in the first row of this pair and 1 in the second.
     */
    private static int ahead(int turn, int whole, int j, int far) {
        int k = turn * whole + j;
        return (k >>> 1 & -GROUP) + (k / GROUP & 1) * far;
    }

    /**
     * The row of a step becomes e^(x - max) at {@code powers}, whose sum is returned, after what was there went to the row before:
     * y[before ..) = factor e. So y is written once, where it need not be in a cache. Reads half of the next pair.
     */
    static float exp(float[] x, int step, int from, int to, int n, float[] y, int before, float factor, float[] work, int powers) {
        int turn = step % 2, pair = next(step, from, to);
        int o = at(row(step, from, to), n), next = at(pair, n), far = far(pair, from, to) * n;
        int whole = n - n % GROUP;
        float max = work[MAX + turn];
        FloatVector by = FloatVector.broadcast(S, factor), top = FloatVector.broadcast(S, max);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector sum = FloatVector.zero(S);
            FloatVector a = FloatVector.fromArray(S, work, NEXT + lane), b = FloatVector.fromArray(S, work, NEXT + GROUP + lane);
            for (int j = 0; j < whole; j += GROUP) {
                int i = j + lane;
                FloatVector number = FloatVector.fromArray(S, x, next + lane + ahead(turn, whole, j, far));
                FloatVector larger = a.blend(number, number.compare(VectorOperators.GT, a));
                a = b;
                b = larger;
                FloatVector here = FloatVector.fromArray(S, x, o + i);
                FloatVector.fromArray(S, work, powers + i).mul(by).intoArray(y, before + i);
                FloatVector power = VectorMath.expBounded(here.sub(top));
                power.intoArray(work, powers + i);
                sum = power.add(sum);
            }
            sum.intoArray(work, lane);
            a.intoArray(work, NEXT + lane);
            b.intoArray(work, NEXT + GROUP + lane);
        }
        float sum = Lanes.fold(work, 0);
        for (int i = whole; i < n; i++) {
            float power = VectorMath.expBounded(x[o + i] - max);
            y[before + i] = factor * work[powers + i];
            work[powers + i] = power;
            sum += power;
        }
        return sum;
    }

    /**
     * The sum of e^(x - max) of the row of a step, as {@link VectorMath#expRow}; of that before y[before ..) = (x - shift) - logSum. Reads
     * half of the next pair.
     */
    static float logSum(float[] x, int step, int from, int to, int n, float[] y, int before, float shift, float logSum, float[] work) {
        int turn = step % 2, pair = next(step, from, to);
        int o = at(row(step, from, to), n), next = at(pair, n), far = far(pair, from, to) * n;
        int whole = n - n % GROUP;
        float max = work[MAX + turn];
        FloatVector top = FloatVector.broadcast(S, max), less = FloatVector.broadcast(S, shift), log = FloatVector.broadcast(S, logSum);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector sum = FloatVector.zero(S);
            FloatVector a = FloatVector.fromArray(S, work, NEXT + lane), b = FloatVector.fromArray(S, work, NEXT + GROUP + lane);
            for (int j = 0; j < whole; j += GROUP) {
                int i = j + lane;
                FloatVector number = FloatVector.fromArray(S, x, next + lane + ahead(turn, whole, j, far));
                FloatVector larger = a.blend(number, number.compare(VectorOperators.GT, a));
                a = b;
                b = larger;
                FloatVector here = FloatVector.fromArray(S, x, o + i);
                FloatVector.fromArray(S, x, before + i).sub(less).sub(log).intoArray(y, before + i);
                sum = VectorMath.expBounded(here.sub(top)).add(sum);
            }
            sum.intoArray(work, lane);
            a.intoArray(work, NEXT + lane);
            b.intoArray(work, NEXT + GROUP + lane);
        }
        float sum = Lanes.fold(work, 0);
        for (int i = whole; i < n; i++) {
            sum += VectorMath.expBounded(x[o + i] - max);
            y[before + i] = (x[before + i] - shift) - logSum;
        }
        return sum;
    }

    /**
     * logp[row] = the sum of e^(x - max) of the row at {@code here}, as {@link VectorMath#expRow} adds it up, after that of the row
     * before has become its log-probability, {@code chosen} - ln logp[before]: this row's would have to wait for its last exponentials.
     * Finds the maximum of x[next ..).
     */
    static void logProbBefore(float[] x, int next, float max, int n, float[] logp, int row, int before, float chosen, float[] work,
                              int here) {
        int whole = n - n % GROUP;
        FloatVector top = FloatVector.broadcast(S, max), least = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector sum = FloatVector.zero(S);
            FloatVector a = least, b = least;
            for (int i = lane; i < whole; i += GROUP) {
                FloatVector number = FloatVector.fromArray(S, x, next + i);
                VectorMask<Float> isLarger = number.compare(VectorOperators.GT, a);
                FloatVector larger = a.blend(number, isLarger);
                a = b;
                b = larger;
                FloatVector kept = FloatVector.fromArray(S, work, here + i);
                number.intoArray(work, here + i);
                FloatVector power = VectorMath.expBounded(kept.sub(top));
                sum = power.add(sum);
            }
            sum.intoArray(work, lane);
            VectorMask<Float> isLarger = b.compare(VectorOperators.GT, a);
            FloatVector larger = a.blend(b, isLarger);
            larger.intoArray(work, NEXT + lane);
        }
        float sum = Lanes.fold(work, 0);
        for (int i = whole; i < n; i++) {
            float number = x[next + i];
            float kept = work[here + i];
            work[here + i] = number;
            sum += VectorMath.expBounded(kept - max);
            work[NEXT] = number > work[NEXT] ? number : work[NEXT];
        }
        logp[before] = chosen - VectorMath.log(logp[before]);
        logp[row] = sum;
    }

    /**
     * dx = dy - e^y sum of the row of a step, where the sum is that of its dy, as {@link Lanes#sum}: a walk of its own, which finds the
     * row in a cache, as half of the next pair's y and dy is touched on the way.
     */
    static void lessExp(float[] y, float[] dy, int step, int from, int to, int n, float[] dx, float[] work) {
        int turn = step % 2, pair = next(step, from, to);
        int o = at(row(step, from, to), n), next = at(pair, n), far = far(pair, from, to) * n;
        int whole = n - n % GROUP;
        Lanes.sum(dy, o, n, work);
        float sum = Lanes.fold(work, 0);
        FloatVector factor = FloatVector.broadcast(S, sum);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector slopes = FloatVector.zero(S), numbers = slopes;
            for (int j = 0; j < whole; j += GROUP) {
                int i = j + lane;
                int ahead = next + lane + ahead(turn, whole, j, far);
                FloatVector number = FloatVector.fromArray(S, y, o + i);
                FloatVector slope = FloatVector.fromArray(S, dy, o + i);
                FloatVector power = VectorMath.exp(number);
                FloatVector part = power.mul(factor);
                slope.sub(part).intoArray(dx, o + i);
                slopes = FloatVector.fromArray(S, dy, ahead).add(slopes);
                numbers = FloatVector.fromArray(S, y, ahead).add(numbers);
            }
            // Never read; kept so that the touching is not left out.
            slopes.intoArray(work, NEXT + lane);
            numbers.intoArray(work, NEXT + GROUP + lane);
        }
        for (int i = whole; i < n; i++) {
            float part = VectorMath.exp(y[o + i]) * sum;
            dx[o + i] = dy[o + i] - part;
        }
    }

    /**
     * dx = y (dy - inner) of the row at o, whose y and dy lie in turn at {@code here}, 16 numbers of each; y[next ..) and dy[next ..) take
     * their places. Finds the sum of y dy of the next row, as {@link Lanes#dot}.
     */
    static void mulLess(float[] y, float[] dy, int next, float inner, int n, float[] dx, int o, float[] work, int here) {
        int whole = n - n % (4 * GROUP);
        for (int lane = 0; lane < GROUP; lane += L) {
            int numbers = here + lane, slopes = numbers + GROUP;
            int from = next + lane, to = o + lane;
            FloatVector a = FloatVector.zero(S), b = a, c = a, d = a;
            for (int i = 0; i < whole; i += GROUP) {
                FloatVector number = FloatVector.fromArray(S, y, from + i);
                FloatVector slope = FloatVector.fromArray(S, dy, from + i);
                FloatVector dot = number.fma(slope, a);
                a = b;
                b = c;
                c = d;
                d = dot;
                FloatVector less = FloatVector.fromArray(S, work, slopes + 2 * i).sub(inner);
                FloatVector.fromArray(S, work, numbers + 2 * i).mul(less).intoArray(dx, to + i);
                number.intoArray(work, numbers + 2 * i);
                slope.intoArray(work, slopes + 2 * i);
            }
            for (int i = whole; i + lane < n; i += GROUP) {
                VectorMask<Float> in = S.indexInRange(i + lane, n);
                FloatVector number = FloatVector.fromArray(S, y, from + i, in);
                FloatVector slope = FloatVector.fromArray(S, dy, from + i, in);
                a = number.fma(slope, a);
                FloatVector less = FloatVector.fromArray(S, work, slopes + 2 * i, in).sub(inner);
                FloatVector.fromArray(S, work, numbers + 2 * i, in).mul(less).intoArray(dx, to + i, in);
                number.intoArray(work, numbers + 2 * i, in);
                slope.intoArray(work, slopes + 2 * i, in);
            }
            a.add(c).add(b.add(d)).intoArray(work, NEXT + lane);
        }
    }

    /** y[o ..) = x r weight of the row at {@code here}; the sum of squares of x[next ..), as {@link Lanes#dot}. */
    static void scaleBy(float[] weight, float[] x, int next, float r, int n, float[] y, int o, float[] work) {
        int whole = n - n % (4 * GROUP);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector a = FloatVector.zero(S), b = a, c = a, d = a;
            for (int i = lane; i < whole; i += GROUP) {
                FloatVector number = FloatVector.fromArray(S, x, next + i);
                FloatVector square = number.fma(number, a);
                a = b;
                b = c;
                c = d;
                d = square;
                FloatVector.fromArray(S, x, o + i).mul(r).mul(FloatVector.fromArray(S, weight, FIRST + i)).intoArray(y, o + i);
            }
            for (int i = whole + lane; i < n; i += GROUP) {
                VectorMask<Float> in = S.indexInRange(i, n);
                FloatVector number = FloatVector.fromArray(S, x, next + i, in);
                a = number.fma(number, a);
                FloatVector.fromArray(S, x, o + i, in).mul(r).mul(FloatVector.fromArray(S, weight, FIRST + i, in)).intoArray(y, o + i, in);
            }
            a.add(c).add(b.add(d)).intoArray(work, NEXT + lane);
        }
    }

    /**
     * dx = (dy weight - x inner) r of the row at o, whose x, dy, weight and sums lie in turn at {@code here}, 16 numbers of each; the sums
     * get dy x r more, and x[next ..) and dy[next ..) take the places of the row's. Finds the sum of weight x dy of the next row,
     * weight x rounded and then fused with dy into one of 32 lanes.
     *
     * <p>All that is not read from tensors is so one stream: with seven instead of four, tensors came up to a fifth later.
     */
    static void normSlopes(float[] x, float[] dy, int next, float inner, float r, int n, float[] dx, int o, float[] work, int here) {
        int whole = n - n % (2 * GROUP);
        for (int lane = 0; lane < GROUP; lane += L) {
            int numbers = here + lane, slopes = numbers + GROUP, weights = slopes + GROUP, sums = weights + GROUP;
            int from = next + lane, to = o + lane;
            FloatVector a = FloatVector.zero(S), b = a;
            for (int i = 0; i < whole; i += GROUP) {
                FloatVector w = FloatVector.fromArray(S, work, weights + 4 * i);
                FloatVector nextNumber = FloatVector.fromArray(S, x, from + i);
                FloatVector nextSlope = FloatVector.fromArray(S, dy, from + i);
                FloatVector product = w.mul(nextNumber).fma(nextSlope, a);
                a = b;
                b = product;
                FloatVector number = FloatVector.fromArray(S, work, numbers + 4 * i);
                FloatVector slope = FloatVector.fromArray(S, work, slopes + 4 * i);
                slope.mul(w).sub(number.mul(inner)).mul(r).intoArray(dx, to + i);
                FloatVector.fromArray(S, work, sums + 4 * i).add(slope.mul(number).mul(r)).intoArray(work, sums + 4 * i);
                nextNumber.intoArray(work, numbers + 4 * i);
                nextSlope.intoArray(work, slopes + 4 * i);
            }
            if (whole < n) {
                a.intoArray(work, NEXT + lane);
                for (int group = whole; group + lane < n; group += GROUP) {
                    normSlopesOfTail(x, dy, next, inner, r, group + lane, Math.min(group + lane + L, n), dx, o, work, here);
                }
                a = FloatVector.fromArray(S, work, NEXT + lane);
            }
            a.add(b).intoArray(work, NEXT + lane);
        }
    }

    /** Numbers [from, to) of a row for {@link #normSlopes}, one by one: with masks there were more vectors than C2 has room for. */
    private static void normSlopesOfTail(float[] x, float[] dy, int next, float inner, float r, int from, int to, float[] dx, int o,
                                         float[] work, int here) {
        for (int i = from; i < to; i++) {
            int lane = i % GROUP;
            int number = here + 4 * (i - lane) + lane, slope = number + GROUP, weight = slope + GROUP, sum = weight + GROUP;
            float nextNumber = x[next + i];
            float nextSlope = dy[next + i];
            work[NEXT + lane] = Math.fma(work[weight] * nextNumber, nextSlope, work[NEXT + lane]);
            dx[o + i] = (work[slope] * work[weight] - work[number] * inner) * r;
            work[sum] += work[slope] * work[number] * r;
            work[number] = nextNumber;
            work[slope] = nextSlope;
        }
    }
}
