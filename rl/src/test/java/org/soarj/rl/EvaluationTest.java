package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.rl.TinyPolicy.problem;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;
import org.soarj.tensor.reference.ReferenceBackend;

class EvaluationTest {
    private static final List<Problem> PROBLEMS = List.of(problem(1, 4), problem(5), problem(6, 2, 3));
    private static final Policy POLICY = TinyPolicy.of(new ReferenceBackend(), 1, 3, 1);

    @Test
    void ratesByHand() {
        Evaluation evaluation = new Evaluation(4, new int[] {4, 0, 2});
        assertEquals(6 / 12.0, evaluation.accuracy(), 1e-15);
        assertEquals(evaluation.accuracy(), evaluation.passAt(1), 1e-15);
        // Two of the four are right: both of a pair are wrong in 1 of 6 pairs.
        assertEquals((1 + 0 + 5 / 6.0) / 3, evaluation.passAt(2), 1e-15);
        assertEquals(2 / 3.0, evaluation.passAt(4), 1e-15);
    }

    @Test
    void everyCompletionIsJudgedOnceAgainstItsOwnProblem() {
        AtomicInteger calls = new AtomicInteger();
        Evaluation evaluation = Evaluation.sampled(POLICY, PROBLEMS, 4, (problem, completion) -> {
            int call = calls.getAndIncrement();
            assertEquals(PROBLEMS.get(call / 4), problem);
            return List.of(0, 3, 4, 5, 6, 7).contains(call);
        }, Rng.of(3));
        assertEquals(12, calls.get());
        assertEquals(4, evaluation.samples());
        assertArrayEquals(new int[] {2, 4, 0}, evaluation.correct());
    }

    @Test
    void sampledAnswersAreThoseThePolicyDraws() {
        List<Rollout> rollouts = POLICY.sample(PROBLEMS, 30, Rng.of(8));
        int[] expected = new int[3];
        for (int i = 0; i < rollouts.size(); i++) {
            expected[i / 30] += rollouts.get(i).text().contains("2") ? 1 : 0;
        }
        Evaluation evaluation =
                Evaluation.sampled(POLICY, PROBLEMS, 30, (problem, completion) -> completion.contains("2"), Rng.of(8));
        assertArrayEquals(expected, evaluation.correct());
        assertTrue(evaluation.accuracy() > 0 && evaluation.accuracy() < 1);
    }

    @Test
    void greedyJudgesTheMostProbableCompletionOfEachProblem() {
        List<Rollout> greedy = POLICY.greedy(PROBLEMS);
        Evaluation evaluation = Evaluation.greedy(POLICY, PROBLEMS, (problem, completion) -> {
            assertEquals(greedy.get(PROBLEMS.indexOf(problem)).text(), completion);
            return problem.equals(PROBLEMS.get(1));
        });
        assertArrayEquals(new int[] {0, 1, 0}, evaluation.correct());
        assertEquals(1 / 3.0, evaluation.accuracy(), 1e-15);
    }

    @Test
    void anEvaluationOfNothingIsRefused() {
        String noProblem = assertThrows(IllegalArgumentException.class,
                () -> Evaluation.greedy(POLICY, List.of(), (problem, completion) -> true)).getMessage();
        assertTrue(noProblem.contains("1 samples of each of 0 problems"), noProblem);
        String noSample = assertThrows(IllegalArgumentException.class,
                () -> Evaluation.sampled(POLICY, PROBLEMS, 0, (problem, completion) -> true, Rng.of(1))).getMessage();
        assertTrue(noSample.contains("0 samples of each of 3 problems"), noSample);
    }
}
