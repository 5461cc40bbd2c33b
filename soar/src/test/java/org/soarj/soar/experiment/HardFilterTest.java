package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Evaluation.Judge;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.soar.actor.TinyTask;
import org.soarj.tensor.Rng;
import org.soarj.tensor.cpu.CpuBackend;

/** The samples of an untrained model do not matter here: the judge says by count which one solves a problem. */
class HardFilterTest {
    private final CpuBackend backend = new CpuBackend(1);
    private final Map<String, Integer> judged = new HashMap<>();

    @TempDir
    private Path dir;

    private Policy policy;
    private List<Problem> problems;

    @BeforeEach
    void makePolicy() {
        TinyTask tiny = new TinyTask(dir);
        Policy.Sampling one = new Policy.Sampling(1, 1f, tiny.sampling().stopIds(), 64);
        policy = new Policy(backend, tiny.llama(1), tiny.task().format(), one);
        problems = tiny.problems(6);
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    /** Right for a problem's sample of the given number, from 1, and for no other. */
    private Judge solvedAt(Map<String, Integer> sample) {
        return (problem, completion) ->
                judged.merge(problem.id(), 1, Integer::sum).equals(sample.getOrDefault(problem.id(), 0));
    }

    private List<String> failed(int samples, Judge judge) {
        return new HardFilter(samples).failed(policy, problems, judge, Rng.of(1)).stream().map(Problem::id).toList();
    }

    @Test
    void oneRightSampleDropsAProblemAndTheRestKeepTheirOrder() {
        assertEquals(List.of("p0", "p2", "p5"), failed(40, solvedAt(Map.of("p1", 1, "p3", 20, "p4", 40))));
    }

    @Test
    void aSolvedProblemCostsNoFurtherRound() {
        failed(40, solvedAt(Map.of("p1", 1, "p3", 20)));
        assertEquals(Map.of("p0", 40, "p1", 16, "p2", 40, "p3", 32, "p4", 40, "p5", 40), judged);
    }

    @Test
    void noMoreSamplesAreDrawnThanAskedFor() {
        assertEquals(6, failed(5, solvedAt(Map.of("p1", 6))).size());
        assertEquals(5, judged.get("p1"));
        judged.clear();
        assertEquals(5, failed(6, solvedAt(Map.of("p1", 6))).size());
    }

    @Test
    void aJudgeThatAlwaysSaysNoKeepsAllAndOneThatSaysYesNone() {
        assertEquals(problems.stream().map(Problem::id).toList(), failed(20, (problem, completion) -> false));
        assertEquals(List.of(), failed(20, (problem, completion) -> true));
        assertEquals(List.of(), new HardFilter(3).failed(policy, List.of(), (problem, completion) -> false, Rng.of(1)));
    }

    @Test
    void everyRoundDrawsSamplesOfItsOwn() {
        List<String> texts = new ArrayList<>();
        problems = problems.subList(0, 1);
        failed(32, (problem, completion) -> {
            texts.add(completion);
            return false;
        });
        assertNotEquals(texts.subList(0, 16), texts.subList(16, 32));
    }

    @Test
    void noSampleAtAllIsRefused() {
        assertEquals("fail@k: k must be 1 or more, got 0",
                assertThrows(IllegalArgumentException.class, () -> new HardFilter(0)).getMessage());
    }
}
