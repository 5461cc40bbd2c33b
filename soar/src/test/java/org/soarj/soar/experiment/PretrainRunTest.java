package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.run.LogLines;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.tokenizer.Tokenizer;

/** A base on disk: a model directory, its numbers and its problems. */
class PretrainRunTest {
    @TempDir
    private Path folder;

    private static PretrainConfig config(int count, int easiest, int hardest) {
        PretrainConfig.Training training = new PretrainConfig.Training(20, 16, 1e-2, 2, 0.9, 0.99, 1e-8, 0, 1);
        return new PretrainConfig(PretrainConfig.WorldName.CHAIN, 7, new DemoSettings.Model(16, 1, 2, 24, 96), training,
                new PretrainConfig.Problems(count, easiest, hardest, 3));
    }

    /** Stops a run as a kill would. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private PretrainRun.Result run(String name, int threads, PretrainConfig config) throws IOException {
        return run(name, threads, config, Integer.MAX_VALUE);
    }

    /** @param steps that it takes before it is stopped */
    private PretrainRun.Result run(String name, int threads, PretrainConfig config, int steps) throws IOException {
        int[] left = {steps};
        try (Backend backend = new CpuBackend(threads)) {
            return new PretrainRun(backend, config, folder.resolve(name), new DemoListener() {
                @Override
                public void begin(String stage, int count) {}

                @Override
                public void step(String note) {
                    if (--left[0] < 0) {
                        throw new Stopped();
                    }
                }

                @Override
                public void end(String summary) {}
            }, 3).run();
        }
    }

    @Test
    void oneThatWasStoppedTwiceEndsWithTheSameBits() throws IOException {
        PretrainRun.Result whole = run("whole", 1, config(10, 7, 8));
        assertThrows(Stopped.class, () -> run("stopped", 1, config(10, 7, 8), 1));
        assertThrows(Stopped.class, () -> run("stopped", 1, config(10, 7, 8), 10));
        assertTrue(Files.exists(folder.resolve("stopped/checkpoints/step-000009")));
        assertEquals(whole, run("stopped", 2, config(10, 7, 8)));
        assertArrayEquals(Files.readAllBytes(folder.resolve("whole/model.safetensors")),
                Files.readAllBytes(folder.resolve("stopped/model.safetensors")));
        assertEquals(LogLines.of(folder.resolve("whole/metrics.jsonl")), LogLines.of(folder.resolve("stopped/metrics.jsonl")));
        try (Stream<Path> one = Files.list(folder.resolve("whole")); Stream<Path> other = Files.list(folder.resolve("stopped"))) {
            assertEquals(one.map(Path::getFileName).sorted().toList(), other.map(Path::getFileName).sorted().toList());
        }
    }

    @Test
    void itWritesAModelThatLearntAndTheProblemsOfItsWorld() throws IOException {
        PretrainRun.Result result = run("a", 1, config(10, 7, 8));
        run("b", 2, config(10, 7, 8));
        assertTrue(result.lastLoss() < result.firstLoss() - 0.5, result.toString());
        assertEquals(result.parameters(), Checkpoint.load(folder.resolve("a")).size());
        assertTrue(Tokenizer.load(folder.resolve("a")).vocabularySize() > 10);
        List<Problem> problems = ProblemFile.read(folder.resolve("a/problems.jsonl"));
        assertEquals(10, problems.stream().map(Problem::question).distinct().count());
        assertTrue(problems.stream().allMatch(p -> List.of("7", "8").contains(p.tags().get("difficulty"))));
        assertEquals(3 * 8, ProblemFile.read(folder.resolve("a/every-size.jsonl")).size());
        assertEquals(20, Files.readAllLines(folder.resolve("a/metrics.jsonl")).size());
        for (String file : List.of("model.safetensors", "problems.jsonl", "every-size.jsonl", "tokenizer.json")) {
            assertArrayEquals(Files.readAllBytes(folder.resolve("a").resolve(file)),
                    Files.readAllBytes(folder.resolve("b").resolve(file)), file);
        }
    }

    @Test
    void problemsThatTheWorldDoesNotHaveAreRefusedBeforeAnythingIsTrained() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> run("c", 1, config(10, 1, 9))).getMessage()
                .contains("difficulties run from 1 to 8, got 1 to 9"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> run("d", 1, config(1000, 1, 1))).getMessage()
                .contains("1000 different ones of the difficulties 1 to 1 were asked for, only "));
    }
}
