package org.soarj.soar.experiment;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.soarj.soar.measure.MeanDeviation;

/**
 * What a demo found.
 *
 * @param parameters trainable numbers of the base
 * @param firstLoss loss of the first pretraining step, nats a token
 * @param lastLoss mean loss of the last tenth of pretraining
 * @param candidates problems tried
 * @param hard problems of these that the base failed in all its samples
 * @param promotions outer steps that promoted
 * @param arms held-out results of each run of each arm
 * @param accuracies accuracy by number of steps
 * @param seconds wall time of each stage
 * @param tokens tokens that each stage worked through
 */
public record DemoResult(long parameters, double firstLoss, double lastLoss, int candidates, int hard,
                         List<Integer> promotions, List<ArmScore> arms, List<Accuracy> accuracies,
                         Map<String, Double> seconds, Map<String, Long> tokens) {

    /** Held-out shares of one run: unbiased pass@k over samples, and greedy answers. */
    public record ArmScore(String arm, int seed, double passAt1, double passAt8, double passAt32, double greedy) {}

    /** Shares of right answers to fresh problems with {@code steps} steps. */
    public record Accuracy(String model, int steps, double greedy, double sampled) {}

    /** Mean and deviation over seeds of one figure of an arm. */
    public MeanDeviation over(String arm, ToDoubleFunction<ArmScore> figure) {
        return MeanDeviation.of(arms.stream().filter(score -> score.arm().equals(arm)).mapToDouble(figure).toArray());
    }

    /** The arms that were run, in order. */
    public List<String> armNames() {
        return arms.stream().map(ArmScore::arm).distinct().toList();
    }
}
