package org.soarj.cli.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.soarj.tensor.Rng;
import tools.jackson.databind.json.JsonMapper;

/** A folder such as a comparison of many arms leaves it, made up from a seed. */
final class ExampleExperiment {
    static final List<String> ARMS = List.of("base", "hard-only", "base-t", "intrinsic-t", "grounded-t", "pq", "ps", "real-128",
            "real-full", "grounded-t-no-promotion");
    static final List<String> SEEDS = List.of("1.1", "1.2", "2.1");
    private static final List<String> TRACES = List.of("grounded-1", "grounded-2", "intrinsic-1");
    private static final int OUTER_STEPS = 40;
    private static final int ARM_STEPS = 120;
    private static final int GROUP = 12;

    private final JsonMapper mapper = new JsonMapper();
    private final StringBuilder metrics = new StringBuilder();
    private final Rng rng = Rng.of(5);

    private ExampleExperiment() {}

    /** Fills a folder. */
    static void write(Path folder) throws IOException {
        ExampleExperiment example = new ExampleExperiment();
        TRACES.forEach(example::soar);
        ARMS.subList(1, ARMS.size()).forEach(arm -> SEEDS.forEach(seed -> example.arm(arm, seed)));
        List.of("base-t", "grounded-t", "intrinsic-t", "pq").forEach(pool -> List.of("1", "2").forEach(seed -> example.pool(pool, seed)));
        example.line("stage", "times", "name", "soar", "time/seconds", 900.0, "tokens", 4_000_000);
        example.line("stage", "times", "name", "arms", "time/seconds", 300.0, "tokens", 2_000_000);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("metrics.jsonl"), example.metrics);
        Files.writeString(folder.resolve("config.yaml"), "promotion:\n  tau: 0.01\narms:\n  steps: 120\n");
        Files.writeString(folder.resolve("run.json"), "{\"seed\":5}\n");
        Files.writeString(folder.resolve("results.csv"), example.results());
        Files.writeString(folder.resolve("questions.jsonl"), example.questions());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("rollouts.jsonl.gz")))) {
            out.write(example.rollouts().getBytes(StandardCharsets.UTF_8));
        }
        for (String trace : TRACES) {
            example.soarRun(Files.createDirectories(folder.resolve("soar").resolve(trace)), trace);
        }
    }

    private void soar(String trace) {
        for (int step = 0; step < OUTER_STEPS; step++) {
            double climb = 0.02 * Math.sin(step / 6.0);
            line("stage", "soar", "run", trace, "step", step, "reward/data_sets", List.of(climb - 0.01, climb + 0.012, climb),
                    "reward/mean", climb + 0.005 * noise(), "promotion/moving_average", climb, "promotion/standard_error", 0.001, "promotion/promoted", step % 17 == 12,
                    "teacher/cosine_distance", trace.startsWith("intrinsic") ? 0.6 - 0.012 * step : 0.6 + 0.02 * noise(),
                    "teacher/vendi", 20 + noise(), "teacher/well_posed", 0.7, "teacher/correct", 0.3 + 0.1 * noise(),
                    "teacher/mean_difficulty", 4 + noise(), "time/generate", 2.0, "time/inner_loops", 20.0, "time/step", 23.0);
        }
    }

    private void arm(String arm, String seed) {
        double goal = ARMS.indexOf(arm) / 10.0;
        for (int step = 0; step < ARM_STEPS; step++) {
            double level = goal * (1 - Math.exp(-step / 40.0)) + 0.1 * noise();
            line("stage", "arm", "arm", arm, "seed", seed, "step", step, "reward/mean", level, "policy/loss", 0.0);
            if (step % 20 == 0) {
                line("stage", "arm_eval", "arm", arm, "seed", seed, "step", step, "pass@1", level / 4, "pass@32", Math.clamp(level, 0, 1),
                        "greedy", level / 3);
            }
        }
        line("stage", "arm_end", "arm", arm, "seed", seed, "stop_step", 90 + seed.charAt(2));
    }

    private void pool(String pool, String seed) {
        line("stage", "pool", "pool", pool, "seed", seed, "questions", 128, "vendi/mean", 20.0 + seed.charAt(0), "vendi/deviation", 1.2,
                "cosine_distance", 0.5, "well_posed", 0.7, "correct", 0.3, "error/arithmetic", 0.25, "error/logic", 0.15,
                "error/ill_posed", 0.1, "error/ambiguous", 0.15, "error/malformed", 0.05);
    }

    /** The run directory of a teacher. */
    private void soarRun(Path folder, String trace) throws IOException {
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            json(questions, "step", 3, "data_set", 1, "question", "Asked by " + trace, "answer", "1", "gain", 0.25, "promoted", false);
        }
        Files.writeString(folder.resolve("questions.jsonl"), questions);
        StringBuilder lines = new StringBuilder();
        json(lines, "who", "teacher", "step", 3, "data_set", 1, "problem_id", "q", "prompt_ids", List.of(1), "completion_ids", List.of(2),
                "logprobs", List.of(-0.5), "reward", 0.25, "advantage", 0.125, "text", "document");
        json(lines, "who", "student", "step", 3, "data_set", 1, "repeat", 0, "inner_step", 0, "problem_id", "q", "sample", 0,
                "prompt_ids", List.of(1), "completion_ids", List.of(2), "logprobs", List.of(-0.5), "reward", 1, "advantage", 0.5, "text", "a");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("rollouts.jsonl.gz")))) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private String results() {
        StringBuilder csv = new StringBuilder("arm,seed,pass@1,pass@4,pass@8,pass@16,pass@32,greedy\n");
        for (String arm : ARMS) {
            for (String seed : SEEDS) {
                csv.append(arm).append(',').append(seed);
                for (double share : List.of(0.1, 0.2, 0.4, 0.7, 1.0, 0.3)) {
                    csv.append(String.format(Locale.ROOT, ",%.4f", share * (0.01 + 0.08 * ARMS.indexOf(arm) + 0.01 * rng.nextDouble())));
                }
                csv.append('\n');
            }
        }
        return csv.toString();
    }

    private String questions() {
        List<String> errors = List.of("none", "arithmetic", "logic", "ill_posed", "ambiguous", "malformed");
        StringBuilder lines = new StringBuilder();
        for (String trace : TRACES) {
            for (int i = 0; i < OUTER_STEPS * 48; i++) {
                String error = errors.get(i * 7 % errors.size());
                json(lines, "run", trace, "step", i / 48, "data_set", i / 16 % 3, "question", "What is " + i + " + <b>1</b>?", "answer",
                        String.valueOf(i + 1), "gain", 0.001 * (i % 9), "well_posed", !error.equals("ill_posed"), "correct",
                        error.equals("none"), "error", error, "difficulty", i % 8);
            }
        }
        return lines.toString();
    }

    private String rollouts() {
        StringBuilder lines = new StringBuilder();
        for (String arm : List.of("hard-only", "pq")) {
            for (int i = 0; i < 40 * GROUP; i++) {
                boolean right = i % 5 == 0;
                json(lines, "arm", arm, "seed", "1.1", "step", i / GROUP, "problem_id", "p" + i / GROUP % 7, "sample", i % GROUP,
                        "prompt_ids", List.of(1, 2, 3), "completion_ids", List.of(7, 8, 9, 10), "logprobs",
                        List.of(-0.01, -0.5, -2.0, -6.25), "reward", right ? 120 : 10, "reward_parts",
                        Map.of("box", 10.0), "outcome", right ? "correct" : "wrong", "advantage", right ? 60.5 : -49.5, "finish_reason",
                        "stop", "text", right ? "the sum is <i>4</i>" : "nothing");
            }
        }
        return lines.toString();
    }

    private double noise() {
        return rng.nextDouble() - 0.5;
    }

    private void line(Object... pairs) {
        json(metrics, pairs);
    }

    private void json(StringBuilder into, Object... pairs) {
        Map<String, Object> line = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            line.put((String) pairs[i], pairs[i + 1]);
        }
        into.append(mapper.writeValueAsString(line)).append('\n');
    }
}
