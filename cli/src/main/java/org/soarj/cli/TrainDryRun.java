package org.soarj.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.soarj.soar.train.CostEstimate;
import org.soarj.soar.train.RateProbe;
import org.soarj.soar.train.TrainConfig;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code soar train --dry-run} says.
 *
 * @param lengths as measured, or empty: then the limits count, and the figures are upper bounds
 * @param devices that were measured; memory is that of the first, which the run would use
 * @param absent devices that were not
 */
record TrainDryRun(TrainConfig config, LlamaConfig model, Optional<CostEstimate.Lengths> lengths, List<Device> devices,
                   List<Absent> absent) {
    /** The backend whose plain loops would take minutes for a look; measured when it is asked for. */
    private static final String SLOW = "reference";

    /**
     * A backend and what it can do.
     *
     * @param threads that the run would use
     * @param workers students that would run at a time
     * @param measured rates of one worker
     */
    record Device(String name, int threads, int workers, RateProbe.Measured measured) {
        CostEstimate.Rates rates() {
            return new CostEstimate.Rates(workers * measured.rates().sampled(), workers * measured.rates().trained());
        }
    }

    /** A backend that was not measured. */
    record Absent(String name, String reason) {}

    /**
     * Measures the backend that the run would use, and the others that are ready here.
     *
     * @param used the name of the first
     * @param workers students that would run at a time on it
     */
    static TrainDryRun measure(TrainConfig config, LlamaConfig model, Optional<CostEstimate.Lengths> lengths, String used, int threads,
                               int workers, List<BackendProvider> known) {
        List<Device> devices = new ArrayList<>();
        List<Absent> absent = new ArrayList<>();
        for (BackendProvider provider : known) {
            boolean asked = provider.name().equals(used);
            int side = asked ? workers : 1;
            switch (provider.probe()) {
                case BackendProvider.Probe.Unavailable(String reason, String remedy) ->
                    absent.add(new Absent(provider.name(), reason + "; " + remedy));
                case BackendProvider.Probe.Ready _ when provider.name().equals(SLOW) && !asked -> absent.add(new Absent(SLOW,
                        "not measured: its plain loops are for tests; --backend reference measures them"));
                case BackendProvider.Probe.Ready _ -> {
                    try (Backend one = provider.create(Math.max(1, threads / side))) {
                        devices.add(asked ? 0 : devices.size(), new Device(provider.name(), threads, side,
                                new RateProbe(one, config).measure(model)));
                    }
                }
            }
        }
        return new TrainDryRun(config, model, lengths, devices, absent);
    }

    /** The model of the paper, for which no file is needed to tell what it costs. */
    static final LlamaConfig LLAMA_3_2_3B = new LlamaConfig(128_256, 3072, 8192, 28, 24, 8, 128, 1e-5f, 500_000,
            new RopeScaling.Llama3(32, 1, 4, 8192), true, false, false, 131_072, 128_000, List.of(128_001, 128_008, 128_009));
    /** Tokens of a prompt of {@code MathPrompts} with its question, where no tokenizer tells. */
    private static final double USUAL_PROMPT = 160;

    private CostEstimate estimate() {
        return new CostEstimate(config, model, lengths.orElse(new CostEstimate.Lengths(USUAL_PROMPT,
                config.student().maxTokens(), USUAL_PROMPT, config.teacher().maxTokens(), 1)), devices.isEmpty() ? 1 : devices.getFirst().workers());
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
        out.printf(Locale.ROOT, "%-12s %8s %9s %16s %16s %14s  %s%n", "device", "threads", "students", "tokens/s sampled", "tokens/s trained",
                "an outer step", "the run");
        for (Device device : devices) {
            CostEstimate.Rates rates = device.rates();
            out.printf(Locale.ROOT, "%-12s %8d %9d %,16.1f %,16.1f %14s  %s to %s%n", device.name(), device.threads(), device.workers(),
                    rates.sampled(), rates.trained(), time(estimate.seconds(first, rates)), time(estimate.seconds(estimate.least(), rates)),
                    time(estimate.seconds(estimate.most(), rates)));
        }
        absent.forEach(device -> line(out, "%-12s %s", device.name(), device.reason()));
        devices.stream().limit(1).map(Device::measured).forEach(measured -> line(out, "(%d sequences side by side; %s)",
                measured.sequences(), measured.whole() ? "a step of this model's sizes was measured" : String.format(Locale.ROOT,
                        "a step of %d of its %d layers was measured, the rates are scaled by multiply-adds", measured.layers(),
                        model.layers())));
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
        all.put("devices", devices.stream().map(device -> Map.of("name", device.name(), "threads", device.threads(), "workers",
                device.workers(), "whole_model_measured", device.measured().whole(), "sampled_tokens_per_second", device.rates().sampled(),
                "trained_tokens_per_second", device.rates().trained(), "seconds_per_step", estimate.seconds(first, device.rates()), "seconds",
                List.of(estimate.seconds(estimate.least(), device.rates()), estimate.seconds(estimate.most(), device.rates())))).toList());
        all.put("not_measured", absent.stream().map(device -> Map.of("name", device.name(), "reason", device.reason())).toList());
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
