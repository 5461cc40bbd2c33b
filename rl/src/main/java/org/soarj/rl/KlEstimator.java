package org.soarj.rl;

/**
 * Single-sample estimators of KL(policy || reference), from the log-probability of a token that the policy sampled
 * (Schulman 2020, "Approximating KL divergence"). With d = log p - log q:
 *
 * <p>As a reward penalty, K1 is unbiased. As a loss term, K1 has expected gradient 0 and teaches nothing, K2 has the
 * gradient of KL(p||q), and K3 has the gradient of KL(q||p).
 */
public enum KlEstimator {
    /** d: unbiased, of either sign, high variance. */
    K1 {
        @Override
        double value(double d) {
            return d;
        }

        @Override
        double derivative(double d) {
            return 1;
        }
    },
    /** d^2 / 2: biased, never negative. */
    K2 {
        @Override
        double value(double d) {
            return d * d / 2;
        }

        @Override
        double derivative(double d) {
            return d;
        }
    },
    /** exp(-d) - 1 + d: unbiased, never negative; spikes where the reference finds the token far likelier. */
    K3 {
        @Override
        double value(double d) {
            return Math.expm1(-d) + d;
        }

        @Override
        double derivative(double d) {
            return -Math.expm1(-d);
        }
    };

    abstract double value(double d);

    abstract double derivative(double d);

    /** The estimate, in nats. */
    public double value(double logProb, double referenceLogProb) {
        return value(logProb - referenceLogProb);
    }

    /** Derivative of {@link #value(double, double)} by {@code logProb}. */
    public double derivative(double logProb, double referenceLogProb) {
        return derivative(logProb - referenceLogProb);
    }

    /** The estimate held within +-{@code limit} nats, as verl and OpenRLHF log it (limit 10). */
    public double clampedValue(double logProb, double referenceLogProb, double limit) {
        return Math.clamp(value(logProb, referenceLogProb), -limit, limit);
    }
}
