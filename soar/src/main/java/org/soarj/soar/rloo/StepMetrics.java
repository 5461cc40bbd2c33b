package org.soarj.soar.rloo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.soarj.rl.KlPenalty;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Ratios;
import org.soarj.rl.RlooStep;
import org.soarj.rl.Rollout;
import org.soarj.rl.RolloutGroup;
import org.soarj.rl.Score;

/**
 * The numbers of one step under their names, as {@code soar explain} knows them. A number that has no meaning in a step (the
 * length of solved completions where none is solved) is left out; one that is NaN all the same is a fault.
 */
final class StepMetrics {
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private final RlooStep step;
    private final List<Rollout> rollouts;
    private final List<Score> scores;

    private StepMetrics(RlooStep step) {
        this.step = step;
        this.rollouts = step.experience().rollouts();
        this.scores = step.experience().scores().stream().flatMap(List::stream).toList();
    }

    /** All but the clock's. */
    static Map<String, Double> of(RlooStep step) {
        StepMetrics all = new StepMetrics(step);
        all.rewards();
        all.divergence();
        all.policy();
        all.lengths();
        return all.metrics;
    }

    /** What the clock and the machine say; all under {@code time/}. */
    static Map<String, Double> time(RlooStep step) {
        Map<String, Double> time = new LinkedHashMap<>();
        step.seconds().forEach((phase, taken) -> time.put("time/" + phase, taken));
        double sampled = step.sampledTokens();
        time.put("time/generate_tokens_per_second", sampled / step.seconds().get("generate"));
        long trained = step.updates().stream().mapToLong(PolicyUpdate.Report::tokens).sum();
        time.put("time/update_tokens_per_second", trained / step.seconds().get("update"));
        Runtime runtime = Runtime.getRuntime();
        time.put("time/heap_mib", (runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20));
        return time;
    }

    private void rewards() {
        double[] known = scores.stream().mapToDouble(Score::value).filter(value -> !Double.isNaN(value)).toArray();
        spread("reward", known, true);
        Map<String, List<Double>> parts = new TreeMap<>();
        Map<String, Integer> outcomes = new TreeMap<>();
        for (Score score : scores) {
            outcomes.merge(score.outcome(), 1, Integer::sum);
            if (score instanceof Score.Scored scored) {
                scored.parts().forEach((part, value) -> parts.computeIfAbsent(part, name -> new ArrayList<>()).add(value));
            }
        }
        parts.forEach((part, values) ->
                put("reward_part/" + part, values.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
        outcomes.forEach((outcome, count) -> put("outcome/" + outcome, (double) count / scores.size()));
        put("outcome/unscorable_share", 1 - (double) known.length / scores.size());
        put("group/no_signal_share", step.shareWithoutSignal());
        put("group/count", step.groups().size());
        double highest = Arrays.stream(known).max().orElse(Double.NaN);
        put("group/none_best_share", groups(group -> Arrays.stream(group.rewards()).noneMatch(r -> r == highest)));
        put("group/all_best_share", groups(group -> Arrays.stream(group.rewards()).allMatch(r -> r == highest)));
    }

    private void divergence() {
        put("kl/token_mean", step.klPerToken());
        List<float[]> sampled = step.experience().sampled();
        List<float[]> reference = step.experience().reference();
        double sum = 0;
        for (int i = 0; i < sampled.size(); i++) {
            sum += KlPenalty.sequenceKl(sampled.get(i), reference.get(i));
        }
        put("kl/sequence_sum", sum / sampled.size());
        put("kl/beta", step.klBeta());
    }

    private void policy() {
        spread("advantage", step.experience().flatAdvantages(), false);
        put("policy/updates", step.updates().size());
        if (step.updates().isEmpty()) {
            return;
        }
        put("policy/loss", mean(PolicyUpdate.Report::loss));
        put("policy/kl_loss", mean(PolicyUpdate.Report::klLoss));
        put("policy/gradient_norm", mean(PolicyUpdate.Report::gradientNorm));
        put("policy/learning_rate", step.updates().getLast().learningRate());
        List<Ratios> ratios = step.updates().stream().map(PolicyUpdate.Report::ratios).filter(r -> r.sequences() > 0).toList();
        if (ratios.isEmpty()) {
            return;
        }
        put("policy/entropy", step.updates().stream().mapToDouble(PolicyUpdate.Report::entropy)
                .filter(entropy -> !Double.isNaN(entropy)).average().orElse(Double.NaN));
        put("ratio/first_mean", ratios.getFirst().mean());
        put("ratio/first_max", ratios.getFirst().most());
        double gap = step.updates().stream().mapToDouble(PolicyUpdate.Report::samplerGap).max().orElse(0);
        if (gap > 0) {
            // Only a backend that is not batch-invariant has one.
            put("ratio/sampler_gap", gap);
        }
        put("ratio/mean", ratios.stream().mapToDouble(Ratios::mean).average().orElseThrow());
        put("ratio/std", ratios.getLast().deviation());
        put("ratio/max", ratios.stream().mapToDouble(Ratios::most).max().orElseThrow());
        put("ratio/clipped_low_share", ratios.stream().mapToDouble(Ratios::clippedLow).average().orElseThrow());
        put("ratio/clipped_high_share", ratios.stream().mapToDouble(Ratios::clippedHigh).average().orElseThrow());
        put("ratio/old_to_new_kl", ratios.getLast().oldToNew());
    }

    private void lengths() {
        spread("length", rollouts.stream().mapToDouble(Rollout::length).toArray(), true);
        put("length/truncated_share", step.shareTruncated());
        optional("length/ended_mean", i -> !rollouts.get(i).truncated());
        double highest = scores.stream().mapToDouble(Score::value).filter(v -> !Double.isNaN(v)).max().orElse(Double.NaN);
        boolean differ = scores.stream().anyMatch(score -> score.value() < highest);
        if (differ) {
            optional("length/best_mean", i -> scores.get(i).value() == highest);
            optional("length/other_mean", i -> scores.get(i).value() < highest);
        }
        put("length/prompt_mean", rollouts.stream().mapToInt(r -> r.promptIds().length).average().orElseThrow());
        put("tokens/sampled", step.sampledTokens());
        put("tokens/trained", step.updates().stream().mapToLong(PolicyUpdate.Report::tokens).sum());
    }

    private void optional(String name, Predicate<Integer> chosen) {
        double[] lengths = IntStream.range(0, rollouts.size()).filter(chosen::test)
                .mapToDouble(i -> rollouts.get(i).length()).toArray();
        if (lengths.length > 0) {
            put(name, Arrays.stream(lengths).average().orElseThrow());
        }
    }

    /** Mean, least and greatest, and the deviation where that is of interest; the mean of nothing is NaN, and a fault. */
    private void spread(String group, double[] values, boolean deviation) {
        DoubleSummaryStatistics summary = Arrays.stream(values).summaryStatistics();
        double mean = values.length == 0 ? Double.NaN : summary.getAverage();
        put(group + "/mean", mean);
        if (values.length == 0) {
            return;
        }
        if (deviation) {
            put(group + "/std", Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow()));
        }
        put(group + "/min", summary.getMin());
        put(group + "/max", summary.getMax());
    }

    private double groups(Predicate<RolloutGroup> chosen) {
        return (double) step.groups().stream().filter(chosen).count() / step.groups().size();
    }

    private double mean(ToDoubleFunction<PolicyUpdate.Report> figure) {
        return step.updates().stream().mapToDouble(figure).average().orElseThrow();
    }

    private void put(String name, double value) {
        metrics.put(name, value);
    }
}
