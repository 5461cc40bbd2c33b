package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.FinishReason;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;

/** Questions and answers in two turns. */
class TwoTurnTeacherTest {
    private final Backend backend = new ReferenceBackend();

    @TempDir
    private Path dir;

    private TinyTask tiny;

    @BeforeEach
    void writeTokenizer() {
        tiny = new TinyTask(dir);
    }

    private TwoTurnTeacher teacher(Llama model, LlamaTeacher.Listener listener) {
        return new TwoTurnTeacher(backend, model, model.copy(), tiny.task(), tiny.turns(), tiny.sampling(),
                new LlamaTeacher.Settings(Schedule.constant(0.005), TinyTask.OPTIMISER), listener);
    }

    /** Log-probability of a document's two turns, nats. */
    private double[] logProbs(Llama model, TeacherDocument document) {
        int[] ids = document.tokens().stream().mapToInt(Integer::intValue).toArray();
        int[] question = Arrays.copyOf(ids, document.firstTurn());
        int[] answer = Arrays.copyOfRange(ids, document.firstTurn(), ids.length);
        List<Rollout> turns = List.of(
                new Rollout(tiny.turns().questionPrompt(), question, new float[question.length], FinishReason.STOP, ""),
                new Rollout(tiny.turns().answerPrompt(question), answer, new float[answer.length], FinishReason.STOP, ""));
        return new Policy(backend, model, tiny.task().format(), tiny.sampling()).score(turns).stream().mapToDouble(scores -> {
            double sum = 0;
            for (float score : scores) {
                sum += score;
            }
            return sum;
        }).toArray();
    }

    private TeacherDocument document(String question, String answer) {
        List<Integer> ids = new ArrayList<>(tiny.ids(question + "A"));
        int firstTurn = ids.size();
        ids.addAll(tiny.ids(answer));
        return new TeacherDocument(question + "A" + answer, ids, firstTurn, new Problem(question, question, answer));
    }

    @Test
    void theSecondTurnContinuesTheFirst() {
        TeacherTurns turns = tiny.turns();
        int[] ended = tiny.ids("3a1A").stream().mapToInt(Integer::intValue).toArray();
        int[] endless = tiny.ids("3a1").stream().mapToInt(Integer::intValue).toArray();
        int[] expected = tiny.task().format().prompt(new Problem("p", "3a1", "any"));
        assertArrayEquals(expected, turns.answerPrompt(ended));
        assertArrayEquals(expected, turns.answerPrompt(endless));
        assertEquals("3a1", turns.problem("3a1A", "3a1=4.").orElseThrow().question());
        assertEquals("3a1=4", turns.problem("3a1A", "3a1=4.").orElseThrow().answer());
        assertEquals("3a1=", turns.problem("3a1A", "3a1=").orElseThrow().answer(), "an answer without an end is not filtered");
        assertEquals(Optional.empty(), turns.problem("A", "3a1=4."), "a question without text cannot be put");
    }

    @Test
    void itProposesExactlyWhatIsAskedAndTheTokensAreThoseOfBothTurns() {
        List<TeacherDocument> documents = teacher(tiny.llama(1), LlamaTeacher.Listener.NONE).propose(9, Rng.of(2)).documents();
        assertEquals(9, documents.size());
        for (TeacherDocument document : documents) {
            assertTrue(document.firstTurn() > 0 && document.firstTurn() < document.tokens().size());
            assertEquals(document.text(), tiny.text(document.tokens()));
        }
        assertEquals(documents, teacher(tiny.llama(1), LlamaTeacher.Listener.NONE).propose(9, Rng.of(2)).documents());
        assertNotEquals(documents, teacher(tiny.llama(1), LlamaTeacher.Listener.NONE).propose(9, Rng.of(3)).documents());
    }

    @Test
    void anUpdateRaisesBothTurnsOfTheGoodSetAndLowersThoseOfTheBad() {
        Llama model = tiny.llama(1);
        TeacherDocument good = document("1a2", "1a2=3.");
        TeacherDocument bad = document("7c8", "7c9=0.");
        double[] goodBefore = logProbs(model, good);
        double[] badBefore = logProbs(model, bad);
        List<double[]> heard = new ArrayList<>();
        teacher(model, (rollouts, advantages, report) -> heard.add(advantages)).update(
                List.of(new QuestionSet(0, 0, List.of(good)), new QuestionSet(0, 1, List.of(bad))), new double[] {0.25, -0.25});
        double[] goodAfter = logProbs(model, good);
        double[] badAfter = logProbs(model, bad);
        for (int turn = 0; turn < 2; turn++) {
            assertTrue(goodAfter[turn] > goodBefore[turn] && badAfter[turn] < badBefore[turn], "turn " + turn);
        }
        assertArrayEquals(new double[] {0.5, 0.5, -0.5, -0.5}, heard.getFirst(), "the mean is over twice as many sequences");
    }

    @Test
    void equalRewardsLeaveTheWeightsAsTheyAre() {
        Llama model = tiny.llama(1);
        List<Integer> before = TinyTask.bits(model);
        teacher(model, LlamaTeacher.Listener.NONE).update(List.of(new QuestionSet(0, 0, List.of(document("1a2", "1a2=3."))),
                new QuestionSet(0, 1, List.of(document("7c8", "7c9=0.")))), new double[] {0, 0});
        assertEquals(before, TinyTask.bits(model));
    }
}
