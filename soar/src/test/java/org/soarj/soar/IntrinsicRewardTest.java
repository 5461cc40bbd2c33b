package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

class IntrinsicRewardTest {

    @Test
    void thePapersRewardIsHighestJustAboveZeroAndZeroAtTheEnds() {
        ProposerReward reward = ProposerReward.ONE_MINUS_P;
        assertEquals(0, reward.of(0));
        assertEquals(31.0 / 32, reward.of(1.0 / 32));
        assertEquals(0.5, reward.of(0.5));
        assertEquals(0, reward.of(1));
    }

    @Property
    void theOthersPeakAtOneHalfAndAreSymmetric(@ForAll @DoubleRange(min = 0, max = 1) double p) {
        for (ProposerReward reward : List.of(ProposerReward.SYMMETRIC, ProposerReward.VARIANCE)) {
            assertEquals(reward.of(p), reward.of(1 - p), 1e-12);
            assertTrue(reward.of(p) <= reward.of(0.5));
            assertEquals(0, reward.of(0));
        }
        assertEquals(1, ProposerReward.SYMMETRIC.of(0.5));
        assertEquals(0.25, ProposerReward.VARIANCE.of(0.5));
    }

    @Test
    void aRateOutsideZeroToOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> ProposerReward.VARIANCE.of(1.01));
        assertThrows(IllegalArgumentException.class, () -> ProposerReward.VARIANCE.of(Double.NaN));
    }

    @Test
    void theScoreOfADataSetIsTheMeanOverItsQuestionsAndTheStudentStays() {
        var reward = new IntrinsicReward<String>(
                (student, set, samples, rng) -> new double[] {0, 1.0 / samples, 1}, 32, ProposerReward.ONE_MINUS_P);
        InnerResult<String> result = reward.run(job());
        assertEquals(31.0 / 96, result.score(), 1e-15);
        assertSame("base", result.weights().get());
    }

    @Test
    void theLoopRunsOnItWithoutAHardSignal() {
        SoarSettings arm = new SoarSettings(2, 1, 3, 1, 4, 2, InnerSchedule.PAPER, PromotionRule.NEVER);
        FakeTeacher teacher = new FakeTeacher();
        var reward = new IntrinsicReward<String>(
                (student, set, samples, rng) -> set.index() == 0 ? new double[] {0.25, 0.25, 0.25} : new double[3],
                32, ProposerReward.ONE_MINUS_P);
        SoarState<String> end = new SoarLoop<>(arm, FakeRun.hardProblems(), teacher, reward,
                IntrinsicReward.noBaseline(), SoarEvents.none(), Rng.of(1)).run(SoarState.start("base"));
        assertEquals("base", end.baseline());
        assertArrayEquals(new double[] {0.75, -0.75}, teacher.advantages.getFirst(), 1e-15);
    }

    @Test
    void aSamplerThatMiscountsIsCaught() {
        var reward = new IntrinsicReward<String>(
                (student, set, samples, rng) -> new double[2], 32, ProposerReward.ONE_MINUS_P);
        assertThrows(IllegalStateException.class, () -> reward.run(job()));
    }

    private static InnerJob<String> job() {
        TeacherDocument document = new TeacherDocument("text", List.of(1), new Problem("proposed", "q", "a", Map.of()));
        QuestionSet set = new QuestionSet(0, 0, List.of(document, document, document));
        return new InnerJob<>(0, 0, 0, "base", set, 10, List.of(), Rng.of(1));
    }
}
