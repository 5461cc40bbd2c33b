package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.Tensor;

/**
 * Sums along a row whose order is the same on every vector width. Element i is added into lane i mod 64 (mod 32 in
 * RMSNorm's backward, mod 16 in the sums of {@link VectorMath}), those of the last incomplete round into lane i mod 16; the lanes
 * are folded to 16, and these as a fixed tree: i with i+8, then i+4, i+2, i+1.
 *
 * <p>512-bit vectors take 16 lanes at once. Narrower ones go over the row two or four times, for the lanes of one vector
 * each time: slower, and the same bits. Every kernel of this package but those is made of operations on one element or on
 * one chain, so that no result depends on the width; a test compares the widths.
 *
 * <p>{@link #sum}, {@link #dot} and {@link #max} are also called once a task, for its first row. C2 then makes them part of their
 * caller, but not what they seldom call in turn: a vector that is in use across such a call, or is handed to it, is an object. So they
 * call nothing of ours, and sums leave their lanes in work space, for {@link #fold} or, once a task, {@link #tree}.
 */
final class Lanes {
    /** The widest vectors of this machine; {@code -Dsoarj.vectorBits=256} narrows them, for tests. */
    static final VectorSpecies<Float> SPECIES = species();
    static final int WIDTH = SPECIES.length();
    /** Lanes of the tree that ends a sum, on every machine. */
    static final int SUM_LANES = 16;
    /** Where the numbers of a tensor begin in their array, and work space that is read as whole vectors. */
    static final int FIRST = Tensor.FIRST;

    /** Each lane's partner at a distance of 8, 4, 2 and 1; the first two are used by vectors that wide. */
    private static final VectorShuffle<Float> ACROSS_8 = across(8);
    private static final VectorShuffle<Float> ACROSS_4 = across(4);
    private static final VectorShuffle<Float> ACROSS_2 = across(2);
    private static final VectorShuffle<Float> ACROSS_1 = across(1);

    private Lanes() {}

    private static VectorSpecies<Float> species() {
        int bits = Math.min(512, Integer.getInteger("soarj.vectorBits", FloatVector.SPECIES_PREFERRED.vectorBitSize()));
        return switch (bits) {
            case 512 -> FloatVector.SPECIES_512;
            case 256 -> FloatVector.SPECIES_256;
            default -> FloatVector.SPECIES_128;
        };
    }

