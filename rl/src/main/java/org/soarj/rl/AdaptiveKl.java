package org.soarj.rl;

/**
 * A controller that keeps the divergence near a target by moving its weight (Ziegler et al. 2019, eq. 2, as in verl):
 * {@code beta * (1 + clip(kl / target - 1, -0.2, 0.2) * n / horizon)}.
 *
 * @param target wanted divergence, nats a token; 0 leaves the weight alone
 * @param horizon completions over which the weight may change by a fifth
 */
public record AdaptiveKl(double target, double horizon) {
    private static final double MOST = 0.2;

    /** @throws IllegalArgumentException when the target is negative or the horizon is not above 0 */
    public AdaptiveKl {
        if (!(target >= 0) || !(horizon > 0)) {
            throw new IllegalArgumentException("adaptive KL: the target must be 0 or more and the horizon above 0, got "
                    + target + " and " + horizon);
        }
    }

    /** A weight that stays as it is. */
    public static AdaptiveKl off() {
        return new AdaptiveKl(0, 10_000);
    }

    /**
     * The weight of the next step.
     *
     * @param beta weight so far
     * @param kl divergence that was measured: mean over completions of their token means
     * @param completions n, of this step
     */
    public double next(double beta, double kl, int completions) {
        return target == 0 ? beta : beta * (1 + Math.clamp(kl / target - 1, -MOST, MOST) * completions / horizon);
    }
}
