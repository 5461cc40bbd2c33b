package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums along a row whose order is the same on every vector width. Element i is added into lane i mod 64, a row of lanes at
 * a time; the 64 lanes are folded to 16, and these as a fixed tree: i with i+8, then i+4, i+2, i+1. The sums of
 * {@link VectorMath} have 16 lanes from the start and end in the same tree.
 *
 * <p>512-bit vectors take 16 lanes at once. Narrower ones go over the row two or four times, for the lanes of one vector
 * each time: slower, and the same bits. Every kernel of this package but those is made of operations on one element or on
 * one chain, so that no result depends on the width; a test compares the widths.
 */
final class Lanes {
    /** The widest vectors of this machine; {@code -Dsoarj.vectorBits=256} narrows them, for tests. */
    static final VectorSpecies<Float> SPECIES = species();
    static final int WIDTH = SPECIES.length();
    /** Lanes of the tree that ends a sum, on every machine. */
    static final int SUM_LANES = 16;

    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;

    private Lanes() {}

    private static VectorSpecies<Float> species() {
        int bits = Math.min(512, Integer.getInteger("soarj.vectorBits", FloatVector.SPECIES_PREFERRED.vectorBitSize()));
        return switch (bits) {
            case 512 -> FloatVector.SPECIES_512;
            case 256 -> FloatVector.SPECIES_256;
            default -> FloatVector.SPECIES_128;
        };
    }

    /** {@code n} rounded up to whole groups of lanes. */
    static int padded(int n) {
        return (n + SUM_LANES - 1) / SUM_LANES * SUM_LANES;
    }

    /** Sum of x[xo .. xo+n). */
    static float sum(float[] x, int xo, int n) {
        FloatVector lanes = sum(x, xo, n, 0);
        if (WIDTH == 8) {
            return tree(lanes.add(sum(x, xo, n, 8)));
        } else if (WIDTH == 4) {
            return tree(lanes.add(sum(x, xo, n, 8)).add(sum(x, xo, n, 4).add(sum(x, xo, n, 12))));
        }
        return tree(lanes);
    }

    /** Sum of x[xo+i] y[yo+i] for i below n, each product fused into its lane. */
    static float dot(float[] x, int xo, float[] y, int yo, int n) {
        FloatVector lanes = dot(x, xo, y, yo, n, 0);
        if (WIDTH == 8) {
            return tree(lanes.add(dot(x, xo, y, yo, n, 8)));
        } else if (WIDTH == 4) {
            return tree(lanes.add(dot(x, xo, y, yo, n, 8)).add(dot(x, xo, y, yo, n, 4).add(dot(x, xo, y, yo, n, 12))));
        }
        return tree(lanes);
    }

    /** Sum of w[i] x[xo+i] y[xo+i] for i below n: w x rounded, then fused with y into its lane. */
    static float dot3(float[] w, float[] x, float[] y, int xo, int n) {
        FloatVector lanes = dot3(w, x, y, xo, n, 0);
        if (WIDTH == 8) {
            return tree(lanes.add(dot3(w, x, y, xo, n, 8)));
        } else if (WIDTH == 4) {
            return tree(lanes.add(dot3(w, x, y, xo, n, 8)).add(dot3(w, x, y, xo, n, 4).add(dot3(w, x, y, xo, n, 12))));
        }
        return tree(lanes);
    }

    /** The vector at x[at], zeros from {@code end} on. */
    private static FloatVector load(float[] x, int at, int end) {
        if (at + WIDTH <= end) {
            return FloatVector.fromArray(SPECIES, x, at);
        }
        return at < end ? FloatVector.fromArray(SPECIES, x, at, SPECIES.indexInRange(at, end)) : FloatVector.zero(SPECIES);
    }

    private static FloatVector sum(float[] x, int xo, int n, int lane) {
        FloatVector a0 = FloatVector.zero(SPECIES), a1 = a0, a2 = a0, a3 = a0;
        int end = xo + n;
        int i = xo + lane;
        for (; i + 3 * SUM_LANES + WIDTH <= end; i += 4 * SUM_LANES) {
            a0 = a0.add(FloatVector.fromArray(SPECIES, x, i));
            a1 = a1.add(FloatVector.fromArray(SPECIES, x, i + SUM_LANES));
            a2 = a2.add(FloatVector.fromArray(SPECIES, x, i + 2 * SUM_LANES));
            a3 = a3.add(FloatVector.fromArray(SPECIES, x, i + 3 * SUM_LANES));
        }
        if (i < end) {
            a0 = a0.add(load(x, i, end));
            a1 = a1.add(load(x, i + SUM_LANES, end));
            a2 = a2.add(load(x, i + 2 * SUM_LANES, end));
            a3 = a3.add(load(x, i + 3 * SUM_LANES, end));
        }
        return a0.add(a2).add(a1.add(a3));
    }

