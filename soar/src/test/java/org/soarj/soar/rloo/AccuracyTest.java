package org.soarj.soar.rloo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.soar.actor.TinyTask;
import org.soarj.tensor.Rng;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.infer.Decoding;

class AccuracyTest {
    @TempDir
    private Path folder;

    private Policy policy;
    private List<Problem> problems;
    private Evaluation.Judge judge;

    @BeforeEach
    void makePolicy() {
        TinyTask tiny = new TinyTask(folder);
        policy = new Policy(new ReferenceBackend(), tiny.llama(1), tiny.task().format(), tiny.sampling());
        problems = tiny.problems(6);
        judge = tiny.task().judge();
    }

    @Test
    void everyFigureLiesInItsInterval() {
        Accuracy accuracy = Accuracy.of(policy, problems, 8, List.of(1, 4, 8), judge, Rng.of(1));
        assertEquals(List.of("greedy", "pass@1", "pass@4", "pass@8", "maj@4", "maj@8"), List.copyOf(accuracy.figures().keySet()));
        accuracy.figures().forEach((name, figure) ->
                assertTrue(figure.lower() <= figure.mean() && figure.mean() <= figure.upper(), name + " " + figure));
        assertTrue(accuracy.figures().get("pass@1").mean() < accuracy.figures().get("pass@8").mean());
        assertTrue(accuracy.figures().get("pass@1").lower() < accuracy.figures().get("pass@1").upper());
        assertEquals(List.of("greedy"), List.copyOf(Accuracy.of(policy, problems, 0, List.of(), judge, Rng.of(1)).figures().keySet()));
    }

    @Test
    void nothingCutOffIsThePolicyItselfAndACutIsNot() {
        List<Rollout> whole = policy.sample(problems, 3, Rng.of(2));
        assertEquals(texts(whole), texts(new CutSampling(policy, Decoding.full(1)).sample(problems, 3, Rng.of(2))));
        List<Rollout> best = new CutSampling(policy, new Decoding(1, 1, 1, 0, 1)).sample(problems, 3, Rng.of(2));
        assertNotEquals(texts(whole), texts(best));
        List<String> greedy = texts(policy.greedy(problems));
        for (int i = 0; i < best.size(); i++) {
            assertEquals(greedy.get(i / 3), best.get(i).text(), "top-k of 1 is greedy");
        }
    }

    private static List<String> texts(List<Rollout> rollouts) {
        return rollouts.stream().map(Rollout::text).toList();
    }
}
