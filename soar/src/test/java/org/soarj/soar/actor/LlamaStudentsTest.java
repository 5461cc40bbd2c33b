package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Problem;
import org.soarj.soar.InnerJob;
import org.soarj.soar.InnerResult;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

class LlamaStudentsTest {
    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path dir;

    private TinyTask tiny;
    private LlamaStudents students;
    private Llama baseline;

    @BeforeEach
    void makeStudents() {
        tiny = new TinyTask(dir);
        students = new LlamaStudents(backend, tiny.task(), tiny.training(), new Gain.Sampled(4));
        baseline = tiny.llama(1);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private InnerJob<Llama> job(Rng rng, int steps) {
        List<TeacherDocument> documents = tiny.problems(3).stream()
                .map(problem -> new TeacherDocument("text", List.of(), problem)).toList();
        return new InnerJob<>(0, 0, 0, baseline, new QuestionSet(0, 0, documents), steps, tiny.problems(8), rng);
    }

    @Test
    void aJobLeavesTheBaselineAsItIsAndMovesItsOwnCopy() {
        List<Integer> before = TinyTask.bits(baseline);
        InnerResult<Llama> result = students.run(job(Rng.of(3), 3));
        assertEquals(before, TinyTask.bits(baseline));
        assertNotSame(baseline, result.weights().get());
        assertNotEquals(before, TinyTask.bits(result.weights().get()));
    }

    @Test
    void theWeightsAreCopiedOnceForAStudent() {
        Llama large = Llama.initialise(LlamaConfig.tiny(baseline.config().vocabSize(), 128, 384, 4, 4, 64, 0, 1), Rng.of(1));
        long[] at = {allocated(), 0, 0};
        Set<Object> weights = Collections.newSetFromMap(new IdentityHashMap<>());
        Llama trained = tiny.training().train(new ReferenceBackend(), tiny.task(), large, (step, size) -> {
            at[1] = step == 0 ? allocated() : at[1];
            return tiny.problems(size);
        }, 2, Rng.of(3), (_, _, student) -> {
            student.parameters().forEach(parameter -> weights.add(parameter.value()));
            at[2] = allocated();
        });
        assertTrue(allocated() - at[2] < 100_000, "what was trained is what comes back");
        double copies = (at[1] - at[0]) / (4.0 * large.size());
        assertTrue(copies >= 3 && copies < 3.75, "the student and its two moments before the first step, were allocated: " + copies);
        trained.parameters().forEach(parameter -> weights.add(parameter.value()));
        assertEquals(large.parameters().size(), weights.size(), "every step trains the same tensors");
        InnerResult<Llama> result = students.run(job(Rng.of(3), 1));
        assertSame(result.weights().get(), result.weights().get(), "who is promoted is handed on as it is");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void theSameRngTrainsTheSameBitsAndAnotherOthers() {
        InnerResult<Llama> one = students.run(job(Rng.of(3), 3));
        InnerResult<Llama> same = students.run(job(Rng.of(3), 3));
        InnerResult<Llama> other = students.run(job(Rng.of(4), 3));
        assertEquals(TinyTask.bits(one.weights().get()), TinyTask.bits(same.weights().get()));
        assertEquals(one.score(), same.score());
        assertNotEquals(TinyTask.bits(one.weights().get()), TinyTask.bits(other.weights().get()));
    }

    @Test
    void theScoreIsTheTrainedStudentsAccuracyOnTheRewardQuestions() {
        InnerResult<Llama> result = students.run(job(Rng.of(3), 1));
        assertEquals(students.accuracy(result.weights().get(), tiny.problems(8), Rng.of(3).split("gain")), result.score());
    }

    @Test
    void trainingOnWhatIsRewardedRaisesTheAccuracy() {
        double before = students.accuracy(baseline, tiny.problems(8), Rng.of(5));
        assertTrue(before < 0.6, "an untrained model rarely ends, got " + before);
        assertTrue(students.run(job(Rng.of(3), 40)).score() > before + 0.2);
    }

    @Test
    void aGreedyGainNeedsNoRandomness() {
        LlamaStudents greedy = new LlamaStudents(backend, tiny.task(), tiny.training(), new Gain.Greedy());
        List<Problem> questions = tiny.problems(8);
        assertEquals(greedy.accuracy(baseline, questions, Rng.of(1)), greedy.accuracy(baseline, questions, Rng.of(2)));
    }

    @Test
    void everyStepIsReportedInOrder() {
        List<Integer> heard = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        tiny.training().train(backend, tiny.task(), baseline, (step, size) -> {
            asked.add(step);
            return tiny.problems(size);
        }, 3, Rng.of(3), (step, report, _) -> {
            heard.add(step);
            assertEquals(2, report.groups().size());
            assertEquals(4, report.groups().getFirst().rollouts().size());
        });
        assertEquals(List.of(0, 1, 2), heard);
        assertEquals(heard, asked);
    }
}
