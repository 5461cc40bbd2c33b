package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chain of commands from nothing to the comparison, with a base that knows next to nothing. */
class ExperimentCommandTest {
    private static final String SETTINGS = """
            soar:
              loop: {outer_steps: 1, group_size: 2, questions_per_set: 2, repeats: 1, reward_questions: 2, inner: {steps: 1}}
              teacher: {attempts: 5000}
              student: {batch: 2, group: 2}
            experiment:
              teachers: 1
              students: 2
              steps: 2
              synthetic_steps: 1
              evaluate_every: 1
              questions: 4
              samples: 2
              pass_at: [1, 2]
              vendi_subsets: 3
            """;

    @TempDir
    private static Path dir;

    @TempDir
    private Path out;

    @BeforeAll
    static void makeABaseAndItsHardProblems() throws IOException {
        Files.writeString(dir.resolve("settings.yaml"), SETTINGS);
        CommandRun pretrained = CommandRun.of("pretrain", "--steps", "80", "--set", "training.documents=24", "--problems", "12",
                "--out", at("base"));
        assertEquals(0, pretrained.exit(), pretrained.err());
        CommandRun filtered = CommandRun.of("filter", "--model", at("base"), "--data", at("base/problems.jsonl"), "--task", "chain",
                "--max-tokens", "80", "--samples", "2", "--out", at("hard"));
        assertEquals(0, filtered.exit(), filtered.err());
    }

    private static String at(String name) {
        return dir.resolve(name).toString();
    }

    private CommandRun experiment(String... more) {
        List<String> arguments = new ArrayList<>(List.of("experiment", "--preset", "tiny", "--config", at("settings.yaml"),
                "--model", at("base"), "--data", at("hard"), "--out", out.resolve("exp").toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void theArmsAreComparedOnceAndTheSameCommandFindsThemDone() throws IOException {
        CommandRun first = experiment("--arms", "base,hard-only,grounded-t", "--json");
        assertEquals(0, first.exit(), first.err());
        JsonNode table = JsonMapper.shared().readTree(first.out());
        assertEquals(List.of("base", "hard-only", "grounded-t"), List.copyOf(table.propertyNames()));
        assertEquals(2, table.path("grounded-t").path("pass@2").path("count").asInt());
        assertTrue(Files.readString(out.resolve("exp/metrics.jsonl")).contains("\"run\":\"grounded-1\""));
        assertTrue(Files.exists(out.resolve("exp/report.html")));
        Path piece = out.resolve("exp/pieces/students/grounded-t-1.2.json");
        long made = Files.getLastModifiedTime(piece).toMillis();
        CommandRun second = experiment("--arms", "base,hard-only,grounded-t", "--json");
        assertEquals(first.out(), second.out());
        assertEquals(made, Files.getLastModifiedTime(piece).toMillis());
        CommandRun other = experiment("--arms", "base,pq", "--json");
        assertEquals(2, other.exit());
        assertTrue(other.err().contains("begun with other settings"), other.err());
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnythingIsTrained() {
        assertRefused(experiment("--arms", "base,grounded"), 2, "there is no arm grounded; choose from base, hard-only");
        assertRefused(experiment("--arms", "real"), 2, "arm real: needs easier problems with answers; give some with --real");
        assertRefused(experiment("--set", "experiment.pass_at=[1, 9]"), 2, "pass_at must lie in 1..2");
        assertRefused(experiment("--set", "experiment.steps_of=3"), 2, "there is no setting experiment.steps_of");
        assertFalse(Files.exists(out.resolve("exp")));
    }

    private static void assertRefused(CommandRun run, int exit, String complaint) {
        assertTrue(run.err().contains(complaint), run.err());
        assertEquals(exit, run.exit(), run.err());
    }
}
