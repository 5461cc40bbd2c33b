package org.soarj.tensor.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Sums down the columns of rows, and the sum of squares in double precision. */
final class Sums {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, S.vectorShape());
    private static final int D = DOUBLES.length();
    /** As many floats as {@link #DOUBLES} has lanes. */
    private static final VectorSpecies<Float> HALF =
            VectorSpecies.of(float.class, VectorShape.forBitSize(S.vectorBitSize() / 2));
    /** Lanes of doubles that one of the four accumulators stands for, on every machine. */
    private static final int LANES = 8;

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

    /** to[i] += x[row,i] for rows [from, to) of n numbers, in ascending order, for i in [left, right). */
    static void addRows(float[] x, int n, int from, int until, float[] to, int at, int left, int right) {
        for (int row = from; row < until; row++) {
            add(x, row * n + left, to, at + left, right - left);
        }
    }

    /**
     * Sum of squares of x[from .. to), which are exact in double precision. Element i is added into lane i mod 32 and the
     * lanes are added in order, on every vector width.
     */
    static double squares(float[] x, int from, int to) {
        double[] lanes = new double[4 * LANES];
        int whole = to - (to - from) % (4 * LANES);
        for (int lane = 0; lane < LANES; lane += D) {
            squares(x, from + lane, whole, lanes, lane);
        }
        for (int i = whole; i < to; i++) {
            lanes[i - whole] += (double) x[i] * x[i];
        }
        double sum = 0;
        for (double lane : lanes) {
            sum += lane;
        }
        return sum;
    }

    private static void squares(float[] x, int from, int to, double[] lanes, int lane) {
        DoubleVector a0 = DoubleVector.zero(DOUBLES), a1 = a0, a2 = a0, a3 = a0;
        for (int i = from; i < to; i += 4 * LANES) {
            DoubleVector x0 = doubles(x, i);
            a0 = x0.fma(x0, a0);
            DoubleVector x1 = doubles(x, i + LANES);
            a1 = x1.fma(x1, a1);
            DoubleVector x2 = doubles(x, i + 2 * LANES);
            a2 = x2.fma(x2, a2);
            DoubleVector x3 = doubles(x, i + 3 * LANES);
            a3 = x3.fma(x3, a3);
        }
        a0.intoArray(lanes, lane);
        a1.intoArray(lanes, lane + LANES);
        a2.intoArray(lanes, lane + 2 * LANES);
        a3.intoArray(lanes, lane + 3 * LANES);
    }

    private static DoubleVector doubles(float[] x, int at) {
        return (DoubleVector) FloatVector.fromArray(HALF, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
