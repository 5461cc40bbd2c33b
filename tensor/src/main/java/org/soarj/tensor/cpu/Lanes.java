package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums along a row whose order is the same on every vector width: element i is added into lane i mod 16, and the sixteen
 * lanes are then added as a fixed tree. 512-bit vectors hold the lanes in one register, narrower ones in two or four.
 */
final class Lanes {
    /** The widest vectors of this machine; {@code -Dsoarj.vectorBits=256} narrows them, for tests. */
    static final VectorSpecies<Float> SPECIES = species();
    static final int WIDTH = SPECIES.length();
    /** Lanes of the sum, on every machine. */
    static final int SUM_LANES = 16;

    private Lanes() {}

    private static VectorSpecies<Float> species() {
        int bits = Math.min(512, Integer.getInteger("soarj.vectorBits", FloatVector.SPECIES_PREFERRED.vectorBitSize()));
        return switch (bits) {
            case 512 -> FloatVector.SPECIES_512;
            case 256 -> FloatVector.SPECIES_256;
            default -> FloatVector.SPECIES_128;
        };
    }

    /** Sum of x[xo .. xo+n). */
    static float sum(float[] x, int xo, int n) {
        float[] lanes = new float[SUM_LANES];
        for (int lane = 0; lane < SUM_LANES; lane += WIDTH) {
            FloatVector acc = FloatVector.zero(SPECIES);
            int i = lane;
            for (; i + WIDTH <= n; i += SUM_LANES) {
                acc = acc.add(FloatVector.fromArray(SPECIES, x, xo + i));
            }
            if (i < n) {
                VectorMask<Float> rest = SPECIES.indexInRange(i, n);
                acc = acc.add(FloatVector.fromArray(SPECIES, x, xo + i, rest));
            }
            acc.intoArray(lanes, lane);
        }
        return tree(lanes);
    }

    /** Sum of x[xo+i] y[yo+i] for i below n, each product fused into its lane. */
    static float dot(float[] x, int xo, float[] y, int yo, int n) {
        float[] lanes = new float[SUM_LANES];
        for (int lane = 0; lane < SUM_LANES; lane += WIDTH) {
            FloatVector acc = FloatVector.zero(SPECIES);
            int i = lane;
            for (; i + WIDTH <= n; i += SUM_LANES) {
                acc = FloatVector.fromArray(SPECIES, x, xo + i).fma(FloatVector.fromArray(SPECIES, y, yo + i), acc);
            }
            if (i < n) {
                VectorMask<Float> rest = SPECIES.indexInRange(i, n);
                acc = FloatVector.fromArray(SPECIES, x, xo + i, rest)
                        .fma(FloatVector.fromArray(SPECIES, y, yo + i, rest), acc);
            }
            acc.intoArray(lanes, lane);
        }
        return tree(lanes);
    }

    /** Largest of x[xo .. xo+n), n at least 1; a NaN wins. */
    static float max(float[] x, int xo, int n) {
        FloatVector acc = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            acc = acc.max(FloatVector.fromArray(SPECIES, x, xo + i));
        }
        float max = acc.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, x[xo + i]);
        }
        return max;
    }

    private static float tree(float[] lanes) {
        for (int half = SUM_LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }
}
