package org.soarj.rl;

import java.util.Arrays;
import java.util.List;
import org.soarj.tensor.Rng;

/**
 * How often a policy is right, apart from any training reward.
 *
 * @param samples n, completions of each problem
 * @param correct correct completions of each problem
 */
public record Evaluation(int samples, int[] correct) {

    /** @throws IllegalArgumentException when there is no problem, or no sample of each */
    public Evaluation {
        if (samples < 1 || correct.length == 0) {
            throw new IllegalArgumentException("evaluation: " + samples + " samples of each of " + correct.length
                    + " problems; draw at least one completion of at least one problem");
        }
    }

    /** Tells a right completion from a wrong one. */
    @FunctionalInterface
    public interface Judge {
        boolean correct(Problem problem, String completion);

        /** The answer of a completion in a form in which equal answers are equal text, for a majority; empty for none. */
        default String answer(String completion) {
            return completion.strip();
        }
    }

    /** Draws {@code samples} completions of each problem at the policy's temperature. */
    public static Evaluation sampled(Policy policy, List<Problem> problems, int samples, Judge judge, Rng rng) {
        return AnswerSheet.sampled(policy, problems, samples, judge, rng).counts();
    }

    /** Takes the most probable completion of each problem. */
    public static Evaluation greedy(Policy policy, List<Problem> problems, Judge judge) {
        return AnswerSheet.greedy(policy, problems, judge).counts();
    }

    /** Share of completions that are correct. */
    public double accuracy() {
        return Arrays.stream(correct).average().orElseThrow() / samples;
    }

    /** Unbiased estimate of the chance that one of k samples is correct, mean over problems (Chen et al. 2021). */
    public double passAt(int k) {
        return PassAtK.mean(samples, correct, k);
    }
}
