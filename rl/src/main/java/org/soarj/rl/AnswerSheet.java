package org.soarj.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.tensor.Rng;

/**
 * What a policy answered to each problem, judged: everything that an evaluation counts.
 *
 * @param problems in order
 * @param samples n, completions of each problem
 * @param rollouts entry {@code p * n + s} is sample s of problem p
 * @param correct whether each of them is right
 * @param answers each in the form in which equal answers are equal, empty where there is none
 */
public record AnswerSheet(List<Problem> problems, int samples, List<Rollout> rollouts, boolean[] correct,
                          List<String> answers) {

    /** @throws IllegalArgumentException when there is no problem, or no sample of each */
    public AnswerSheet {
        if (samples < 1 || problems.isEmpty()) {
            throw new IllegalArgumentException("evaluation: " + samples + " samples of each of " + problems.size()
                    + " problems; draw at least one completion of at least one problem");
        }
    }

    /** Draws {@code samples} completions of each problem at the policy's temperature and judges them. */
    public static AnswerSheet sampled(Policy policy, List<Problem> problems, int samples, Evaluation.Judge judge, Rng rng) {
        return judged(problems, samples, policy.sample(problems, samples, rng), judge);
    }

    /** Takes the most probable completion of each problem and judges it. */
    public static AnswerSheet greedy(Policy policy, List<Problem> problems, Evaluation.Judge judge) {
        return judged(problems, 1, policy.greedy(problems), judge);
    }

    /** Judges given completions. */
    public static AnswerSheet judged(List<Problem> problems, int samples, List<Rollout> rollouts, Evaluation.Judge judge) {
        boolean[] correct = new boolean[rollouts.size()];
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < correct.length; i++) {
            String text = rollouts.get(i).text();
            correct[i] = judge.correct(problems.get(i / samples), text);
            answers.add(judge.answer(text));
        }
        return new AnswerSheet(problems, samples, rollouts, correct, answers);
    }

    /** How many samples of each problem are right. */
    public Evaluation counts() {
        int[] counts = new int[problems.size()];
        for (int i = 0; i < correct.length; i++) {
            counts[i / samples] += correct[i] ? 1 : 0;
        }
        return new Evaluation(samples, counts);
    }

    /** Unbiased pass@k of each problem. */
    public double[] passAt(int k) {
        return Arrays.stream(counts().correct()).mapToDouble(count -> PassAtK.estimate(samples, count, k)).toArray();
    }

    /**
     * maj@k of each problem: how often the most frequent answer among k samples is right, over the whole blocks of k samples
     * in their order. Of equally frequent answers the one that came first counts; no answer is no vote.
     *
     * @throws IllegalArgumentException unless 1 <= k <= n
     */
    public double[] majorityAt(int k) {
        if (k < 1 || k > samples) {
            throw new IllegalArgumentException(
                    "maj@" + k + " asked of " + samples + " samples; draw more samples or ask for a smaller k");
        }
        int blocks = samples / k;
        double[] shares = new double[problems.size()];
        for (int p = 0; p < shares.length; p++) {
            for (int block = 0; block < blocks; block++) {
                int from = p * samples + block * k;
                shares[p] += majorityIsRight(from, from + k) ? 1.0 / blocks : 0;
            }
        }
        return shares;
    }

    private boolean majorityIsRight(int from, int to) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        Map<String, Boolean> right = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            if (!answers.get(i).isEmpty()) {
                votes.merge(answers.get(i), 1, Integer::sum);
                right.putIfAbsent(answers.get(i), correct[i]);
            }
        }
        String winner = "";
        for (Map.Entry<String, Integer> answer : votes.entrySet()) {
            winner = answer.getValue() > votes.getOrDefault(winner, 0) ? answer.getKey() : winner;
        }
        return right.getOrDefault(winner, false);
    }

    /** Mean completion length in tokens. */
    public double meanLength() {
        return rollouts.stream().mapToInt(Rollout::length).average().orElseThrow();
    }

    /** Share of completions that the limit cut off. */
    public double shareTruncated() {
        return rollouts.stream().mapToInt(rollout -> rollout.truncated() ? 1 : 0).average().orElseThrow();
    }
}
