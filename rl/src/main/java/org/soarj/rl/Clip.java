package org.soarj.rl;

/**
 * The range within which a probability ratio earns: [1 - low, 1 + high] (Schulman et al. 2017, eq. 7).
 *
 * @param low distance below 1; 1 or more never acts
 * @param high distance above 1; infinity never acts
 */
public record Clip(double low, double high) {
    /** @throws IllegalArgumentException when a distance is negative */
    public Clip {
        if (!(low >= 0) || !(high >= 0)) {
            throw new IllegalArgumentException("clip: distances must be 0 or more, got " + low + " and " + high);
        }
    }

    /** No clipping: exact for one update a batch, where every ratio is 1. */
    public static Clip off() {
        return new Clip(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** The same distance on both sides; TRL and verl take 0.2. */
    public static Clip within(double epsilon) {
        return new Clip(epsilon, epsilon);
    }

    /** Whether the clipped branch is the smaller one because the ratio fell too low. */
    boolean actsLow(double ratio, double advantage) {
        return advantage < 0 && ratio < 1 - low;
    }

    /** Whether the clipped branch is the smaller one because the ratio rose too high. */
    boolean actsHigh(double ratio, double advantage) {
        return advantage > 0 && ratio > 1 + high;
    }

    /** The factor of the advantage: {@code min(ratio A, clip(ratio) A) / A}. */
    double factor(double ratio, double advantage) {
        return actsLow(ratio, advantage) ? 1 - low : actsHigh(ratio, advantage) ? 1 + high : ratio;
    }
}
