package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

class SoarLoopTest {
    private static final FakeRun.Gain ALWAYS = (t, k, j) -> 0.125;

    @Test
    void nothingIsPromotedWithoutGain() {
        FakeRun run = new FakeRun(FakeRun.SMALL, (t, k, j) -> 0);
        SoarState<String> end = run.run();
        assertEquals("base", end.baseline());
        assertEquals(PromotionQuestions.NONE, end.promotionQuestions());
        assertTrue(run.jobs.stream().allMatch(job -> job.baseline().equals("base")));
        assertEquals(6, end.step());
    }

    @Test
    void anAverageEqualToTauDoesNotPromote() {
        PromotionRule tauAtTheGain = new PromotionRule(true, 0.125, 2, MedianRule.LOWER, true);
        assertEquals("base", new FakeRun(FakeRun.SMALL.withPromotion(tauAtTheGain), ALWAYS).run().baseline());
        PromotionRule justBelow = new PromotionRule(true, Math.nextDown(0.125), 2, MedianRule.LOWER, true);
        assertNotEquals("base", new FakeRun(FakeRun.SMALL.withPromotion(justBelow), ALWAYS).run().baseline());
    }

    @Test
    void aPromotionWaitsForAFullWindowAndClearsIt() {
        FakeRun run = new FakeRun(FakeRun.SMALL, ALWAYS);
        run.run();
        assertEquals(
                List.of(false, true, false, true, false, true),
                run.reports.stream().map(report -> report.decision().promoted()).toList());
    }

    @Test
    void aWindowThatIsKeptPromotesAtEveryStepOnceFull() {
        PromotionRule keeping = new PromotionRule(true, 0.01, 2, MedianRule.LOWER, false);
        FakeRun run = new FakeRun(FakeRun.SMALL.withPromotion(keeping), ALWAYS);
        assertEquals(5, run.run().promotions());
    }

    @Test
    void promotionThatIsOffLeavesTheBaselineButStillAverages() {
        FakeRun run = new FakeRun(FakeRun.SMALL.withPromotion(PromotionRule.NEVER), ALWAYS);
        assertEquals("base", run.run().baseline());
        assertEquals(0.125, run.reports.getLast().decision().movingAverage(), 1e-15);
    }

    @Test
    void eachPromotionAddsExactlyTheQuestionsOfTheBestDataSet() {
        FakeRun run = new FakeRun(FakeRun.SMALL, (t, k, j) -> k == 1 ? 0.5 : 0);
        SoarState<String> end = run.run();
        assertEquals(3, end.promotions());
        assertEquals(3 * 3, end.promotionQuestions().problems().size());
        for (Promotion promotion : end.promotionQuestions().promotions()) {
            assertEquals(1, promotion.dataSet());
            assertEquals(run.reports.get(promotion.step()).sets().get(1).problems(), promotion.questions());
        }
    }

    @Test
    void thePromotedStudentIsTheMedianRepeatOfTheBestDataSet() {
        double[][] gains = {{0.5, 0.0, 0.1}, {0.3, 0.9, 0.2}};
        SoarSettings threeRepeats =
                new SoarSettings(2, 1, 3, 3, 4, 2, InnerSchedule.PAPER, FakeRun.SMALL.promotion());
        FakeRun run = new FakeRun(threeRepeats, (t, k, j) -> gains[k][j]);
        assertEquals("base>t1k1j0", run.run().baseline());
        assertEquals(List.of("base>t1k1j0"), run.promoted);
    }

    @Test
    void studentsStartFromThePromotedBaselineAndTrainLonger() {
        FakeRun run = new FakeRun(FakeRun.SMALL, ALWAYS);
        run.run();
        assertEquals(List.of(10, 10, 15, 15, 20, 20), run.reports.stream().map(StepReport::innerSteps).toList());
        for (InnerJob<String> job : run.jobs) {
            long promotions = job.baseline().chars().filter(c -> c == '>').count();
            assertEquals(job.step() / 2, promotions);
            assertEquals(Math.min(10 + 5 * promotions, 20), job.innerSteps());
        }
    }

    @Test
    void thePromotionCheckPrecedesTheTeachersUpdateAndBothUseTheStepsGains() {
        FakeRun run = new FakeRun(FakeRun.SMALL, (t, k, j) -> k == 0 ? 0.25 : 0.125);
        run.teacher.beforeUpdate = () -> {
            int t = run.teacher.updates.size();
            assertEquals(t, run.states.size(), "a step is not done before its update");
            assertEquals((t + 1) / 2, run.promoted.size(), "the promotion check comes first");
        };
        run.run();
        for (int t = 0; t < 6; t++) {
            assertArrayEquals(new double[] {0.125, -0.125}, run.teacher.advantages.get(t), 1e-15);
            assertSame(run.reports.get(t).sets(), run.teacher.updates.get(t));
        }
        assertEquals(3, run.promoted.size());
    }

    @Test
    void theTeacherNeverReceivesTextOfTheHardSet() {
        FakeRun run = new FakeRun(FakeRun.SMALL, ALWAYS);
        run.run();
        assertEquals(18, run.teacher.seen.size());
        assertFalse(run.teacher.seen.toString().contains("SECRET"));
        assertTrue(run.jobs.toString().contains("SECRET"), "the students are measured on it");
    }

    @Test
    void rewardQuestionsAreDistinctSharedWithinAStepAndFreshInTheNext() {
        FakeRun run = new FakeRun(FakeRun.SMALL, ALWAYS);
        run.run();
        for (List<Problem> questions : run.baseQuestions) {
            assertEquals(4, Set.copyOf(questions).size());
        }
        for (InnerJob<String> job : run.jobs) {
            assertEquals(run.baseQuestions.get(job.step()), job.rewardQuestions());
        }
        assertTrue(Set.copyOf(run.baseQuestions).size() > 1);
    }