    private static FloatVector dot(float[] x, int xo, float[] y, int yo, int n, int lane) {
        FloatVector a0 = FloatVector.zero(SPECIES), a1 = a0, a2 = a0, a3 = a0;
        int i = lane;
        for (; i + 3 * SUM_LANES + WIDTH <= n; i += 4 * SUM_LANES) {
            int at = xo + i;
            int with = yo + i;
            a0 = FloatVector.fromArray(SPECIES, x, at).fma(FloatVector.fromArray(SPECIES, y, with), a0);
            a1 = FloatVector.fromArray(SPECIES, x, at + SUM_LANES)
                    .fma(FloatVector.fromArray(SPECIES, y, with + SUM_LANES), a1);
            a2 = FloatVector.fromArray(SPECIES, x, at + 2 * SUM_LANES)
                    .fma(FloatVector.fromArray(SPECIES, y, with + 2 * SUM_LANES), a2);
            a3 = FloatVector.fromArray(SPECIES, x, at + 3 * SUM_LANES)
                    .fma(FloatVector.fromArray(SPECIES, y, with + 3 * SUM_LANES), a3);
        }
        if (i < n) {
            int at = xo + i;
            int with = yo + i;
            a0 = load(x, at, xo + n).fma(load(y, with, yo + n), a0);
            a1 = load(x, at + SUM_LANES, xo + n).fma(load(y, with + SUM_LANES, yo + n), a1);
            a2 = load(x, at + 2 * SUM_LANES, xo + n).fma(load(y, with + 2 * SUM_LANES, yo + n), a2);
            a3 = load(x, at + 3 * SUM_LANES, xo + n).fma(load(y, with + 3 * SUM_LANES, yo + n), a3);
        }
        return a0.add(a2).add(a1.add(a3));
    }

    private static FloatVector dot3(float[] w, float[] x, float[] y, int xo, int n, int lane) {
        FloatVector a0 = FloatVector.zero(SPECIES), a1 = a0, a2 = a0, a3 = a0;
        int i = lane;
        for (; i + 3 * SUM_LANES + WIDTH <= n; i += 4 * SUM_LANES) {
            int at = xo + i;
            a0 = product(w, i, x, at).fma(FloatVector.fromArray(SPECIES, y, at), a0);
            a1 = product(w, i + SUM_LANES, x, at + SUM_LANES)
                    .fma(FloatVector.fromArray(SPECIES, y, at + SUM_LANES), a1);
            a2 = product(w, i + 2 * SUM_LANES, x, at + 2 * SUM_LANES)
                    .fma(FloatVector.fromArray(SPECIES, y, at + 2 * SUM_LANES), a2);
            a3 = product(w, i + 3 * SUM_LANES, x, at + 3 * SUM_LANES)
                    .fma(FloatVector.fromArray(SPECIES, y, at + 3 * SUM_LANES), a3);
        }
        if (i < n) {
            int end = xo + n;
            a0 = load(w, i, n).mul(load(x, xo + i, end)).fma(load(y, xo + i, end), a0);
            i += SUM_LANES;
            a1 = load(w, i, n).mul(load(x, xo + i, end)).fma(load(y, xo + i, end), a1);
            i += SUM_LANES;
            a2 = load(w, i, n).mul(load(x, xo + i, end)).fma(load(y, xo + i, end), a2);
            i += SUM_LANES;
            a3 = load(w, i, n).mul(load(x, xo + i, end)).fma(load(y, xo + i, end), a3);
        }
        return a0.add(a2).add(a1.add(a3));
    }

    private static FloatVector product(float[] x, int xo, float[] y, int yo) {
        return FloatVector.fromArray(SPECIES, x, xo).mul(FloatVector.fromArray(SPECIES, y, yo));
    }

    /**
     * Sum of 16 lanes that narrower vectors have folded to their own number, as the next steps of the same tree. Adding 0
     * makes -0 to 0, which is what lanes past the end of a row leave of a row of -0 on some widths only.
     */
    static float tree(FloatVector lanes) {
        FloatVector eight = WIDTH == 16
                ? ((FloatVector) lanes.reinterpretShape(EIGHT, 0)).add((FloatVector) lanes.reinterpretShape(EIGHT, 1))
                : lanes;
        FloatVector four = WIDTH >= 8
                ? ((FloatVector) eight.reinterpretShape(FOUR, 0)).add((FloatVector) eight.reinterpretShape(FOUR, 1))
                : lanes;
        return (four.lane(0) + four.lane(2)) + (four.lane(1) + four.lane(3)) + 0f;
    }

    /**
     * Largest of x[xo .. xo+n), negative infinity for none. Numbers that are not one (NaN) are passed over; what is made
     * with the maximum (x - max, e^(x - max) and their sum) shows them.
     */
    static float max(float[] x, int xo, int n) {
        FloatVector a0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY), a1 = a0, a2 = a0, a3 = a0;
        int i = xo;
        int end = xo + n;
        for (; i + 4 * WIDTH <= end; i += 4 * WIDTH) {
            a0 = larger(a0, FloatVector.fromArray(SPECIES, x, i));
            a1 = larger(a1, FloatVector.fromArray(SPECIES, x, i + WIDTH));
            a2 = larger(a2, FloatVector.fromArray(SPECIES, x, i + 2 * WIDTH));
            a3 = larger(a3, FloatVector.fromArray(SPECIES, x, i + 3 * WIDTH));
        }
        for (; i + WIDTH <= end; i += WIDTH) {
            a0 = larger(a0, FloatVector.fromArray(SPECIES, x, i));
        }
        if (i < end) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, end);
            FloatVector last = FloatVector.fromArray(SPECIES, x, i, rest);
            a1 = a1.blend(last, last.compare(VectorOperators.GT, a1, rest));
        }
        return larger(larger(a0, a1), larger(a2, a3)).reduceLanes(VectorOperators.MAX);
    }

    /** The larger number of each lane; a comparison and a blend are a third of the cost of the exact maximum of Java. */
    static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }
}
