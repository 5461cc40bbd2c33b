package org.soarj.transformer.infer;

import org.soarj.tensor.Rng;

/**
 * Inverts the distribution function of a row in double precision, with {@link StrictMath#exp} and sums in ascending order:
 * the choice that a seed gives is the same everywhere.
 *
 * <p>Over a large vocabulary an estimate finds the token first. It is off by some 1e-9 of the sum at most; only where the
 * draw lies nearer than {@link #MARGIN} to a boundary between two tokens is the exact way gone, so that the choice is always
 * the exact one.
 */
final class SoftmaxSampler implements Sampler {
    private static final int SMALL = 512;
    private static final double MARGIN = 1e-7;

    private double[] weights = new double[0];

    @Override
    public int choose(float[] logits, int from, int size, Rng rng) {
        double max = logits[from + GREEDY.choose(logits, from, size, rng)];
        return choose(logits, from, size, max, rng.nextDouble());
    }

    /**
     * The token on which this draw falls.
     *
     * @param max the highest score
     * @param draw in [0, 1)
     */
    int choose(float[] logits, int from, int size, double max, double draw) {
        if (weights.length < size) {
            weights = new double[size];
        }
        if (size > SMALL) {
            int chosen = estimate(logits, from, size, max, draw);
            if (chosen >= 0) {
                return chosen;
            }
        }
        return exact(logits, from, size, max, draw);
    }

    /** The token that the draw falls on, or -1 when it lies too near to another. */
    private int estimate(float[] logits, int from, int size, double max, double draw) {
        double total = 0;
        for (int i = 0; i < size; i++) {
            weights[i] = Exponential.of(logits[from + i] - max);
            total += weights[i];
        }
        double left = draw * total;
        double margin = MARGIN * total;
        for (int i = 0; i < size; i++) {
            double after = left - weights[i];
            if (after < 0) {
                return left > margin && after < -margin ? i : -1;
            }
            left = after;
        }
        return -1;
    }

    private int exact(float[] logits, int from, int size, double max, double draw) {
        double total = 0;
        for (int i = 0; i < size; i++) {
            weights[i] = StrictMath.exp(logits[from + i] - max);
            total += weights[i];
        }
        return invert(weights, size, draw * total);
    }

    /** The first id at which the weights so far exceed {@code sum}; the last of any weight when rounding has left none. */
    static int invert(double[] weights, int size, double sum) {
        double left = sum;
        int last = 0;
        for (int i = 0; i < size; i++) {
            if (weights[i] > 0) {
                last = i;
            }
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return last;
    }
}
