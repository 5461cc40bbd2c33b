package org.soarj.soar.train;

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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.StepReport;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.soar.actor.Task;
import org.soarj.soar.actor.TinyTask;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.run.Glossary;
import org.soarj.soar.run.LogLines;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.checkpoint.Checkpoint;
import tools.jackson.databind.JsonNode;

/** What a SOAR run writes, and that its figures depend on nothing but its settings. */
class SoarRunTest {
    @TempDir
    private Path folder;

    private SoarRun.Result run(String name, TrainConfig config, int workers) throws IOException {
        return TinySoar.run(folder.resolve(name), folder.resolve("tokenizer"), config, workers, new TinySoar.Quiet());
    }

    @Test
    void aRunWritesAllThatAReaderNeeds() throws IOException {
        SoarRun.Result result = run("run", TinySoar.config(4), 1);
        Path run = folder.resolve("run");
        assertEquals(1, result.end().promotions(), "the window is full at the third step, and empty after it");
        assertEquals(run.resolve("checkpoints/step-000004"), result.checkpoint());
        assertEquals(TinyTask.bits(result.teacher()), TinyTask.bits(Checkpoint.load(result.checkpoint().resolve("teacher"))));
        assertEquals(TinyTask.bits(result.end().baseline()), TinyTask.bits(Checkpoint.load(run.resolve("promoted/step-000003"))));
        assertEquals(result.end().promotionQuestions().problems().size(),
                ProblemFile.read(run.resolve("promotion-questions.jsonl")).size());
        List<Map<String, JsonNode>> questions = LogLines.of(run.resolve("questions.jsonl"));
        assertEquals(4 * 2 * 2, questions.size());
        assertEquals(2, questions.stream().filter(line -> line.get("promoted").asBoolean()).count());
        for (Map<String, JsonNode> line : questions) {
            JsonNode gains = line.get("gains");
            assertEquals((gains.get(0).asDouble() + gains.get(1).asDouble()) / 2, line.get("gain").asDouble(), 1e-12);
        }
        List<Map<String, JsonNode>> rollouts = LogLines.of(run.resolve("rollouts.jsonl.gz"));
        assertEquals(4 * 4, rollouts.stream().filter(line -> line.get("who").asString().equals("teacher")).count());
        // Two data sets, two students, 2 questions of 4 completions a step; one step in each, two after the promotion.
        assertEquals(2 * 2 * 8 * (3 + 2), rollouts.stream().filter(line -> line.get("who").asString().equals("student")).count());
        for (Map<String, JsonNode> line : rollouts) {
            assertEquals(line.get("completion_ids").size(), line.get("logprobs").size());
        }
    }

    @Test
    void everyNameInTheLogIsExplained() throws IOException {
        run("run", TinySoar.config(4), 1);
        TreeSet<String> names = new TreeSet<>();
        for (Map<String, JsonNode> line : LogLines.of(folder.resolve("run/metrics.jsonl"))) {
            names.addAll(line.keySet());
        }
        Glossary glossary = Glossary.load();
        assertEquals(List.of(), names.stream().filter(name -> glossary.find(name).isEmpty()).toList());
        assertTrue(names.containsAll(List.of("student/hard_accuracy", "teacher/kl_loss", "student/reward")), names.toString());
    }

    @Test
    void howManyStudentsRunSideBySideChangesNothing() throws IOException {
        run("one", TinySoar.config(5), 1);
        run("three", TinySoar.config(5), 3);
        KilledSoarRunTest.assertSame(folder.resolve("one"), folder.resolve("three"));
    }

    @Test
    void aWinnerTrainedAgainFromItsSeedIsTheOneThatWasKept() throws IOException {
        run("kept", TinySoar.config(5), 1);
        run("again", TinySoar.keeping(TinySoar.config(5), LlamaStudents.Keeping.SEED), 1);
        KilledSoarRunTest.assertSame(folder.resolve("kept"), folder.resolve("again"));
    }

