package org.soarj.soar.actor;

import java.util.List;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/** How a student's accuracy on hard questions is measured for the teacher's reward. */
public sealed interface Gain {

    /** Share of right answers, in [0,1]. */
    double accuracy(Policy policy, List<Problem> questions, Evaluation.Judge judge, Rng rng);

    /** Answers to each question. */
    int answers();

    /** One greedy answer to each question, as in the paper (SOAR sec. 3.1). */
    record Greedy() implements Gain {
        @Override
        public double accuracy(Policy policy, List<Problem> questions, Evaluation.Judge judge, Rng rng) {
            return Evaluation.greedy(policy, questions, judge).accuracy();
        }

        @Override
        public int answers() {
            return 1;
        }
    }

    /**
     * Mean over several sampled answers: smoother, for small worlds where a greedy answer moves all at once.
     *
     * @param samples answers to each question
     */
    record Sampled(int samples) implements Gain {
        @Override
        public double accuracy(Policy policy, List<Problem> questions, Evaluation.Judge judge, Rng rng) {
            return Evaluation.sampled(policy, questions, samples, judge, rng).accuracy();
        }

        @Override
        public int answers() {
            return samples;
        }
    }
}
