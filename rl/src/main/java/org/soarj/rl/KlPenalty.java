package org.soarj.rl;

import java.util.List;

/**
 * The reward that enters the baseline: {@code clip(R) - beta * sum_t (old_t - reference_t)}, the K1 estimate summed over
 * the tokens and not averaged, as in TRL's RLOOTrainer. The range applies before the penalty. An unscorable reward (NaN)
 * stays NaN.
 *
 * @param beta weight of the divergence, reward units a nat; it must shrink with the rewards when they are rescaled
 * @param lowest rewards below this are raised to it; negative infinity for no bound
 * @param highest rewards above this are lowered to it; infinity for no bound
 */
public record KlPenalty(double beta, double lowest, double highest) {
    /** @throws IllegalArgumentException when beta is negative or the range is empty */
    public KlPenalty {
        if (!(beta >= 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException("KL penalty: beta must be 0 or more and finite, got " + beta);
        }
        if (!(lowest <= highest)) {
            throw new IllegalArgumentException("KL penalty: the reward range is empty: lowest is " + lowest
                    + ", highest is " + highest + "; swap them?");
        }
    }

    /** The penalty with this weight, rewards unbounded. */
    public static KlPenalty of(double beta) {
        return new KlPenalty(beta, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /**
     * The penalised reward of one completion.
     *
     * @param old log-probabilities recorded by the sampler; (T)
     * @param reference those of the reference model for the same tokens at the same temperature; (T)
     */
    public double apply(double reward, float[] old, float[] reference) {
        if (Double.isNaN(reward)) {
            return Double.NaN;
        }
        double clipped = Math.clamp(reward, lowest, highest);
        return beta == 0 ? clipped : clipped - beta * sequenceKl(old, reference);
    }

    /** {@code sum_t (old_t - reference_t)}, nats a sequence; negative values are possible and meant. */
    public static double sequenceKl(float[] old, float[] reference) {
        if (old.length != reference.length) {
            throw new IllegalArgumentException("KL penalty: " + old.length + " sampler log-probabilities but "
                    + reference.length + " of the reference; score the same completion ids");
        }
        double sum = 0;
        for (int t = 0; t < old.length; t++) {
            sum += (double) old[t] - reference[t];
        }
        return sum;
    }

    /** Mean over all tokens of a batch, nats a token: what TRL logs as {@code kl}. Not what {@link #apply} uses. */
    public static double tokenMean(List<float[]> old, List<float[]> reference) {
        double sum = 0;
        long tokens = 0;
        for (int i = 0; i < old.size(); i++) {
            sum += sequenceKl(old.get(i), reference.get(i));
            tokens += old.get(i).length;
        }
        return tokens == 0 ? 0 : sum / tokens;
    }

    /** Mean over the sequences of a batch of their token means: what verl logs. */
    public static double sequenceMean(List<float[]> old, List<float[]> reference) {
        double sum = 0;
        for (int i = 0; i < old.size(); i++) {
            sum += old.get(i).length == 0 ? 0 : sequenceKl(old.get(i), reference.get(i)) / old.get(i).length;
        }
        return old.isEmpty() ? 0 : sum / old.size();
    }
}
