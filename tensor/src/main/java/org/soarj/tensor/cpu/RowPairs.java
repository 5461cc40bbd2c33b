package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Steps of the kernels of {@link Rows} for two or three rows in one loop: one row is computed while the later one comes from
 * memory and the one before is ended, where a step by itself would wait for memory or leave it idle.
 *
 * <p>What is found of the later row (its maximum, a sum) goes to work space as 16 lanes from {@link #LATER}, for
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

    /** Where the lanes of the later row are in the work space; those of this row begin at 0. */
    static final int LATER = GROUP;
    /** Numbers of work space. */
    static final int WORK = 2 * GROUP;

    private RowPairs() {}

    /**
     * e = e^(x - max) of the row at o, whose sum is returned, to e[slot .. slot+n), after what was there went to the earlier row:
     * y = factor e; the maximum of x[later .. later+n). So y is written once, where it need not be in a cache.
     */
    static float exp(float[] x, int o, float max, float[] e, int slot, int n, float[] y, int before, float factor, int later,
                     float[] work) {
        int whole = n - n % GROUP;
        FloatVector by = FloatVector.broadcast(S, factor), top = FloatVector.broadcast(S, max);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector sum = FloatVector.zero(S);
            FloatVector a = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY), b = a;
            for (int i = lane; i < whole; i += GROUP) {
                FloatVector next = FloatVector.fromArray(S, x, later + i);
                FloatVector larger = a.blend(next, next.compare(VectorOperators.GT, a));
                a = b;
                b = larger;
                FloatVector.fromArray(S, e, slot + i).mul(by).intoArray(y, before + i);
                FloatVector power = VectorMath.expBounded(FloatVector.fromArray(S, x, o + i).sub(top));
                power.intoArray(e, slot + i);
                sum = power.add(sum);
            }
            sum.intoArray(work, lane);
            a.blend(b, b.compare(VectorOperators.GT, a)).intoArray(work, LATER + lane);
        }
        float sum = Lanes.fold(work, 0);
        for (int i = whole; i < n; i++) {
            y[before + i] = factor * e[slot + i];
            float power = VectorMath.expBounded(x[o + i] - max);
            e[slot + i] = power;
            sum += power;
            work[LATER] = x[later + i] > work[LATER] ? x[later + i] : work[LATER];
        }
        return sum;
    }

    /**
     * The sum of e^(x - max) of the row at o, as {@link VectorMath#expSum}; y = (x - shift) - logSum of the row at before; the
     * maximum of x[later .. later+n).
     */
    static float logSum(float[] x, int o, float max, float[] y, int n, int before, float shift, float logSum, int later,
                        float[] work) {
        int whole = n - n % GROUP;
        int ahead = later - o;
        int back = before - o;
        FloatVector top = FloatVector.broadcast(S, max), less = FloatVector.broadcast(S, shift), log = FloatVector.broadcast(S, logSum);
        for (int lane = 0; lane < GROUP; lane += L) {
            FloatVector sum = FloatVector.zero(S);
            FloatVector a = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY), b = a;
            for (int i = o + lane; i < o + whole; i += GROUP) {
                FloatVector next = FloatVector.fromArray(S, x, ahead + i);
                FloatVector larger = a.blend(next, next.compare(VectorOperators.GT, a));
                a = b;
                b = larger;
                sum = VectorMath.expBounded(FloatVector.fromArray(S, x, i).sub(top)).add(sum);
                FloatVector.fromArray(S, x, back + i).sub(less).sub(log).intoArray(y, back + i);
            }
            sum.intoArray(work, lane);
            a.blend(b, b.compare(VectorOperators.GT, a)).intoArray(work, LATER + lane);
        }
        float sum = Lanes.fold(work, 0);
        for (int i = o + whole; i < o + n; i++) {
            sum += VectorMath.expBounded(x[i] - max);
            work[LATER] = x[ahead + i] > work[LATER] ? x[ahead + i] : work[LATER];
            y[back + i] = (x[back + i] - shift) - logSum;
        }
        return sum;
    }

    /** dx = y (dy - inner) of the row at o; the sum of y dy of the later row, as {@link Lanes#dot}. */
    static void mulLess(float[] y, float[] dy, float inner, float[] dx, int o, int n, int later, float[] work) {
        int end = o + n;
        int whole = end - n % (4 * GROUP);
        int ahead = later - o;
        for (int pass = 0; pass < Lanes.PASSES; pass++) {
            FloatVector a = FloatVector.zero(S), b = a, c = a, d = a;
            int i = o + Lanes.lane(pass);
            for (; i < whole; i += GROUP) {
                FloatVector.fromArray(S, y, i).mul(FloatVector.fromArray(S, dy, i).sub(inner)).intoArray(dx, i);
                FloatVector dot = FloatVector.fromArray(S, y, ahead + i).fma(FloatVector.fromArray(S, dy, ahead + i), a);
                a = b;
                b = c;
                c = d;
                d = dot;
            }
            for (; i < end; i += GROUP) {
                VectorMask<Float> in = S.indexInRange(i, end);
                FloatVector.fromArray(S, y, i, in).mul(FloatVector.fromArray(S, dy, i, in).sub(inner)).intoArray(dx, i, in);
                a = FloatVector.fromArray(S, y, ahead + i, in).fma(FloatVector.fromArray(S, dy, ahead + i, in), a);
            }
            a.add(c).add(b.add(d)).intoArray(work, LATER + Lanes.lane(pass));
        }
    }

    /** y = x r weight of the row at o; the sum of squares of x of the later row, as {@link Lanes#dot}. */
    static void scaleBy(float[] weight, float[] x, float r, float[] y, int o, int n, int later, float[] work) {
        int whole = n - n % (4 * GROUP);
        for (int pass = 0; pass < Lanes.PASSES; pass++) {
            FloatVector a = FloatVector.zero(S), b = a, c = a, d = a;
            int i = Lanes.lane(pass);
            for (; i < whole; i += GROUP) {
                FloatVector.fromArray(S, x, o + i).mul(r).mul(FloatVector.fromArray(S, weight, i)).intoArray(y, o + i);
                FloatVector next = FloatVector.fromArray(S, x, later + i);
                FloatVector square = next.fma(next, a);
                a = b;
                b = c;
                c = d;
                d = square;
            }
            for (; i < n; i += GROUP) {
                VectorMask<Float> in = S.indexInRange(i, n);
                FloatVector.fromArray(S, x, o + i, in).mul(r).mul(FloatVector.fromArray(S, weight, i, in)).intoArray(y, o + i, in);
                FloatVector next = FloatVector.fromArray(S, x, later + i, in);
                a = next.fma(next, a);
            }
            a.add(c).add(b.add(d)).intoArray(work, LATER + Lanes.lane(pass));
        }
    }

    /**
     * dx = (dy weight - x inner) r of the row at o; sums[so .. so+n) += dy x r; the sum of weight x dy of the later row, as
     * {@link Lanes#dot3}. Two steps at a time by hand were measured faster beyond the caches than one step that C2 unrolls.
     */
    static void normSlopes(float[] x, float[] weight, float inner, float r, float[] dy, float[] dx, int o, int n, float[] sums,
                           int so, int later, float[] work) {
        int whole = n - n % (2 * GROUP);
        for (int pass = 0; pass < Lanes.PASSES; pass++) {
            FloatVector a = FloatVector.zero(S), b = a;
            int i = Lanes.lane(pass);
            for (; i < whole; i += 2 * GROUP) {
                FloatVector w = FloatVector.fromArray(S, weight, i);
                FloatVector number = FloatVector.fromArray(S, x, o + i);
                FloatVector slope = FloatVector.fromArray(S, dy, o + i);
                slope.mul(w).sub(number.mul(inner)).mul(r).intoArray(dx, o + i);
                FloatVector.fromArray(S, sums, so + i).add(slope.mul(number).mul(r)).intoArray(sums, so + i);
                a = w.mul(FloatVector.fromArray(S, x, later + i)).fma(FloatVector.fromArray(S, dy, later + i), a);
                w = FloatVector.fromArray(S, weight, i + GROUP);
                number = FloatVector.fromArray(S, x, o + i + GROUP);
                slope = FloatVector.fromArray(S, dy, o + i + GROUP);
                slope.mul(w).sub(number.mul(inner)).mul(r).intoArray(dx, o + i + GROUP);
                FloatVector.fromArray(S, sums, so + i + GROUP).add(slope.mul(number).mul(r)).intoArray(sums, so + i + GROUP);
                b = w.mul(FloatVector.fromArray(S, x, later + i + GROUP)).fma(FloatVector.fromArray(S, dy, later + i + GROUP), b);
            }
            for (; i < n; i += GROUP) {
                VectorMask<Float> in = S.indexInRange(i, n);
                FloatVector w = FloatVector.fromArray(S, weight, i, in);
                FloatVector number = FloatVector.fromArray(S, x, o + i, in);
                FloatVector slope = FloatVector.fromArray(S, dy, o + i, in);
                slope.mul(w).sub(number.mul(inner)).mul(r).intoArray(dx, o + i, in);
                FloatVector.fromArray(S, sums, so + i, in).add(slope.mul(number).mul(r)).intoArray(sums, so + i, in);
                a = w.mul(FloatVector.fromArray(S, x, later + i, in)).fma(FloatVector.fromArray(S, dy, later + i, in), a);
            }
            a.add(b).intoArray(work, LATER + Lanes.lane(pass));
        }
    }
}
