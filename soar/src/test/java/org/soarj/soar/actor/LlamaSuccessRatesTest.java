package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;

/** Agreement with the teacher's answer, and of the answers with one another. */
class LlamaSuccessRatesTest {
    private static final int SAMPLES = 8;

    @TempDir
    private Path dir;

    /** Answers are whether a completion came to its end; an endless one gives none. */
    private static final class EndedOrNot implements Evaluation.Judge {
        @Override
        public boolean correct(Problem problem, String completion) {
            return completion.indexOf('.') >= 0 == problem.answer().equals("ended");
        }

        @Override
        public String answer(String completion) {
            return completion.indexOf('.') >= 0 ? "ended" : "";
        }
    }

    @Test
    void ratesAreCountedAgainstTheProposedAnswerOrTheMajority() {
        TinyTask tiny = new TinyTask(dir);
        Task plain = tiny.task();
        Task task = new Task(plain.format(), plain.teacherPrompt(), plain.filter(), plain.reward(), new EndedOrNot());
        Llama llama = tiny.llama(1);
        List<Problem> problems = List.of(new Problem("a", "3a1", "ended"), new Problem("b", "4a2", "endless"));
        QuestionSet set = new QuestionSet(0, 0, problems.stream().map(p -> new TeacherDocument("t", List.of(), p)).toList());
        try (Backend backend = new ReferenceBackend()) {
            Policy policy = tiny.training().policy(backend, llama, task);
            List<Rollout> rollouts = policy.sample(problems, SAMPLES, Rng.of(4));
            double[] ended = new double[2];
            for (int i = 0; i < rollouts.size(); i++) {
                ended[i / SAMPLES] += rollouts.get(i).text().indexOf('.') >= 0 ? 1.0 / SAMPLES : 0;
            }
            assertTrue(ended[0] > 0 && ended[0] < 1 && ended[1] > 0 && ended[1] < 1, ended[0] + " " + ended[1]);
            assertArrayEquals(new double[] {ended[0], 1 - ended[1]}, new LlamaSuccessRates(backend, task, tiny.training(),
                    LlamaSuccessRates.Against.PROPOSED).of(llama, set, SAMPLES, Rng.of(4)), 1e-12);
            assertArrayEquals(ended, new LlamaSuccessRates(backend, task, tiny.training(), LlamaSuccessRates.Against.MAJORITY)
                    .of(llama, set, SAMPLES, Rng.of(4)), 1e-12);
        }
    }
}
