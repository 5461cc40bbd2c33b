package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Problem;
import org.soarj.soar.ProposerReward;
import org.soarj.soar.actor.LlamaTeacher;
import org.soarj.soar.actor.TinyTask;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;

class ExperimentTest {
    private static final ExperimentSettings SETTINGS = new ExperimentSettings(
            List.of(Arm.BASE, Arm.HARD_ONLY, Arm.HARD_ONLY_4X, Arm.GROUNDED_T, Arm.GROUNDED_T_INFERENCE, Arm.PS, Arm.PQ, Arm.REAL,
                    Arm.REAL_FULL), 2, 2, 4,
            ExperimentSettings.MixingKind.CURRICULUM, 2, 0, 0, 2, 4, List.of(1, 4), new StoppingRule(1, 0.15, 2, 0), 3,
            ProposerReward.ONE_MINUS_P, 4, 3, 5);

    @TempDir
    private Path dir;

    /** Stops the experiment as a user would, at the n-th piece. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final DemoListener silent = listener(Integer.MAX_VALUE);

    private static DemoListener listener(int steps) {
        int[] left = {steps};
        return new DemoListener() {
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
        };
    }

    private Ground ground(Backend backend, TinyTask tiny) {
        List<Problem> problems = tiny.problems(12);
        return new Ground(backend, tiny.llama(1), tiny.task(), tiny.training(), (on, model) -> new LlamaTeacher(on, model, tiny.task(),
                tiny.sampling(), new LlamaTeacher.Settings(Schedule.constant(0), AdamW.Settings.DEFAULT)), problems.subList(0, 4), problems.subList(4, 8),
                problems.subList(6, 12), Optional.empty());
    }

    /** The first SOAR run promoted twice, the second never. */
    private Teachers teachers(TinyTask tiny, List<String> made) {
        return (kind, number) -> {
            made.add(kind.spelled() + "-" + number);
            List<Teachers.Weights> promoted = number == 1 ? List.of(() -> tiny.llama(3), () -> tiny.llama(4)) : List.of();
            return new Teachers.Trained(tiny.llama(10 + number), promoted, number == 1 ? tiny.problems(5) : List.of(),
                    List.of(Map.of("step", 0, "reward/mean", 0.25)));
        };
    }

    @Test
    void everyArmHasItsTeachersTimesItsStudents() throws IOException {
        TinyTask tiny = new TinyTask(Files.createDirectories(dir.resolve("tokenizer")));
        try (Backend backend = new CpuBackend(1)) {
            ExperimentResult result = new Experiment(ground(backend, tiny), SETTINGS, teachers(tiny, new ArrayList<>()), List.of(backend),
                    dir.resolve("run"), Rng.of(7), silent).run();
            assertEquals(List.of("base", "hard-only", "hard-only-4x", "grounded-t", "grounded-t-inference", "ps", "pq", "real", "real-full"),
                    result.arms());
            assertEquals(4, result.passAt("grounded-t", 4).count());
            StudentRecord itself = result.students().stream().filter(one -> one.arm().equals("grounded-t-inference")).findFirst().orElseThrow();
            assertEquals(List.of(0), itself.evaluations().stream().map(StudentRecord.Measured::step).toList(), "the teacher as it is");
            assertEquals(2, result.passAt("pq", 4).count(), "the second run promoted nothing");
            assertEquals(2, result.passAt("real-full", 4).count(), "the full pool is one pool");
            StudentRecord student = result.students().stream().filter(one -> one.arm().equals("pq")).findFirst().orElseThrow();
            assertEquals(5, student.syntheticQuestions());
            assertEquals(4, student.steps().size());
            assertEquals(List.of(2, 4), student.evaluations().stream().map(StudentRecord.Measured::step).toList());
            assertTrue(student.stop() >= 2, "a curriculum is judged by its steps on hard problems, got " + student.stop());
            assertEquals(4 * student.steps().getFirst().tokens(), result.students().stream()
                    .filter(one -> one.arm().equals("hard-only-4x")).findFirst().orElseThrow().steps().getFirst().tokens(),
                    3.0 * student.steps().getFirst().tokens(), "four times the group samples about four times the tokens");
            List<String> table = Files.readAllLines(dir.resolve("run/results.csv"));
            assertEquals("arm,seed,pass@1,pass@4,greedy", table.getFirst());
            assertEquals(result.students().size() + 1, table.size());
            assertTrue(table.contains("base,1.1," + csv(result, "base")), table.toString());
        }
    }

