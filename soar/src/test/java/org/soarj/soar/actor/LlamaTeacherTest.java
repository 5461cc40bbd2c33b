package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.FinishReason;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.soar.Proposals;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;

class LlamaTeacherTest {
    private final CpuBackend backend = new CpuBackend(1);

    @TempDir
    private Path dir;

    private TinyTask tiny;

    @BeforeEach
    void writeTokenizer() {
        tiny = new TinyTask(dir);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private LlamaTeacher teacher(Llama model) {
        return new LlamaTeacher(backend, model, tiny.task(), tiny.sampling(),
                new LlamaTeacher.Settings(Schedule.constant(0.005), TinyTask.OPTIMISER));
    }

    /** A data set of the given texts, as if the teacher had sampled them. */
    private QuestionSet set(int index, String... texts) {
        return new QuestionSet(0, index, Arrays.stream(texts)
                .map(text -> new TeacherDocument(text, tiny.ids(text), new Problem(text, text, "any"))).toList());
    }

    /** Log-probability of each document of a data set after the teacher's prompt, nats. */
    private double[] logProbs(Llama model, QuestionSet set) {
        Task task = tiny.task();
        List<Rollout> rollouts = set.documents().stream().map(document -> new Rollout(task.teacherPrompt(),
                document.tokens().stream().mapToInt(Integer::intValue).toArray(), new float[document.tokens().size()],
                FinishReason.STOP, document.text())).toList();
        return new Policy(backend, model, task.format(), tiny.sampling()).score(rollouts).stream()
                .mapToDouble(LlamaTeacherTest::sum).toArray();
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40})
    void itProposesExactlyWhatIsAskedAndOnlyWhatPassesTheFilter(int count) {
        Proposals proposals = teacher(tiny.llama(1)).propose(count, Rng.of(2));
        assertEquals(count, proposals.documents().size());
        assertTrue(proposals.attempts() >= count);
        for (TeacherDocument document : proposals.documents()) {
            assertEquals(document.text(), tiny.text(document.tokens()), "the tokens are those of the text");
            assertEquals(Optional.of(document.problem()), tiny.task().filter().parse(document.text()));
        }
    }

    @Test
    void theSameRngProposesTheSameAndAnotherSomethingElse() {
        LlamaTeacher teacher = teacher(tiny.llama(1));
        assertEquals(teacher.propose(5, Rng.of(2)), teacher.propose(5, Rng.of(2)));
        assertNotEquals(teacher.propose(5, Rng.of(2)), teacher.propose(5, Rng.of(3)));
    }

    @Test
    void aFilterThatRefusesEverythingEndsInOneLineRatherThanNever() {
        Task task = tiny.task();
        Task barren = new Task(task.format(), task.teacherPrompt(), text -> Optional.empty(), task.reward(), task.judge());
        LlamaTeacher teacher = new LlamaTeacher(backend, tiny.llama(1), barren, tiny.sampling(),
                new LlamaTeacher.Settings(Schedule.constant(0.005), TinyTask.OPTIMISER));
        String message = assertThrows(IllegalStateException.class, () -> teacher.propose(2, Rng.of(2))).getMessage();
        assertTrue(message.contains("asked for 2 documents, got 0 in 100 attempts"), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anUpdateMakesTheGoodDataSetLikelierAndTheBadOneLessLikely(long seed) {
        Llama model = tiny.llama(seed);
        QuestionSet good = set(0, "1a2A1a2=3.", "1a2b2A1.");
        QuestionSet bad = set(1, "7c8A9d9=0.", "8c7d9A6.");
        double[] goodBefore = logProbs(model, good);
        double[] badBefore = logProbs(model, bad);
        LlamaTeacher teacher = teacher(model);
        assertSame(model, teacher.model());
        teacher.update(List.of(good, bad), new double[] {0.25, -0.25});
        double[] goodAfter = logProbs(model, good);
        double[] badAfter = logProbs(model, bad);
        for (int i = 0; i < 2; i++) {
            assertTrue(goodAfter[i] > goodBefore[i], "good document " + i);
            assertTrue(badAfter[i] < badBefore[i], "bad document " + i);
        }
    }

    @Test
    void advantagesBelongToTheDataSetAtTheirPlace() {
        Llama model = tiny.llama(1);
        QuestionSet first = set(0, "1a2A1a2=3.");
        QuestionSet idle = set(1, "5e5A5e5=5.");
        QuestionSet last = set(2, "7c8A9d9=0.", "8c7d9A6.");
        double firstBefore = logProbs(model, first)[0];
        double lastBefore = sum(logProbs(model, last));
        teacher(model).update(List.of(first, idle, last), new double[] {-0.5, 0, 0.5});
        assertTrue(logProbs(model, first)[0] < firstBefore);
        assertTrue(sum(logProbs(model, last)) > lastBefore);
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    @Test
    void equalRewardsLeaveTheWeightsAsTheyAreToTheLastBit() {
        Llama model = tiny.llama(1);
        List<Integer> before = TinyTask.bits(model);
        LlamaTeacher teacher = teacher(model);
        List<QuestionSet> sets = List.of(set(0, "1a2A1a2=3."), set(1, "7c8A9d9=0."));
        teacher.update(sets, new double[] {0, 0});
        assertEquals(before, TinyTask.bits(model));
        teacher.update(sets, new double[] {1, -1});
        assertNotEquals(before, TinyTask.bits(model), "unequal ones do not");
    }
}
