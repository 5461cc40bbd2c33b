package org.soarj.rl;

import java.util.Arrays;

/**
 * What is done to the advantages of a whole batch after each group has its own. Off for RLOO: dividing by a deviation makes
 * the gradient biased, and the deviation of leave-one-out siblings explodes when they agree, so none of these uses it.
 */
public enum Normalisation {
    /** Nothing. */
    NONE {
        @Override
        public double[][] apply(double[][] advantages, int[][] lengths) {
            return advantages;
        }
    },
    /** (A - mean) / (std + 1e-4) over the completions of the batch, as TRL can. */
    COMPLETIONS {
        @Override
        public double[][] apply(double[][] advantages, int[][] lengths) {
            return Advantage.normaliseBatch(advantages);
        }
    },
    /**
     * (A - mean) / (std + 1e-8) over the tokens of the batch, every token with the advantage of its completion: with
     * {@link Advantage.MeanCentred} this is REINFORCE++ with baseline (Hu 2025). Long completions weigh more in both statistics.
     */
    TOKENS {
        @Override
        public double[][] apply(double[][] advantages, int[][] lengths) {
            double tokens = 0;
            double sum = 0;
            for (int g = 0; g < advantages.length; g++) {
                for (int i = 0; i < advantages[g].length; i++) {
                    tokens += lengths[g][i];
                    sum += lengths[g][i] * advantages[g][i];
                }
            }
            if (tokens < 2) {
                throw new IllegalArgumentException("normalise advantages: got " + (long) tokens
                        + " tokens in the batch, a deviation needs at least 2; raise the batch size");
            }
            double mean = sum / tokens;
            double squares = 0;
            for (int g = 0; g < advantages.length; g++) {
                for (int i = 0; i < advantages[g].length; i++) {
                    double distance = advantages[g][i] - mean;
                    squares += lengths[g][i] * distance * distance;
                }
            }
            double deviation = Math.sqrt(squares / (tokens - 1)) + 1e-8;
            return Arrays.stream(advantages)
                    .map(group -> Arrays.stream(group).map(a -> (a - mean) / deviation).toArray())
                    .toArray(double[][]::new);
        }
    };

    /**
     * Advantages of every completion of every group, normalised.
     *
     * @param advantages (groups)(G); not changed
     * @param lengths tokens of each completion; (groups)(G)
     * @throws IllegalArgumentException when there are too few numbers for a deviation
     */
    public abstract double[][] apply(double[][] advantages, int[][] lengths);
}