    private static String csv(ExperimentResult result, String arm) {
        StudentRecord.Measured first = result.students().stream().filter(one -> one.arm().equals(arm)).findFirst().orElseThrow()
                .evaluations().getFirst();
        return first.passAt().get(1) + "," + first.passAt().get(4) + "," + first.greedy();
    }

    @Test
    void stoppedAnywhereItGoesOnWithWhatIsLeftAndFindsTheSame() throws IOException {
        TinyTask tiny = new TinyTask(Files.createDirectories(dir.resolve("tokenizer")));
        try (Backend backend = new CpuBackend(1)) {
            new Experiment(ground(backend, tiny), SETTINGS, teachers(tiny, new ArrayList<>()), List.of(backend), dir.resolve("whole"), Rng.of(7), silent).run();
            for (int stop : new int[] {0, 5, 17}) {
                assertThrows(Stopped.class, () -> new Experiment(ground(backend, tiny), SETTINGS, teachers(tiny, new ArrayList<>()), List.of(backend),
                        dir.resolve("parts"), Rng.of(7), listener(stop)).run());
            }
            Map<String, Long> before = times(dir.resolve("parts/pieces"));
            assertFalse(before.isEmpty());
            new Experiment(ground(backend, tiny), SETTINGS, teachers(tiny, new ArrayList<>()), List.of(backend), dir.resolve("parts"), Rng.of(7), silent).run();
            Map<String, Long> after = times(dir.resolve("parts/pieces"));
            before.forEach((piece, time) -> assertEquals(time, after.get(piece), piece + " was made again"));
            for (String file : List.of("results.csv", "results.jsonl", "questions.jsonl", "rollouts.jsonl.gz")) {
                assertArrayEquals(Files.readAllBytes(dir.resolve("whole").resolve(file)), Files.readAllBytes(dir.resolve("parts").resolve(file)), file);
            }
        }
    }

    private static Map<String, Long> times(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            Map<String, Long> times = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                times.put(folder.relativize(file).toString(), Files.getLastModifiedTime(file).toMillis());
            }
            return times;
        }
    }

    @Test
    void poolsThatOnlyTheTruthCanMakeHoldWhatTheirNamesSay() throws IOException {
        TinyTask tiny = new TinyTask(Files.createDirectories(dir.resolve("tokenizer")));
        World world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);
        try (Backend backend = new CpuBackend(1)) {
            Ground ground = ground(backend, tiny);
            Ground known = new Ground(backend, ground.base(), ground.task(), ground.training(), ground.writing(), ground.train(), ground.test(),
                    ground.real(), Optional.of(world));
            Teachers.Trained untrained = Teachers.Trained.untrained(ground.base());
            Questions questions = new Questions(known, SETTINGS);
            List<Problem> illPosed = questions.of(Arm.GROUNDED_T_ILL_POSED, untrained, Rng.of(1));
            assertEquals(SETTINGS.questions(), illPosed.size());
            assertTrue(illPosed.stream().noneMatch(problem -> world.classify(problem).wellPosed()));
            assertEquals(List.of(), questions.of(Arm.GROUNDED_T_CORRECT, untrained, Rng.of(1)), "noise is never right");
            assertEquals(SETTINGS.questions(), questions.of(Arm.REAL, untrained, Rng.of(1)).stream().distinct().count());
        }
    }

    @Test
    void anArmThatNeedsWhatIsNotThereIsRefusedBeforeAnythingRuns() {
        TinyTask tiny = new TinyTask(dir);
        try (Backend backend = new CpuBackend(1)) {
            Ground ground = ground(backend, tiny);
            ExperimentSettings truth = new ExperimentSettings(List.of(Arm.GROUNDED_T_WRONG), 1, 1, 1,
                    ExperimentSettings.MixingKind.MIXED, 0, 0, 0, 1, 1, List.of(1), new StoppingRule(1, 0.15, 2, 0), 1,
                    ProposerReward.ONE_MINUS_P, 1, 1, 2);
            String message = assertThrows(IllegalArgumentException.class, () -> new Experiment(ground, truth, teachers(tiny, List.of()), List.of(backend),
                    dir.resolve("run"), Rng.of(1), silent)).getMessage();
            assertTrue(message.contains("grounded-t-wrong") && message.contains("world"), message);
            assertFalse(Files.exists(dir.resolve("run")));
        }
    }
}