    @Test
    void halfTheStepsTwiceAreAllTheSteps() throws IOException {
        run("whole", TinySoar.config(6), 1);
        int[] left = {5};
        assertThrows(IllegalStateException.class, () -> TinySoar.run(folder.resolve("halves"), folder.resolve("tokenizer"),
                TinySoar.config(6), 1, new TinySoar.Quiet() {
                    @Override
                    public void step(StepReport report) {
                        if (--left[0] == 0) {
                            throw new IllegalStateException("stopped");
                        }
                    }
                }));
        List<Integer> resumed = new ArrayList<>();
        TinySoar.run(folder.resolve("halves"), folder.resolve("tokenizer"), TinySoar.config(6), 1, new TinySoar.Quiet() {
            @Override
            public void resumed(int step) {
                resumed.add(step);
            }
        });
        assertEquals(List.of(4), resumed);
        KilledSoarRunTest.assertSame(folder.resolve("whole"), folder.resolve("halves"));
    }

    @ParameterizedTest
    @EnumSource(value = TrainConfig.RewardKind.class, names = "GROUNDED", mode = EnumSource.Mode.EXCLUDE)
    void intrinsicRewardsLieInTheirRangeTrainTheTeacherAndPromoteNobody(TrainConfig.RewardKind kind) throws IOException {
        SoarRun.Result result = run("run", TinySoar.rewarded(TinySoar.config(4), kind), 2);
        assertEquals(0, result.end().promotions());
        List<Map<String, JsonNode>> steps = LogLines.of(folder.resolve("run/metrics.jsonl")).stream()
                .filter(line -> line.get("stage").asString().equals("soar")).toList();
        assertEquals(4, steps.size());
        for (Map<String, JsonNode> line : steps) {
            assertFalse(line.containsKey("student/base_accuracy"), "no student was measured");
            line.get("reward/data_sets").forEach(reward -> assertTrue(reward.asDouble() >= 0 && reward.asDouble() <= 1));
        }
        assertTrue(steps.stream().anyMatch(line -> line.get("reward/mean").asDouble() > 0), "no question was worth anything");
        assertFalse(TinyTask.bits(result.teacher()).equals(TinyTask.bits(TinySoar.inputs(folder.resolve("tokenizer")).start())),
                "the teacher learnt nothing");
    }

    /** Breaks once, while the second student of the first step is measured. */
    private static final class BreaksOnce implements Evaluation.Judge {
        private final Evaluation.Judge judge;
        private int calls;

        BreaksOnce(Evaluation.Judge judge) {
            this.judge = judge;
        }

        @Override
        public boolean correct(Problem problem, String completion) {
            // 5 for the model at the start, 3 questions of 2 answers for the baseline, as many for the first student.
            if (++calls == 5 + 6 + 6 + 4) {
                throw new IllegalStateException("the judge broke");
            }
            return judge.correct(problem, completion);
        }
    }

    @Test
    void aStudentThatFailedOnceLeavesNoTrace() throws IOException {
        run("whole", TinySoar.config(3), 1);
        SoarRun.Inputs given = TinySoar.inputs(folder.resolve("tokenizer"));
        Task task = given.task().task();
        SoarRun.Inputs breaking = new SoarRun.Inputs(given.start(), new NamedTask(new Task(task.format(), task.teacherPrompt(),
                task.filter(), task.reward(), new BreaksOnce(task.judge())), given.task().stopIds(), given.task().turns(),
                Optional.empty()), given.hard(), given.modelDirectory());
        List<String> warnings = new ArrayList<>();
        try (Backend backend = new ReferenceBackend(); RunDirectory run = RunDirectory.create(folder.resolve("broken"),
                "seed: 5\n", RunHeader.here(5, List.of(), Path.of(".")))) {
            new SoarRun(backend, List.of(backend), TinySoar.config(3), breaking, new TinySoar.Quiet() {
                @Override
                public void warning(String message) {
                    warnings.add(message);
                }
            }).run(run);
        }
        assertEquals(List.of("step 0, data set 0, repeat 1: attempt 1 failed: the judge broke"), warnings);
        KilledSoarRunTest.assertSame(folder.resolve("whole"), folder.resolve("broken"));
    }