    private static VectorShuffle<Float> across(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % WIDTH);
    }

    /** {@code n} rounded up to whole groups of lanes. */
    static int padded(int n) {
        return (n + SUM_LANES - 1) / SUM_LANES * SUM_LANES;
    }

    /** The sum of x[xo .. xo+n), as 16 lanes at work[0]. */
    static void sum(float[] x, int xo, int n, float[] work) {
        int end = xo + n;
        int whole = end - n % (4 * SUM_LANES);
        for (int lane = 0; lane < SUM_LANES; lane += WIDTH) {
            FloatVector a0 = FloatVector.zero(SPECIES), a1 = a0, a2 = a0, a3 = a0;
            int i = xo + lane;
            for (; i < whole; i += 4 * SUM_LANES) {
                a0 = FloatVector.fromArray(SPECIES, x, i).add(a0);
                a1 = FloatVector.fromArray(SPECIES, x, i + SUM_LANES).add(a1);
                a2 = FloatVector.fromArray(SPECIES, x, i + 2 * SUM_LANES).add(a2);
                a3 = FloatVector.fromArray(SPECIES, x, i + 3 * SUM_LANES).add(a3);
            }
            for (; i < end; i += SUM_LANES) {
                a0 = FloatVector.fromArray(SPECIES, x, i, SPECIES.indexInRange(i, end)).add(a0);
            }
            a0.add(a2).add(a1.add(a3)).intoArray(work, lane);
        }
    }

    /**
     * {@link #sum} of x[xo .. xo+n), bit for bit, without vectors. What runs once a step, as the sum that is the loss, is compiled
     * late or never, and until then each vector is an object.
     *
     * @param w work space of 64 numbers
     */
    static float plainSum(float[] x, int xo, int n, float[] w) {
        int whole = n - n % (4 * SUM_LANES);
        Arrays.fill(w, 0, 4 * SUM_LANES, 0f);
        for (int i = 0; i < n; i++) {
            w[i % (i < whole ? 4 * SUM_LANES : SUM_LANES)] += x[xo + i];
        }
        for (int lane = 0; lane < SUM_LANES; lane++) {
            w[lane] = w[lane] + w[lane + 2 * SUM_LANES] + (w[lane + SUM_LANES] + w[lane + 3 * SUM_LANES]);
        }
        return tree(w, 0);
    }

    /** Sum of x[xo+i] y[yo+i] for i below n, each product fused into its lane, as 16 lanes at work[0]. */
    static void dot(float[] x, int xo, float[] y, int yo, int n, float[] work) {
        int whole = n - n % (4 * SUM_LANES);
        for (int lane = 0; lane < SUM_LANES; lane += WIDTH) {
            FloatVector a0 = FloatVector.zero(SPECIES), a1 = a0, a2 = a0, a3 = a0;
            int i = lane;
            for (; i < whole; i += 4 * SUM_LANES) {
                int a = xo + i;
                int b = yo + i;
                a0 = FloatVector.fromArray(SPECIES, x, a).fma(FloatVector.fromArray(SPECIES, y, b), a0);
                a += SUM_LANES;
                b += SUM_LANES;
                a1 = FloatVector.fromArray(SPECIES, x, a).fma(FloatVector.fromArray(SPECIES, y, b), a1);
                a += SUM_LANES;
                b += SUM_LANES;
                a2 = FloatVector.fromArray(SPECIES, x, a).fma(FloatVector.fromArray(SPECIES, y, b), a2);
                a += SUM_LANES;
                b += SUM_LANES;
                a3 = FloatVector.fromArray(SPECIES, x, a).fma(FloatVector.fromArray(SPECIES, y, b), a3);
            }
            for (; i < n; i += SUM_LANES) {
                VectorMask<Float> in = SPECIES.indexInRange(i, n);
                a0 = FloatVector.fromArray(SPECIES, x, xo + i, in).fma(FloatVector.fromArray(SPECIES, y, yo + i, in), a0);
            }
            a0.add(a2).add(a1.add(a3)).intoArray(work, lane);
        }
    }

    /**
     * Sum of the 16 lanes w[at .. at+16). Adding 0 makes -0 to 0, which is what lanes past the end of a row leave of a row of -0 on
     * some widths only.
     */
    static float tree(float[] w, int at) {
        float first = w[at] + w[at + 8] + (w[at + 4] + w[at + 12]);
        float second = w[at + 1] + w[at + 9] + (w[at + 5] + w[at + 13]);
        float third = w[at + 2] + w[at + 10] + (w[at + 6] + w[at + 14]);
        float fourth = w[at + 3] + w[at + 11] + (w[at + 7] + w[at + 15]);
        return first + third + (second + fourth) + 0f;
    }

    /**
     * Largest of x[xo .. xo+n), negative infinity for none. Numbers that are not one (NaN) are passed over; what is made
     * with the maximum (x - max, e^(x - max) and their sum) shows them.
     */
    static float max(float[] x, int xo, int n) {
        FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY), b = a, c = a, d = a;
        int end = xo + n;
        int whole = end - n % WIDTH;
        for (int i = xo; i < whole; i += WIDTH) {
            FloatVector number = FloatVector.fromArray(SPECIES, x, i);
            FloatVector larger = a.blend(number, number.compare(VectorOperators.GT, a));
            a = b;
            b = c;
            c = d;
            d = larger;
        }
        FloatVector first = a.blend(b, b.compare(VectorOperators.GT, a));
        FloatVector last = c.blend(d, d.compare(VectorOperators.GT, c));
        float max = first.blend(last, last.compare(VectorOperators.GT, first)).reduceLanes(VectorOperators.MAX);
        for (int i = whole; i < end; i++) {
            max = x[i] > max ? x[i] : max;
        }
        return max;
    }

    /**
     * {@link #tree} by vectors, of which narrower ones first fold the lanes to their own number: what a vector has just stored is read
     * back at once, and number by number is not.
     */
    static float fold(float[] w, int at) {
        FloatVector lanes = FloatVector.fromArray(SPECIES, w, at);
        if (WIDTH == 8) {
            lanes = lanes.add(FloatVector.fromArray(SPECIES, w, at + 8));
        }
        if (WIDTH == 4) {
            lanes = lanes.add(FloatVector.fromArray(SPECIES, w, at + 8))
                    .add(FloatVector.fromArray(SPECIES, w, at + 4).add(FloatVector.fromArray(SPECIES, w, at + 12)));
        }
        if (WIDTH == 16) {
            lanes = lanes.add(lanes.rearrange(ACROSS_8));
        }
        if (WIDTH >= 8) {
            lanes = lanes.add(lanes.rearrange(ACROSS_4));
        }
        lanes = lanes.add(lanes.rearrange(ACROSS_2));
        return lanes.add(lanes.rearrange(ACROSS_1)).lane(0) + 0f;
    }

    /** Largest of the 16 lanes w[at .. at+16), none of which is NaN. */
    static float largest(float[] w, int at) {
        FloatVector lanes = FloatVector.fromArray(SPECIES, w, at);
        for (int lane = WIDTH; lane < SUM_LANES; lane += WIDTH) {
            lanes = larger(lanes, FloatVector.fromArray(SPECIES, w, at + lane));
        }
        if (WIDTH == 16) {
            lanes = larger(lanes, lanes.rearrange(ACROSS_8));
        }
        if (WIDTH >= 8) {
            lanes = larger(lanes, lanes.rearrange(ACROSS_4));
        }
        lanes = larger(lanes, lanes.rearrange(ACROSS_2));
        return larger(lanes, lanes.rearrange(ACROSS_1)).lane(0);
    }

    /** The larger number of each lane; a comparison and a blend are a third of the cost of the exact maximum of Java. */
    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }
}