    @Test
    void everyStudentHasRandomnessOfItsOwn() {
        FakeRun run = new FakeRun(FakeRun.SMALL, ALWAYS);
        run.run();
        Set<Rng.State> states = run.jobs.stream().map(job -> job.rng().state()).collect(Collectors.toSet());
        assertEquals(6 * 2 * 2, states.size());
        assertEquals(states.size(), run.jobs.size());
    }

    @Test
    void theReportCarriesTheStepsNumbersAndOnlyTimeDiffersBetweenRuns() {
        FakeRun one = new FakeRun(FakeRun.SMALL, ALWAYS);
        FakeRun other = new FakeRun(FakeRun.SMALL, ALWAYS);
        one.run();
        other.run();
        assertEquals(withoutTime(one.reports), withoutTime(other.reports));
        Map<String, Object> line = one.reports.getFirst().metrics();
        assertEquals(0.5, line.get("teacher/accept_rate"));
        assertEquals(7.0 / 12, line.get("teacher/well_formed"));
        assertEquals(1.0, line.get("teacher/distinct_questions"));
        assertEquals(0.125, line.get("reward/mean"));
        assertTrue((double) line.get("time/step") >= (double) line.get("time/inner_loops"));
    }

    @Property(tries = 50)
    void aResumedRunContinuesLikeOneThatNeverStopped(@ForAll long seed, @ForAll @IntRange(max = 6) int stop) {
        FakeRun.Gain gain = (t, k, j) -> Rng.of(seed).split("gain", t, k, j).nextDouble() - 0.4;
        FakeRun whole = new FakeRun(FakeRun.SMALL, gain);
        SoarState<String> end = whole.run();
        SoarState<String> saved = new FakeRun(FakeRun.SMALL.withOuterSteps(stop), gain).run();
        FakeRun rest = new FakeRun(FakeRun.SMALL, gain);
        assertEquals(end, rest.loop.run(saved));
        assertEquals(withoutTime(whole.reports.subList(stop, 6)), withoutTime(rest.reports));
        assertEquals(whole.states.subList(stop, 6), rest.states);
        assertEquals(
                whole.jobs.stream().filter(job -> job.step() >= stop).map(SoarLoopTest::comparable).toList(),
                rest.jobs.stream().map(SoarLoopTest::comparable).toList());
    }

    @Property(tries = 100)
    void theBaselineChangesExactlyWhenTheRuleSaysSo(@ForAll long seed) {
        FakeRun run = new FakeRun(
                FakeRun.SMALL, (t, k, j) -> Rng.of(seed).split("gain", t, k, j).nextDouble() / 4 - 0.12);
        run.run();
        SoarState<String> before = SoarState.start("base");
        for (int t = 0; t < 6; t++) {
            SoarState<String> after = run.states.get(t);
            PromotionDecision decision = run.reports.get(t).decision();
            boolean earned = decision.entries() == 2 && decision.movingAverage() > 0.01;
            assertEquals(earned, decision.promoted());
            assertEquals(earned, !after.baseline().equals(before.baseline()));
            assertEquals(
                    before.promotionQuestions().problems().size() + (earned ? 3 : 0),
                    after.promotionQuestions().problems().size());
            before = after;
        }
    }

    @Test
    void twoTeacherGroupsHaveABaselineEach() {
        SoarSettings twoGroups = new SoarSettings(2, 2, 3, 1, 4, 1, InnerSchedule.PAPER, PromotionRule.NEVER);
        double[] gains = {0.25, 0.125, 0.5, 0.0};
        FakeRun run = new FakeRun(twoGroups, (t, k, j) -> gains[k]);
        run.run();
        assertArrayEquals(new double[] {0.125, -0.125, 0.5, -0.5}, run.teacher.advantages.getFirst(), 1e-15);
        assertEquals(12, new HashSet<>(run.teacher.updates.getFirst().stream()
                .flatMap(set -> set.problems().stream()).toList()).size());
    }

    @Test
    void whatCannotWorkIsRefusedInOneLine() {
        SoarSettings greedy = new SoarSettings(2, 1, 3, 2, 11, 6, InnerSchedule.PAPER, PromotionRule.PAPER);
        String few = assertThrows(IllegalArgumentException.class, () -> new FakeRun(greedy, ALWAYS)).getMessage();
        assertTrue(few.contains("draws 11") && few.contains("data set of 10"), few);
        FakeRun diverged = new FakeRun(FakeRun.SMALL, (t, k, j) -> t == 1 && k == 1 && j == 0 ? Double.NaN : 0);
        String where = assertThrows(IllegalStateException.class, diverged::run).getMessage();
        assertTrue(where.contains("step 1, data set 1, repeat 0") && where.contains("NaN"), where);
    }

    private static List<Map<String, String>> withoutTime(List<StepReport> reports) {
        return reports.stream()
                .map(report -> report.metrics().entrySet().stream()
                        .filter(entry -> !entry.getKey().startsWith("time/"))
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue() instanceof double[] numbers
                                ? Arrays.toString(numbers)
                                : entry.getValue().toString())))
                .toList();
    }

    private static List<Object> comparable(InnerJob<String> job) {
        return List.of(job.coordinates(), job.baseline(), job.questions(), job.innerSteps(), job.rewardQuestions(),
                job.rng().state());
    }
}