    @Test
    void aTeacherOfTwoTurnsLogsBothOfThemAndResumes() throws IOException {
        TrainConfig config = TinySoar.inTwoTurns(TinySoar.config(4));
        run("whole", config, 1);
        List<Map<String, JsonNode>> turns = LogLines.of(folder.resolve("whole/rollouts.jsonl.gz")).stream()
                .filter(line -> line.get("who").asString().equals("teacher")).toList();
        assertEquals(2 * 4 * 4, turns.size());
        for (int i = 0; i < turns.size(); i += 2) {
            assertEquals(turns.get(i).get("problem_id"), turns.get(i + 1).get("problem_id"));
            assertTrue(turns.get(i).get("prompt_ids").size() < turns.get(i + 1).get("prompt_ids").size());
            JsonNode advantage = turns.get(i).get("advantage");
            assertEquals(advantage, turns.get(i + 1).get("advantage"));
        }
        assertThrows(IllegalStateException.class, () -> TinySoar.run(folder.resolve("halves"), folder.resolve("tokenizer"),
                config, 1, new TinySoar.Quiet() {
                    @Override
                    public void step(StepReport report) {
                        if (report.step() == 2) {
                            throw new IllegalStateException("stopped");
                        }
                    }
                }));
        run("halves", config, 2);
        KilledSoarRunTest.assertSame(folder.resolve("whole"), folder.resolve("halves"));
    }

    @Test
    void aSetThatTheModelSolvesIsRefused() throws IOException {
        SoarRun.Inputs given = TinySoar.inputs(folder.resolve("tokenizer"));
        Task task = given.task().task();
        Evaluation.Judge lenient = (problem, completion) -> true;
        SoarRun.Inputs easy = new SoarRun.Inputs(given.start(), new NamedTask(new Task(task.format(), task.teacherPrompt(),
                task.filter(), task.reward(), lenient), given.task().stopIds(), given.task().turns(), Optional.empty()), given.hard(), folder);
        try (Backend backend = new ReferenceBackend()) {
            SoarRun run = new SoarRun(backend, List.of(backend), TinySoar.config(2), easy, new TinySoar.Quiet());
            String message = assertThrows(IllegalArgumentException.class, run::requireHard).getMessage();
            assertTrue(message.contains("solves all 5 problems") && message.contains("soar filter"), message);
        }
    }

    @Test
    void fewerHardProblemsThanAStepDrawsAreRefused() throws IOException {
        SoarRun.Inputs given = TinySoar.inputs(folder.resolve("tokenizer"));
        SoarRun.Inputs few = new SoarRun.Inputs(given.start(), given.task(), given.hard().subList(0, 2), folder);
        try (Backend backend = new ReferenceBackend()) {
            String message = assertThrows(IllegalArgumentException.class, () -> new SoarRun(backend, List.of(backend),
                    TinySoar.config(2), few, new TinySoar.Quiet())).getMessage();
            assertTrue(message.contains("draws 3 hard problems, there are 2"), message);
        }
    }

    @Test
    void aQuestionThatFillsTheContextIsDrawnAgain() throws IOException {
        SoarRun.Inputs given = TinySoar.inputs(folder.resolve("tokenizer"));
        Task task = given.task().task();
        String question = "1a1".repeat(4);
        String document = question + ".";
        int[] prompt = task.format().prompt(task.filter().parse(document).orElseThrow());
        RoomyFilter tight = new RoomyFilter(task.filter(), task.format(), prompt.length);
        RoomyFilter roomy = new RoomyFilter(task.filter(), task.format(), prompt.length + 1);
        assertEquals(Optional.empty(), tight.parse(document));
        assertTrue(tight.wellFormed(document), "its form is not at fault");
        assertEquals(question, roomy.parse(document).orElseThrow().question());
    }
}
