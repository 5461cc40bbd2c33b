package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** pretrain, filter, train and eval, each on what the one before wrote; and what train refuses. */
class TrainCommandTest {
    static final String TINY_MODEL = "{hidden_size: 16, layers: 1, heads: 2, intermediate_size: 24, max_positions: 96}";

    @TempDir
    private Path folder;

    private Path base;
    private Path hard;

    /** A base that has learnt to end its documents and little else, and problems that it fails. */
    @BeforeEach
    void pretrainAndFilter() {
        base = folder.resolve("base");
        hard = folder.resolve("hard");
        CommandRun pretrain = CommandRun.of("pretrain", "--out", base.toString(), "--threads", "1", "--steps", "150", "--problems",
                "8", "--set", "model=" + TINY_MODEL, "--set", "training.documents=16", "--set", "training.learning_rate=1e-2",
                "--json");
        assertEquals(8, pretrain.json().getFirst().get("problems").asInt());
        assertTrue(pretrain.err().contains("documents: 16"), "the resolved settings are printed");
        JsonNode filtered = CommandRun.of("filter", "--threads", "1", "--model", base.toString(), "--data",
                base.resolve("problems.jsonl").toString(), "--task", "chain", "--samples", "4", "--max-tokens", "60", "--out",
                hard.toString(), "--json").json().getFirst();
        assertTrue(filtered.get("train").asInt() >= 3, filtered.toString());
    }

    private CommandRun train(Path run, String... more) {
        return trainOn(base, hard, run, more);
    }

