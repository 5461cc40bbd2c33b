package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.InnerSchedule;
import org.soarj.soar.MedianRule;
import org.soarj.soar.PromotionRule;
import org.soarj.soar.SoarSettings;
import org.soarj.soar.actor.Gain;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.checkpoint.Checkpoint;

/** The whole story with numbers so small that it learns nothing: what is written, and that it is written twice alike. */
class DemoTest {
    @TempDir
    private Path folder;

    @Test
    void aRunLeavesEverythingAReaderNeedsAndRepeatsBitForBit() throws IOException {
        DemoResult first = run(folder.resolve("a"), 1);
        DemoResult second = run(folder.resolve("b"), 2);

        assertEquals(List.of("base", "ps", "hard-only", "base-t", "grounded-t", "pq"), first.armNames());
        assertEquals(1, first.promotions().size(), "a threshold below 0 promotes as soon as the window is full");
        assertEquals(2 * 6, first.arms().size());
        assertEquals(first.arms(), second.arms());
        assertEquals(first.accuracies(), second.accuracies());
        for (String file : List.of("config.yaml", "run.json", "metrics.jsonl", "questions.jsonl", "results.csv",
                "accuracy.csv", "base/tokenizer.json", "checkpoints/step-000002/teacher/model.safetensors")) {
            assertTrue(Files.size(folder.resolve("a").resolve(file)) > 0, file);
        }
        assertEquals(withoutTimes(folder.resolve("a/metrics.jsonl")), withoutTimes(folder.resolve("b/metrics.jsonl")));
        assertEquals(Files.readString(folder.resolve("a/questions.jsonl")), Files.readString(folder.resolve("b/questions.jsonl")));
        List<String> questions = Files.readAllLines(folder.resolve("a/questions.jsonl"));
        assertEquals(2 * 4, questions.size());
        questions.forEach(line -> assertTrue(line.contains("\"correct\":true") == line.contains("\"error\":\"none\""), line));
        assertArrayEquals(Files.readAllBytes(folder.resolve("a/base/model.safetensors")),
                Files.readAllBytes(folder.resolve("b/base/model.safetensors")));
        assertEquals(first.parameters(), Checkpoint.load(folder.resolve("a/base")).size());
    }

    @Test
    void tooFewHardProblemsEndTheRunWithTheNumbers() throws IOException {
        DemoSettings all = settings();
        DemoSettings starved = new DemoSettings(all.world(), all.model(), all.pretraining(),
                new DemoSettings.Hard(3, 8, 8, 16), all.student(), all.soar(), 2, all.gain(), all.teacher(), all.arms());
        try (Backend backend = new CpuBackend(1); RunDirectory run = directory(folder.resolve("c"))) {
            Demo demo = new Demo(backend, starved, run, 1, new Silent());
            String message = assertThrows(IllegalStateException.class, demo::run).getMessage();
            assertTrue(message.contains("3 of 3 problems") && message.contains("4 are needed"), message);
        }
    }

    @Test
    void theOuterLoopEndsWithEnoughPromotions() throws IOException {
        DemoSettings all = settings();
        DemoSettings few = new DemoSettings(all.world(), all.model(), all.pretraining(), all.hard(), all.student(),
                all.soar().withOuterSteps(5), 1, all.gain(), all.teacher(), all.arms());
        try (Backend backend = new CpuBackend(1); RunDirectory run = directory(folder.resolve("d"))) {
            assertEquals(List.of(1), new Demo(backend, few, run, 7, new Silent()).run().promotions());
            assertTrue(Files.isDirectory(run.checkpoint(2)), "the loop did not end after its second step");
        }
    }

    private static DemoResult run(Path path, int threads) throws IOException {
        try (Backend backend = new CpuBackend(threads); RunDirectory run = directory(path)) {
            return new Demo(backend, settings(), run, 7, new Silent()).run();
        }
    }

    private static RunDirectory directory(Path path) throws IOException {
        return RunDirectory.create(path, "quick: true\n", RunHeader.here(7, List.of(), Path.of(".")));
    }

    private static DemoSettings settings() {
        AdamW.Settings adamW = new AdamW.Settings(0.9, 0.99, 1e-8, 0, 1);
        return new DemoSettings(LabelledChainSettings.DEFAULT, new DemoSettings.Model(16, 1, 2, 24, 96),
                new Pretraining(60, 24, 1e-2, 5, adamW), new DemoSettings.Hard(10, 7, 8, 16),
                new DemoSettings.Student(2, 4, 1e-3, 0.01, 70, adamW),
                new SoarSettings(2, 1, 2, 1, 2, 2, new InnerSchedule(1, 1, 2),
                        new PromotionRule(true, -1, 2, MedianRule.LOWER, true)), 2,
                new Gain.Sampled(2), new DemoSettings.Teacher(1e-4, adamW), new DemoSettings.Arms(2, 1, 4, 2, 32));
    }

    private static List<String> withoutTimes(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(line.replaceAll("\"time/[^\"]*\":[0-9.E+-]+", ""));
        }
        return lines;
    }

    private static final class Silent implements DemoListener {
        @Override
        public void begin(String stage, int steps) {}

        @Override
        public void step(String note) {}

        @Override
        public void end(String summary) {}
    }
}
