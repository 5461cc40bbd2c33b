package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The comparison on mathematics, from published files and a model folder as downloads are. The model is random and its
 * teacher unfiltered (two turns), so every arm runs and nobody learns.
 */
class MathExperimentTest {
    private static final List<String> ARMS = List.of("base", "hard-only", "hard-only-4x", "base-t", "intrinsic-t", "grounded-t",
            "grounded-t-no-promotion", "grounded-t-inference", "ps", "pq", "real", "real-full");
    private static final String SETTINGS = """
            soar:
              loop: {outer_steps: 1, group_size: 2, questions_per_set: 2, repeats: 1, reward_questions: 2, inner: {steps: 1}, \
                     promotion: {tau: -2, window: 1}}
              teacher: {max_tokens: 6, multi_turn: true, optimiser: {warmup: 0}}
              student: {batch: 2, group: 2, max_tokens: 4}
            experiment: {teachers: 1, students: 1, steps: 2, synthetic_steps: 1, warmup: 1, evaluate_every: 1, questions: 2, samples: 2,
                         pass_at: [1, 2], intrinsic_samples: 2, vendi_subset: 2, vendi_subsets: 3}
            """;

    @TempDir
    private static Path dir;

    @BeforeAll
    static void makeAModelAndFilterMath() throws IOException {
        Path model = Files.createDirectories(dir.resolve("model"));
        String ascii = IntStream.range(32, 127).mapToObj(Character::toString).collect(Collectors.joining("", "\n", ""));
        CharacterTokenizer.write(model, ascii, "<s>", "</s>", "<pad>");
        int size = Tokenizer.load(model).vocabularySize();
        Checkpoint.save(model, Llama.initialise(LlamaConfig.tiny(size, 16, 24, 1, 2, 768, 0, 1), Rng.of(1)));
        Files.writeString(dir.resolve("settings.yaml"), SETTINGS);
        Files.write(dir.resolve("math_test.jsonl"), IntStream.range(1, 6).mapToObj(i -> "{\"problem\": \"What is $" + i
                + "+1$?\", \"answer\": \"" + (i + 1) + "\", \"level\": \"Level 1\", \"subject\": \"Prealgebra\"}").toList());
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(dir.resolve("HARP.jsonl.zip")))) {
            out.putNextEntry(new ZipEntry("HARP.jsonl"));
            for (int i = 1; i < 4; i++) {
                out.write(("{\"year\": 201" + i + ", \"contest\": \"AMC_8\", \"number\": " + i + ", \"level\": 1, \"subject\": \"prealgebra\", "
                        + "\"multiple_choice_only\": false, \"num_solutions\": 1, \"problem\": \"What is half of " + 2 * i
                        + "?\", \"answer\": \"" + (i == 3 ? " " : i) + "\", \"solution_1\": \"Divide.\"}\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        CommandRun filtered = CommandRun.of("filter", "--model", at("model"), "--data", at("math_test.jsonl"), "--samples", "2",
                "--max-tokens", "4", "--out", at("hard"));
        assertEquals(0, filtered.exit(), filtered.err());
    }

    private static String at(String name) {
        return dir.resolve(name).toString();
    }

    private static CommandRun experiment(String out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("experiment", "--config", at("settings.yaml"), "--model", at("model"), "--data",
                at("hard"), "--real", at("HARP.jsonl.zip"), "--out", at(out), "--json"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void everyArmRunsAndThePageShowsWhatTheTeachersDid() throws IOException {
        CommandRun run = experiment("exp", "--skip-blank-answers");
        assertEquals(0, run.exit(), run.err());
        JsonNode table = JsonMapper.shared().readTree(run.out());
        assertEquals(ARMS, List.copyOf(table.propertyNames()));
        assertTrue(run.err().contains("warning: 1 of 3 problems are left out"), run.err());
        String page = Files.readString(dir.resolve("exp/report.html"));
        assertTrue(page.contains("grounded-1, teacher, step 0") && page.contains("grounded-1, student, step 0"));
        assertTrue(page.contains("<option>grounded-no-promotion-1, teacher</option>"));
        assertFalse(page.contains("tokens are shown as ids"), "a SOAR run has the tokenizer");
    }

    @Test
    void whatIsRefusedLeavesNothingBehind() {
        CommandRun refused = experiment("none");
        refused.assertRefused(1, "HARP.jsonl.zip:3: field answer is blank");
        assertFalse(Files.exists(dir.resolve("none")));
    }
}
