package org.soarj.soar.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Problem;
import org.soarj.soar.Promotion;
import org.soarj.soar.PromotionQuestions;
import org.soarj.soar.SoarState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class RunDirectoryTest {
    @TempDir
    private Path temporary;

    @Test
    void aNewRunHoldsItsSettingsAndItsOrigin() throws IOException {
        Path out = temporary.resolve("a/b/run");
        RunHeader header = RunHeader.here(7, List.of("--gain", "sampled"), temporary).with("model_hash", "abc");
        RunDirectory.create(out, "seed: 7\n", header).close();
        assertEquals("seed: 7\n", Files.readString(out.resolve("config.yaml")));
        JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(out.resolve("run.json")));
        assertEquals(7, json.get("seed").asInt());
        assertEquals("sampled", json.get("flags").get(1).asString());
        assertEquals("abc", json.get("extra").get("model_hash").asString());
        assertTrue(json.get("git_commit").isNull(), "a temporary folder is no checkout");
        assertTrue(json.get("jvm").asString().startsWith("25"));
        assertEquals(Runtime.getRuntime().availableProcessors(), json.get("machine").get("cores").asInt());
        assertTrue(json.get("machine").get("heap_bytes").asLong() > 0);
        try (Stream<Path> files = Files.list(out)) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".tmp")));
        }
    }

    @Test
    void aFolderThatIsInUseIsRefused() throws IOException {
        RunHeader header = RunHeader.here(1, List.of(), temporary);
        Path run = temporary.resolve("run");
        RunDirectory.create(run, "", header).close();
        String again = assertThrows(IOException.class, () -> RunDirectory.create(run, "", header)).getMessage();
        assertTrue(again.contains("holds a run already"), again);
        Path home = Files.createDirectory(temporary.resolve("home"));
        Files.writeString(home.resolve("thesis.tex"), "precious");
        String foreign = assertThrows(IOException.class, () -> RunDirectory.create(home, "", header)).getMessage();
        assertTrue(foreign.contains("not empty and not a run"), foreign);
        assertThrows(IOException.class, () -> RunDirectory.open(home));
        assertThrows(IOException.class, () -> RunDirectory.create(home.resolve("thesis.tex"), "", header));
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(1, files.count());
        }
        RunDirectory.create(Files.createDirectory(temporary.resolve("empty")), "", header).close();
    }

    @Test
    void whatAKilledWriterLeftHalfWrittenIsGoneWhenTheRunGoesOn() throws IOException {
        Path out = temporary.resolve("run");
        RunDirectory.create(out, "", RunHeader.here(1, List.of(), temporary)).close();
        Path half = Files.writeString(out.resolve(".promotion-questions.jsonl.1234.tmp"), "half");
        Path mine = Files.writeString(out.resolve("notes.tmp"), "mine");
        RunDirectory.open(out).close();
        assertFalse(Files.exists(half));
        assertTrue(Files.exists(mine));
    }

    @Test
    void aRunHasOneWriterAtATime() throws IOException {
        Path out = temporary.resolve("run");
        RunHeader header = RunHeader.here(1, List.of(), temporary);
        try (RunDirectory run = RunDirectory.create(out, "", header)) {
            String message = assertThrows(IOException.class, () -> RunDirectory.open(out)).getMessage();
            assertEquals(out + ": a run is still being written there; wait for it, stop it, or choose another folder", message);
            run.metrics().append(Map.of("step", 0));
        }
        RunDirectory.open(out).close();
        assertEquals("{\"step\":0}\n", Files.readString(out.resolve("metrics.jsonl")));
    }

    @Test
    void whatAWriterThatWasStoppedLeftIsNoRun() throws IOException {
        Path out = Files.createDirectories(temporary.resolve("run"));
        Files.writeString(out.resolve("config.yaml"), "half");
        Files.writeString(out.resolve(".run.json.abc.tmp"), "half");
        assertFalse(RunDirectory.isRun(out));
        RunDirectory.create(out, "whole", RunHeader.here(1, List.of(), temporary)).close();
        assertEquals("whole", Files.readString(out.resolve("config.yaml")));
    }

    @Test
    void aResumedRunForgetsWhatCameAfterItsCheckpointAndLogsItOnce() throws IOException {
        Path out = temporary.resolve("run");
        Map<String, Long> marks;
        try (RunDirectory run = RunDirectory.create(out, "", RunHeader.here(1, List.of(), temporary))) {
            log(run, 0);
            marks = run.marks();
            log(run, 1);
        }
        try (RunDirectory run = RunDirectory.open(out)) {
            run.rewind(marks);
            log(run, 1);
            log(run, 2);
        }
        for (String name : List.of("metrics.jsonl", "questions.jsonl", "rollouts.jsonl.gz")) {
            assertEquals(
                    List.of("{\"step\":0}", "{\"step\":1}", "{\"step\":2}"), JsonLinesTest.lines(out.resolve(name)), name);
        }
        try (RunDirectory run = RunDirectory.open(out)) {
            assertThrows(IllegalArgumentException.class, () -> run.rewind(Map.of("other.jsonl", 3L)));
        }
    }

    @Test
    void theNewestCheckpointIsTheLastThatWasFinished() throws IOException {
        try (RunDirectory run =
                RunDirectory.create(temporary.resolve("run"), "", RunHeader.here(1, List.of(), temporary))) {
            assertEquals(Optional.empty(), run.newestCheckpoint("soar.json"));
            assertEquals("step-000012", run.checkpoint(12).getFileName().toString());
            AtomicFile.write(run.checkpoint(3).resolve("soar.json"), "{}");
            AtomicFile.write(run.checkpoint(12).resolve("soar.json"), "{}");
            AtomicFile.write(run.checkpoint(13).resolve("model.safetensors"), "half");
            assertEquals(Optional.of(12), run.newestCheckpoint("soar.json"));
        }
    }

    @Test
    void aSavedStateComesBackBitForBit() throws IOException {
        Problem problem = new Problem("t001-k0-q00", "3+4", "3+4=7\n\"é\"", Map.of("difficulty", "1"));
        SoarState<String> state = new SoarState<>(5, "weights", List.of(0.1 + 0.2, -1.0 / 3, Double.MIN_VALUE),
                PromotionQuestions.NONE.plus(new Promotion(4, 1, 0, 1.0 / 7, List.of(problem))));
        Path file = temporary.resolve("soar.json");
        SavedState.of(state, Map.of("metrics.jsonl", 1L << 40)).write(file);
        SavedState saved = SavedState.read(file);
        assertEquals(state, saved.with("weights"));
        assertEquals(Map.of("metrics.jsonl", 1L << 40), saved.marks());
        Files.writeString(file, "{\"step\": \"many\"");
        String message = assertThrows(IOException.class, () -> SavedState.read(file)).getMessage();
        assertTrue(message.contains("soar.json: not the state of a SOAR run"), message);
    }

    @Test
    void resultsAreQuotedWhereTheyMustBe() throws IOException {
        try (RunDirectory run =
                RunDirectory.create(temporary.resolve("run"), "", RunHeader.here(1, List.of(), temporary))) {
            run.writeResults(new CsvTable(
                    List.of("arm", "pass@1"),
                    List.of(List.of("Hard-Only, g=128", 0.5), List.of("the \"best\"", Double.NaN))));
            assertEquals(
                    "arm,pass@1\n\"Hard-Only, g=128\",0.5\n\"the \"\"best\"\"\",\n",
                    Files.readString(run.path().resolve("results.csv")));
        }
        assertThrows(IllegalArgumentException.class, () -> new CsvTable(List.of("a", "b"), List.of(List.of(1))));
    }

    @Test
    void theCommitIsReadFromTheFilesOfGit() throws IOException {
        Path git = Files.createDirectories(temporary.resolve("checkout/.git"));
        Path inside = Files.createDirectories(temporary.resolve("checkout/soar/src"));
        assertEquals(Optional.empty(), RunHeader.gitCommit(inside));
        Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
        Files.writeString(git.resolve("packed-refs"), "# pack-refs\n1234abcd refs/heads/main\n");
        assertEquals(Optional.of("1234abcd"), RunHeader.gitCommit(inside));
        AtomicFile.write(git.resolve("refs/heads/main"), "5678abcd\n");
        assertEquals(Optional.of("5678abcd"), RunHeader.gitCommit(inside));
        Path tree = Files.createDirectories(git.resolve("worktrees/other"));
        Files.writeString(tree.resolve("HEAD"), "ref: refs/heads/main\n");
        Files.writeString(tree.resolve("commondir"), "../..\n");
        Path other = Files.createDirectories(temporary.resolve("other"));
        Files.writeString(other.resolve(".git"), "gitdir: " + tree + "\n");
        assertEquals(Optional.of("5678abcd"), RunHeader.gitCommit(other));
        assertEquals(Optional.of("5678abcd"), RunHeader.gitCommit(Files.createFile(other.resolve("code.jar"))));
    }

    @Test
    void theCommitIsThatOfTheCodeWhereverItRuns() {
        RunHeader header = RunHeader.here(1, List.of());
        assertEquals(RunHeader.gitCommit(Path.of("")).orElse(null), header.gitCommit());
    }

    @Test
    void changedSettingsKeepTheFormerOnesBeside() throws IOException {
        try (RunDirectory run =
                RunDirectory.create(temporary.resolve("run"), "steps: 1\n", RunHeader.here(1, List.of(), temporary))) {
            run.keepConfig("steps: 1\n");
            assertFalse(Files.exists(run.path().resolve("config.1.yaml")));
            run.keepConfig("steps: 2\n");
            run.keepConfig("steps: 3\n");
            assertEquals("steps: 1\n", Files.readString(run.path().resolve("config.1.yaml")));
            assertEquals("steps: 2\n", Files.readString(run.path().resolve("config.2.yaml")));
            assertEquals("steps: 3\n", Files.readString(RunDirectory.config(run.path())));
        }
    }

    private static void log(RunDirectory run, int step) {
        run.metrics().append(Map.of("step", step));
        run.questions().append(Map.of("step", step));
        run.rollouts().append(Map.of("step", step));
    }
}
