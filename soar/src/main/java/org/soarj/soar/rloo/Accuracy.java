package org.soarj.soar.rloo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.rl.AnswerSheet;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.soar.measure.BootstrapInterval;
import org.soarj.tensor.Rng;

/**
 * How good a policy is, apart from any reward: greedy accuracy, unbiased pass@k and maj@k, each with a 95% bootstrap interval
 * over the problems, length and truncation.
 *
 * @param problems how many
 * @param samples completions of each
 * @param figures by name: {@code greedy}, {@code pass@8}, {@code maj@8}
 * @param length mean tokens of a sampled completion
 * @param truncated share of sampled completions that the limit cut off
 */
public record Accuracy(int problems, int samples, Map<String, Figure> figures, double length, double truncated) {
    private static final double LEVEL = 0.95;
    private static final int RESAMPLES = 1000;

    /** Where samples come from; a policy's are of the whole distribution. */
    @FunctionalInterface
    public interface Sampling {
        /** Entry {@code p * samples + s} is sample s of problem p. */
        List<Rollout> sample(List<Problem> problems, int samples, Rng rng);
    }

    /** A mean over problems and its interval. */
    public record Figure(double mean, double lower, double upper) {}

    /**
     * Measures a policy.
     *
     * @param samples completions of each problem; none for the greedy accuracy alone
     * @param k of pass@k and maj@k, at most {@code samples}
     */
    public static Accuracy of(Policy policy, List<Problem> problems, int samples, List<Integer> k, Evaluation.Judge judge,
                              Rng rng) {
        return of(policy, policy::sample, problems, samples, k, judge, rng);
    }

    /** The same with samples from {@code sampling}; greedy answers are the policy's. */
    public static Accuracy of(Policy policy, Sampling sampling, List<Problem> problems, int samples, List<Integer> k,
                              Evaluation.Judge judge, Rng rng) {
        AnswerSheet greedy = AnswerSheet.greedy(policy, problems, judge);
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put("greedy", figure(greedy.passAt(1), rng.split("greedy")));
        if (samples == 0) {
            return new Accuracy(problems.size(), 0, figures, greedy.meanLength(), greedy.shareTruncated());
        }
        AnswerSheet sampled = AnswerSheet.judged(problems, samples,
                sampling.sample(problems, samples, rng.split("samples")), judge);
        for (int one : k) {
            figures.put("pass@" + one, figure(sampled.passAt(one), rng.split("pass", one)));
        }
        for (int one : k) {
            if (one > 1) {
                figures.put("maj@" + one, figure(sampled.majorityAt(one), rng.split("majority", one)));
            }
        }
        return new Accuracy(problems.size(), samples, figures, sampled.meanLength(), sampled.shareTruncated());
    }

    private static Figure figure(double[] perProblem, Rng rng) {
        BootstrapInterval interval = BootstrapInterval.ofMean(perProblem, LEVEL, RESAMPLES, rng);
        return new Figure(Arrays.stream(perProblem).average().orElseThrow(), interval.lower(), interval.upper());
    }

    /** The figures under the names that metrics.jsonl has for them. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        figures.forEach((name, figure) -> {
            metrics.put("eval/" + name, figure.mean());
            metrics.put("eval/" + name + "/lower", figure.lower());
            metrics.put("eval/" + name + "/upper", figure.upper());
        });
        metrics.put("eval/length", length);
        metrics.put("eval/truncated_share", truncated);
        return metrics;
    }
}
