package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.List;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/**
 * Keeps the problems that a policy fails in all of its samples: fail@k (SOAR sec. 2.1).
 *
 * @param samples k, 128 in the paper
 */
public record HardFilter(int samples) {
    /** Samples are drawn in rounds of this size, so that a problem costs no more once it was solved. */
    private static final int ROUND = 16;

    public HardFilter {
        if (samples < 1) {
            throw new IllegalArgumentException("fail@k: k must be 1 or more, got " + samples);
        }
    }

    /** The problems never solved, in their order. */
    public List<Problem> failed(Policy policy, List<Problem> problems, Evaluation.Judge judge, Rng rng) {
        List<Problem> left = problems;
        for (int drawn = 0; drawn < samples && !left.isEmpty(); drawn += ROUND) {
            int draw = Math.min(ROUND, samples - drawn);
            Evaluation evaluation = Evaluation.sampled(policy, left, draw, judge, rng.split("round", drawn));
            List<Problem> failed = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                if (evaluation.correct()[i] == 0) {
                    failed.add(left.get(i));
                }
            }
            left = failed;
        }
        return List.copyOf(left);
    }
}