    private static CommandRun trainOn(Path model, Path data, Path run, String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--threads", "2", "--preset", "tiny", "--model", model.toString(),
                "--data", data.toString(), "--out", run.toString(), "--outer-steps", "2", "--group-size", "2", "--questions", "2",
                "--repeats", "2", "--tau", "-1", "--window", "2", "--set", "loop.reward_questions=3", "--set",
                "loop.inner.steps=1", "--set", "student.group=4", "--set", "student.max_tokens=60"));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void theCommandsChainAndAFinishedRunHasNothingToDo() throws IOException {
        Path run = folder.resolve("run");
        CommandRun trained = train(run, "--json");
        JsonNode result = trained.json().getFirst();
        assertEquals(2, result.get("steps").asInt());
        assertEquals(1, result.get("promotions").size());
        assertEquals(2, result.get("promotion_questions").asInt());
        assertTrue(trained.err().contains("tau -1.0000: promoted data set"), trained.err());
        assertTrue(trained.err().contains("±"), "the noise stands beside the decision");
        assertTrue(trained.err().contains("2 at a time"), trained.err());
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("tau: -1.0"));
        for (String file : List.of("run.json", "metrics.jsonl", "questions.jsonl", "rollouts.jsonl.gz", "report.html",
                "promotion-questions.jsonl")) {
            assertTrue(Files.size(run.resolve(file)) > 0, file);
        }
        for (String model : List.of(result.get("checkpoint").asString() + "/teacher",
                result.get("promoted_students").get(0).asString())) {
            assertEquals(8 - hardTrain(), CommandRun.of("eval", "--threads", "1", "--model", model, "--data",
                    hard.resolve("test.jsonl").toString(), "--task", "chain", "--samples", "0", "--max-tokens", "60", "--json")
                    .json().getFirst().get("problems").asInt(), model);
        }
        train(run).assertRefused(1, "holds a run already");
        byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
        CommandRun again = CommandRun.of("train", "--threads", "1", "--out", run.toString(), "--resume");
        assertEquals(0, again.exit(), again.err());
        assertTrue(again.err().contains("going on after step 2"), again.err());
        assertEquals(new String(metrics), Files.readString(run.resolve("metrics.jsonl")));
        CommandRun.of("train", "--out", run.toString(), "--resume", "--tau", "0.5").assertRefused(2, "another loop.promotion.tau than");
        Files.writeString(hard.resolve("train.jsonl"), "{\"question\":\"3a1\",\"answer\":\"3a1=4\"}\n");
        CommandRun.of("train", "--out", run.toString(), "--resume").assertRefused(1, "is not what the run in");
    }

    private int hardTrain() throws IOException {
        return Files.readAllLines(hard.resolve("hard.jsonl")).size() == 8 ? Files.readAllLines(hard.resolve("train.jsonl")).size()
                : 8 - Files.readAllLines(hard.resolve("test.jsonl")).size();
    }

    @Test
    void anIntrinsicRewardNeedsNoOtherSetting() {
        CommandRun run = train(folder.resolve("run"), "--teacher-reward", "one-minus-p", "--teacher-groups", "2", "--set",
                "teacher_reward.samples=2", "--json");
        run.assertRefused(2, "set loop.repeats=1 and loop.promotion.enabled=false");
        List<String> args = new ArrayList<>(List.of("train", "--threads", "1", "--preset", "tiny", "--model", base.toString(),
                "--data", hard.toString(), "--out", folder.resolve("run").toString(), "--outer-steps", "1", "--group-size", "2",
                "--questions", "2", "--reward-questions", "3", "--teacher-reward", "one-minus-p", "--set",
                "teacher_reward.samples=2", "--json"));
        CommandRun alone = CommandRun.of(args.toArray(String[]::new));
        JsonNode result = alone.json().getFirst();
        assertEquals(0, result.get("promotions").size());
        assertTrue(alone.err().contains("step 1 of 1: reward ") && !alone.err().contains("gain +"), alone.err());
        double parts = result.get("seconds").properties().stream().filter(part -> part.getKey().startsWith("part_"))
                .mapToDouble(part -> part.getValue().asDouble()).sum();
        assertEquals(result.get("seconds").get("step").asDouble(), parts, 1e-6, "the parts are the whole");
        assertEquals(1, result.get("outside_share").asDouble() + (result.get("seconds").get("part_generation").asDouble()
                + result.get("seconds").get("part_updates").asDouble() + result.get("seconds").get("part_gains").asDouble()) / parts, 1e-6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "loop.group_sise=3 | there is no setting loop.group_sise; did you mean loop.group_size?",
        "teacher_reward.kind=grunded | teacher_reward.kind: grunded is not one of its values; known are grounded, one_minus_p",
        "loop.teacher_groups=0 | loop.teacher_groups must be 1 or more, got 0",
        "reward=paper | paper is for the task math, got the task chain",
        "teacher.optimiser.warmup=9 | 9 steps do not fit into 2 outer steps",
        "loop.inner.steps=ten | loop.inner.steps: a whole number is expected, got ten"})
    void wrongSettingsAreOneLineAndLeaveNothingBehind(String setting, String message) {
        Path run = folder.resolve("run");
        train(run, "--set", setting).assertRefused(2, message);
        assertFalse(Files.exists(run));
    }

    @Test
    void whatIsMissingOrNoLlamaIsNamedBeforeAnythingIsWritten() throws IOException {
        Path run = folder.resolve("run");
        trainOn(base, folder.resolve("nowhere"), run).assertRefused(1, "nowhere: no such file");
        trainOn(folder.resolve("nowhere"), hard, run).assertRefused(1, "nowhere: no such directory");
        train(run, "--reward-questions", "300").assertRefused(1, "every step draws 300 hard problems, there are");
        train(run, "--workers", "0").assertRefused(2, "--workers must be 1 or more, got 0");
        CommandRun.of("train", "--out", run.toString(), "--preset", "tiny").assertRefused(2, "--model is missing");
        CommandRun.of("train", "--preset", "tiny").assertRefused(2, "--out is missing");
        CommandRun.of("train", "--out", base.toString(), "--resume").assertRefused(1, "there is no setting");
        Files.writeString(base.resolve("config.json"), "{\"model_type\":\"gpt2\",\"architectures\":[\"GPT2LMHeadModel\"]}");
        CommandRun other = train(run);
        other.assertRefused(1, "config.json");
        assertTrue(other.err().contains("gpt2") || other.err().contains("GPT2"), other.err());
        assertFalse(Files.exists(run));
        CommandRun.of("pretrain", "--out", base.toString()).assertRefused(1, "is not empty; choose a new or empty folder");
        CommandRun.of("pretrain", "--out", run.toString(), "--set", "training.step=3").assertRefused(2,
                "did you mean training.steps?");
    }

    @Test
    void aDryRunCountsAndWritesNothing() {
        CommandRun run = train(folder.resolve("run"), "--dry-run", "--json");
        JsonNode said = run.json().getFirst();
        assertFalse(Files.exists(folder.resolve("run")));
        assertTrue(said.get("lengths_measured").asBoolean());
        assertEquals(2 * 2 * 8 * 4, said.get("student_rollouts_per_step").asInt());
        assertEquals((2 * 2 + 1) * 3 * 16, said.get("gain_answers_per_step").asInt());
        assertTrue(said.get("devices").get(0).get("seconds_per_step").asDouble() > 0);
        assertEquals("cpu", said.get("devices").get(0).get("name").asString());
        assertEquals("reference", said.get("not_measured").get(0).get("name").asString());
        assertTrue(said.get("memory_bytes_in_all").asLong() > 16L * said.get("weights").asLong());
    }

    /** auto is the card or the CPU, whichever a run would take: its row comes first, with the run's workers. */
    @Test
    void aDryRunOnWhateverIsThereTellsOfThatFirst() {
        JsonNode device = train(folder.resolve("run"), "--dry-run", "--json", "--device", "auto", "--workers", "2").json().getFirst()
                .get("devices").get(0);
        assertEquals(2, device.get("workers").asInt(), device.toString());
    }
}
