package org.soarj.rl;

import java.util.Arrays;

/**
 * How much better a completion did than its siblings: rewards of one group in, advantages out.
 *
 * <p>Unscorable rewards (NaN) take no part in the baseline of the others and get advantage 0, as in TRL; so does the only
 * scorable one of a group. Differences between siblings are summed before anything is divided, so a group whose rewards
 * are all equal gets exactly 0, whatever their value.
 */
public sealed interface Advantage {
    /**
     * Advantages of one group.
     *
     * @param rewards finite, or NaN where unscorable; (G)
     * @return (G), every entry finite
     * @throws IllegalArgumentException when the group has fewer than two members, or a reward is infinite
     */
    double[] of(double[] rewards);

    /** The default: reward minus the mean reward of the other members (Ahmadian et al. 2024, arXiv 2402.14740). Unbiased. */
    record LeaveOneOut() implements Advantage {
        @Override
        public double[] of(double[] rewards) {
            return divided(leads(rewards), scorable(rewards) - 1);
        }
    }

    /** Reward minus the group mean, itself included: (G-1)/G of leave-one-out (Dr. GRPO, Liu et al. 2025). */
    record MeanCentred() implements Advantage {
        @Override
        public double[] of(double[] rewards) {
            return divided(leads(rewards), scorable(rewards));
        }
    }

    /**
     * GRPO: (r - mean) / (std + epsilon) (Shao et al. 2024, sec. 4.1.2). Biased: it weighs groups by their spread.
     *
     * @param epsilon keeps a small spread finite; 1e-4 in TRL, 1e-6 in verl
     * @param bessel whether the variance is divided by G-1 (TRL, verl, OpenRLHF) or by G
     */
    record Standardised(double epsilon, boolean bessel) implements Advantage {
        /** @throws IllegalArgumentException unless epsilon is above 0 */
        public Standardised {
            if (!(epsilon > 0)) {
                throw new IllegalArgumentException(
                        "standardised advantage: epsilon must be above 0, got " + epsilon + "; TRL takes 1e-4");
            }
        }

        @Override
        public double[] of(double[] rewards) {
            int scorable = scorable(rewards);
            double[] centred = divided(leads(rewards), scorable);
            // An unscorable member has lead 0, so it adds nothing to the sum of squares either.
            double squares = Arrays.stream(centred).map(distance -> distance * distance).sum();
            return divided(centred, Math.sqrt(squares / (bessel ? scorable - 1 : scorable)) + epsilon);
        }
    }

    /** RLOO. */
    static Advantage leaveOneOut() {
        return new LeaveOneOut();
    }

    /** Dr. GRPO. */
    static Advantage meanCentred() {
        return new MeanCentred();
    }

    /** GRPO with TRL's constants. */
    static Advantage grpo() {
        return new Standardised(1e-4, true);
    }

    /**
     * TRL's optional last step: (A - mean) / (std + 1e-4) over all advantages of a generation batch, Bessel std.
     *
     * @param groups advantages of every group of the batch; not changed
     * @return new arrays of the same sizes
     * @throws IllegalArgumentException when the batch has fewer than two advantages
     */
    static double[][] normaliseBatch(double[][] groups) {
        long count = Arrays.stream(groups).mapToLong(group -> group.length).sum();
        if (count < 2) {
            throw new IllegalArgumentException("normalise advantages: got " + count
                    + " in the batch, a deviation needs at least 2; raise the batch size");
        }
        double mean = Arrays.stream(groups).flatMapToDouble(Arrays::stream).sum() / count;
        double squares = Arrays.stream(groups)
                .flatMapToDouble(Arrays::stream)
                .map(advantage -> (advantage - mean) * (advantage - mean))
                .sum();
        double deviation = Math.sqrt(squares / (count - 1));
        return Arrays.stream(groups)
                .map(group -> Arrays.stream(group).map(a -> (a - mean) / (deviation + 1e-4)).toArray())
                .toArray(double[][]::new);
    }

    /** {@code sum_j (r_i - r_j)} over the scorable siblings j of every scorable i; 0 for the others. */
    private static double[] leads(double[] rewards) {
        requireGroup(rewards);
        double[] leads = new double[rewards.length];
        for (int i = 0; i < rewards.length; i++) {
            for (double sibling : rewards) {
                leads[i] += Double.isNaN(rewards[i]) || Double.isNaN(sibling) ? 0 : rewards[i] - sibling;
            }
        }
        return leads;
    }

    /** Number of scorable members; 2 where there are fewer, whose leads are 0 whatever they are divided by. */
    private static int scorable(double[] rewards) {
        return Math.max(2, (int) Arrays.stream(rewards).filter(reward -> !Double.isNaN(reward)).count());
    }

    private static double[] divided(double[] values, double divisor) {
        return Arrays.stream(values).map(value -> value / divisor).toArray();
    }

    private static void requireGroup(double[] rewards) {
        if (rewards.length < 2) {
            throw new IllegalArgumentException("advantage: a group needs at least 2 rollouts to have a baseline, got "
                    + rewards.length + "; raise the group size");
        }
        for (double reward : rewards) {
            if (Double.isInfinite(reward)) {
                throw new IllegalArgumentException("advantage: rewards must be finite, or NaN where unscorable, got "
                        + Arrays.toString(rewards));
            }
        }
    }
}
