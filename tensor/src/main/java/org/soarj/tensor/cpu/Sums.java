package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Sums down the columns of rows, and the sum of squares in double precision. */
final class Sums {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

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
     * Sum of squares of x[from .. to), which are exact in double precision: eight running sums of every eighth element,
     * added in order. Scalar, since vectors of doubles would need a second, narrower species of floats (see the package).
     */
    static double squares(float[] x, int from, int to) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            s0 = Math.fma((double) x[i], x[i], s0);
            s1 = Math.fma((double) x[i + 1], x[i + 1], s1);
            s2 = Math.fma((double) x[i + 2], x[i + 2], s2);
            s3 = Math.fma((double) x[i + 3], x[i + 3], s3);
            s4 = Math.fma((double) x[i + 4], x[i + 4], s4);
            s5 = Math.fma((double) x[i + 5], x[i + 5], s5);
            s6 = Math.fma((double) x[i + 6], x[i + 6], s6);
            s7 = Math.fma((double) x[i + 7], x[i + 7], s7);
        }
        double rest = 0;
        for (; i < to; i++) {
            rest = Math.fma((double) x[i], x[i], rest);
        }
        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + rest;
    }
}
