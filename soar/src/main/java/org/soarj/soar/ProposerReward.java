package org.soarj.soar;

/**
 * What a question is worth to its proposer, given the share p of students' answers that agree with the proposed one.
 * Rewards of this kind need no hard data set; SOAR compares its grounded reward with the first.
 */
public enum ProposerReward {
    /** 0 at p = 0, else 1 - p: the best question is solved once in a long while (SOAR App. B.4; Absolute Zero, 2505.03335). */
    ONE_MINUS_P {
        @Override
        double value(double p) {
            return p == 0 ? 0 : 1 - p;
        }
    },
    /** 1 - 2 |p - 1/2|: the best question is solved half the time (R-Zero, 2508.05004). */
    SYMMETRIC {
        @Override
        double value(double p) {
            return 1 - 2 * Math.abs(p - 0.5);
        }
    },
    /** p (1 - p), the variance of one answer's success; at most 1/4 (SPICE, 2510.24684, rewards variance). */
    VARIANCE {
        @Override
        double value(double p) {
            return p * (1 - p);
        }
    };

    abstract double value(double p);

    /**
     * The reward at success rate {@code p}.
     *
     * @throws IllegalArgumentException when {@code p} is not in [0,1]
     */
    public double of(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("proposer reward: a success rate lies in [0,1], got " + p);
        }
        return value(p);
    }
}
