package org.soarj.soar;

import java.util.Arrays;
import org.soarj.tensor.Rng;

/**
 * The reward of the arm Intrinsic-T (SOAR App. B.4): the mean {@link ProposerReward} of a data set's questions, no student
 * trained.
 *
 * <p>It takes the place of the inner loop: its score is the reward itself, so the loop runs with one repeat, with
 * {@link PromotionRule#NEVER} and with {@link #noBaseline()} as the evaluator.
 *
 * @param student answers the questions
 * @param samples answers for each question, 32 in the paper
 * @param shape what a success rate is worth
 */
public record IntrinsicReward<W>(SuccessRates<W> student, int samples, ProposerReward shape) implements InnerLoop<W> {
    public IntrinsicReward {
        SoarSettings.atLeast(1, samples, "samples", "a success rate needs an answer");
    }

    /** How often a student agrees with the teacher's answers. */
    @FunctionalInterface
    public interface SuccessRates<W> {
        /** Success rate of each question in order, in [0,1], over {@code samples} answers at temperature 1. */
        double[] of(W student, QuestionSet questions, int samples, Rng rng);
    }

    /** Scores that are rewards already have nothing to be subtracted. */
    public static <W> StudentEvaluator<W> noBaseline() {
        return (student, questions, rng) -> 0;
    }

    @Override
    public InnerResult<W> run(InnerJob<W> job) {
        double[] rates = student.of(job.baseline(), job.questions(), samples, job.rng());
        if (rates.length != job.questions().size()) {
            throw new IllegalStateException("intrinsic reward: " + job.coordinates() + " has " + job.questions().size()
                    + " questions, got " + rates.length + " success rates");
        }
        return new InnerResult<>(Arrays.stream(rates).map(shape::of).average().orElse(0), job::baseline);
    }
}
