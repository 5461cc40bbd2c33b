package org.soarj.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.soarj.soar.train.CostEstimate;
import org.soarj.soar.train.RateProbe;
import org.soarj.soar.train.TrainConfig;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code soar train --dry-run} says.
 *
 * @param lengths as measured, or empty: then the limits count, and the figures are upper bounds
 * @param workers students that would run at a time
 * @param threads of the machine that would be used
 * @param measured rates of one worker's backend
 * @param device its name
 */
record TrainDryRun(TrainConfig config, LlamaConfig model, Optional<CostEstimate.Lengths> lengths, int workers, int threads,
                   RateProbe.Measured measured, String device) {
    /** The model of the paper, for which no file is needed to tell what it costs. */
    static final LlamaConfig LLAMA_3_2_3B = new LlamaConfig(128_256, 3072, 8192, 28, 24, 8, 128, 1e-5f, 500_000,
            new RopeScaling.Llama3(32, 1, 4, 8192), true, false, false, 131_072, 128_000, List.of(128_001, 128_008, 128_009));
    /** Tokens of a prompt of {@code MathPrompts} with its question, where no tokenizer tells. */
    private static final double USUAL_PROMPT = 160;

    private CostEstimate estimate() {
        return new CostEstimate(config, model, lengths.orElse(new CostEstimate.Lengths(USUAL_PROMPT,
                config.student().maxTokens(), USUAL_PROMPT, config.teacher().maxTokens(), 1)), workers);
    }

    /** Rates of all workers together. */
    private CostEstimate.Rates rates() {
        return new CostEstimate.Rates(workers * measured.rates().sampled(), workers * measured.rates().trained());
    }

    private static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    void print(PrintWriter out) {
        CostEstimate estimate = estimate();
        CostEstimate.Work first = estimate.step(config.loop().inner().steps());
        line(out, "model: %,d weights, %d layers of %,d channels", CostEstimate.weights(model), model.layers(), model.hiddenSize());
        line(out, lengths.isPresent() ? "lengths as this model writes today, over a few samples"
                : "lengths: every completion as long as it may be, so tokens and time are upper bounds");
        line(out, "an outer step: %,.0f teacher documents, %,d student completions, %,d answers to measure gains; %,.0f tokens sampled",
                first.documents(), first.studentRollouts(), first.gainAnswers(), first.sampledTokens());
        line(out, "%d outer steps: %,d rollouts and %.3g tokens sampled, %,d and %.3g if every inner loop took %d steps",
                config.loop().outerSteps(), rollouts(estimate.least()), estimate.least().sampledTokens(),
                rollouts(estimate.most()), estimate.most().sampledTokens(), config.loop().inner().cap());
        out.println();
        long all = 0;
        for (Map.Entry<String, Long> part : estimate.memory().entrySet()) {
            line(out, "%12.3f GB  %s", part.getValue() / 1e9, part.getKey());
            all += part.getValue();
        }
        line(out, "%12.3f GB  in all, %s", all / 1e9, all <= heap() ? String.format(Locale.ROOT, "of the %.1f GB that Java may use",
                heap() / 1e9) : String.format(Locale.ROOT, "does not fit: Java may use %.1f GB", heap() / 1e9));
        out.println();
        line(out, "device %s, %d threads, %d students at a time: %,.1f tokens/s sampled (%d side by side), %,.1f trained%s", device,
                threads, workers, rates().sampled(), measured.sequences(), rates().trained(),
                measured.whole() ? "; a step of this model's sizes was measured" : String.format(Locale.ROOT,
                        "; a step of %d of its %d layers was measured, the rates are scaled by multiply-adds", measured.layers(),
                        model.layers()));
        line(out, "an outer step: %s; the run: %s to %s", time(estimate.seconds(first, rates())),
                time(estimate.seconds(estimate.least(), rates())), time(estimate.seconds(estimate.most(), rates())));
        out.flush();
    }

    void printJson(PrintWriter out) {
        CostEstimate estimate = estimate();
        CostEstimate.Work first = estimate.step(config.loop().inner().steps());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("weights", CostEstimate.weights(model));
        all.put("lengths_measured", lengths.isPresent());
        all.put("documents_per_step", first.documents());
        all.put("student_rollouts_per_step", first.studentRollouts());
        all.put("gain_answers_per_step", first.gainAnswers());
        all.put("sampled_tokens_per_step", first.sampledTokens());
        all.put("rollouts", List.of(rollouts(estimate.least()), rollouts(estimate.most())));
        all.put("sampled_tokens", List.of(estimate.least().sampledTokens(), estimate.most().sampledTokens()));
        all.put("memory_bytes", estimate.memory());
        all.put("memory_bytes_in_all", estimate.memory().values().stream().mapToLong(Long::longValue).sum());
        all.put("heap_bytes", heap());
        all.put("devices", List.of(Map.of("name", device, "threads", threads, "workers", workers, "whole_model_measured",
                measured.whole(), "sampled_tokens_per_second", rates().sampled(), "trained_tokens_per_second", rates().trained(),
                "seconds_per_step", estimate.seconds(first, rates()), "seconds", List.of(
                        estimate.seconds(estimate.least(), rates()), estimate.seconds(estimate.most(), rates())))));
        out.println(JsonMapper.shared().writeValueAsString(all));
        out.flush();
    }

    private static long rollouts(CostEstimate.Work work) {
        return Math.round(work.documents()) + work.studentRollouts() + work.gainAnswers();
    }

    private static String time(double seconds) {
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (seconds < 2 * 3600) {
            return String.format(Locale.ROOT, "%.1f min", seconds / 60);
        }
        return seconds < 2 * 86_400 ? String.format(Locale.ROOT, "%.1f h", seconds / 3600)
                : String.format(Locale.ROOT, "%,.0f days", seconds / 86_400);
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }
}
