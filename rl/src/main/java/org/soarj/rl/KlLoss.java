package org.soarj.rl;

/**
 * The divergence from the reference as a term of the loss: {@code beta * estimator}, for every token, weighed as the policy
 * loss weighs its tokens.
 *
 * @param estimator K2 has the gradient of KL(policy || reference), K3 that of KL(reference || policy) and spikes where the
 *     reference finds a token far likelier
 * @param beta weight; 0 for no such term
 */
public record KlLoss(KlEstimator estimator, double beta) {
    /** @throws IllegalArgumentException when beta is negative, or K1 is asked to teach */
    public KlLoss {
        if (!(beta >= 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException("KL loss: beta must be 0 or more and finite, got " + beta);
        }
        if (beta > 0 && estimator == KlEstimator.K1) {
            throw new IllegalArgumentException("KL loss: K1 has expected gradient 0 in a loss and teaches nothing; take K2 or "
                    + "K3, or put K1 into the reward");
        }
    }

    /** No such term. */
    public static KlLoss off() {
        return new KlLoss(KlEstimator.K2, 0);
    }

    /** Whether there is such a term. */
    public boolean on() {
        return beta > 0;
    }
}
