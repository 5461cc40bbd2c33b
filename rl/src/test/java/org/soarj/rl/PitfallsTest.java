package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;

/**
 * Mistakes that trainers of language models have made, one test each, in the order of RL.md section 2. The second (top-p in
 * training) and the fifteenth (a resume that is none) are about runs and have their tests in {@code soar}.
 */
class PitfallsTest {
    private static final Backend REFERENCE = new ReferenceBackend();
    private static final AdamW.Settings PROBE = new AdamW.Settings(0, .999, 1e-8, 0, Double.POSITIVE_INFINITY);
    private static final int[] PROMPT = {1, 4};

    @Test
    void pitfall1TheTemperatureIsInTrainingToo() {
        Policy policy = TinyPolicy.of(REFERENCE, 1, 6, .6f);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 4, 1);
        double[] advantages = new double[12];
        Arrays.fill(advantages, 1);
        Ratios ratios = new PolicyUpdate(policy, PolicyLoss.plain(), PROBE, Schedule.constant(0)).apply(rollouts, advantages).ratios();
        assertEquals(new Ratios(12, 1, 0, 1, 0, 0, 0), ratios);
        Policy forgetful = TinyPolicy.of(REFERENCE, policy.model(), 6, 1);
        assertThrows(IllegalStateException.class, () ->
                new PolicyUpdate(forgetful, PolicyLoss.plain(), PROBE, Schedule.constant(0)).apply(rollouts, advantages));
    }

    @Test
    void pitfall3MasksComeFromLengthsWhereverTheEndTokenStands() {
        int end = TinyPolicy.STOP;
        Rollout rollout = new Rollout(new int[] {end, 4, end}, new int[] {3, end, end}, new float[3], FinishReason.STOP, "");
        ScoredTokens tokens = ScoredTokens.of(List.of(rollout));
        assertArrayEquals(new int[] {2, 3, 4}, tokens.rows());
        assertArrayEquals(new int[] {3, end, end}, tokens.targets());
    }

    @Test
    void pitfall4EveryEndTokenEndsACompletion() {
        Policy one = TinyPolicy.of(REFERENCE, 2, 40, 1);
        Policy policy = new Policy(REFERENCE, one.model(), one.format(), new Policy.Sampling(40, 1, Set.of(TinyPolicy.STOP, 3), 8));
        List<Rollout> rollouts = policy.sample(PROMPT, 40, Rng.of(1));
        for (Rollout rollout : rollouts) {
            int last = rollout.completionIds()[rollout.length() - 1];
            assertEquals(last != TinyPolicy.STOP && last != 3, rollout.truncated());
        }
        assertTrue(rollouts.stream().anyMatch(rollout -> rollout.completionIds()[rollout.length() - 1] == 3));
        assertTrue(rollouts.stream().anyMatch(rollout -> rollout.completionIds()[rollout.length() - 1] == TinyPolicy.STOP));
    }

    @Test
    void pitfall5TheEndTokenTeachesAndThePromptDoesNot() {
        Rollout rollout = new Rollout(PROMPT, new int[] {5, TinyPolicy.STOP}, new float[2], FinishReason.STOP, "");
        ScoredTokens tokens = ScoredTokens.of(List.of(rollout, rollout));
        assertArrayEquals(new int[] {1, 2, 4, 5}, tokens.rows());
        assertEquals(6, tokens.batch().tokens());
        PolicyLoss.Step step = PolicyLoss.plain().of(new float[2][2], new float[2][2], new double[] {1, -1});
        assertArrayEquals(new float[] {-.5f, -.5f}, step.gradient()[0]);
    }

    @Test
    void pitfall6LeaveOneOutIsNeverDividedByADeviation() {
        double[] rewards = {0, .95, .95, .95, .95, .95, .95, .95};
        assertArrayEquals(new double[] {-.95, .95 / 7, .95 / 7, .95 / 7, .95 / 7, .95 / 7, .95 / 7, .95 / 7},
                Advantage.leaveOneOut().of(rewards), 1e-12);
        assertEquals(Normalisation.NONE, plain().normalisation());
    }

    @Test
    void pitfall7TheDeviationIsABiasAndNotOnlyAScale() {
        double[] hard = Advantage.grpo().of(new double[] {1, 0, 0, 0, 0, 0, 0, 0});
        double[] even = Advantage.grpo().of(new double[] {1, 1, 1, 1, 0, 0, 0, 0});
        // Standardised, the one winner among eight counts 2.6 times a winner among four; unbiased it counts 7/4 times.
        assertEquals(2.646, hard[0] / even[0], 1e-3);
        assertEquals(1.75, Advantage.leaveOneOut().of(new double[] {1, 0, 0, 0, 0, 0, 0, 0})[0]
                / Advantage.leaveOneOut().of(new double[] {1, 1, 1, 1, 0, 0, 0, 0})[0], 1e-12);
        assertEquals(Advantage.leaveOneOut(), plain().advantage());
    }

    @Test
    void pitfall8MicroBatchesShareOneTokenCount() {
        BatchTotals totals = BatchTotals.of(new int[] {2, 8}, new boolean[2]);
        PolicyLoss loss = new PolicyLoss(Aggregation.TOKEN_MEAN, Clip.off());
        double first = loss.of(new float[1][2], new float[1][2], new double[] {-1}, new boolean[1], totals).value();
        double second = loss.of(new float[1][8], new float[1][8], new double[] {0}, new boolean[1], totals).value();
        assertEquals(.2, first + second, 1e-12);
    }

    @Test
    void pitfall9TheDefaultWeighsTokensOfLongAndShortCompletionsAlike() {
        float[][] rows = {new float[2], new float[8]};
        float[][] plain = plain().update().loss().of(rows, rows, new double[] {1, 1}).gradient();
        assertEquals(plain[0][0], plain[1][0]);
        float[][] mean = new PolicyLoss(Aggregation.SEQUENCE_MEAN_TOKEN_MEAN, Clip.off()).of(rows, rows, new double[] {1, 1})
                .gradient();
        assertEquals(mean[0][0], 4 * mean[1][0], 1e-7);
    }

    @Test
    void pitfall10TheDivergenceIsInTheRewardAndK1NeverInTheLoss() {
        assertEquals(new KlPenalty(.01, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY), plain().kl());
        assertEquals(KlLoss.off(), plain().update().kl());
        assertThrows(IllegalArgumentException.class, () -> new KlLoss(KlEstimator.K1, .01));
    }

    @Test
    void pitfall11AGroupOfOneIsRefusedAndAMissingRewardIsNoZero() {
        assertThrows(IllegalArgumentException.class, () -> RlooTrainer.Settings.of(1, Schedule.constant(0), 0, PROBE));
        assertThrows(IllegalArgumentException.class, () -> Advantage.leaveOneOut().of(new double[] {1}));
        assertArrayEquals(new double[] {1, 0, -.5, -.5}, Advantage.leaveOneOut().of(new double[] {1, Double.NaN, 0, 0}));
        assertNotEquals(-.5, Advantage.leaveOneOut().of(new double[] {1, 0, 0, 0})[1]);
    }

    @Test
    void pitfall12WhatIsMaskedIsLeftOutAndNotMultipliedByZero() {
        Policy policy = TinyPolicy.of(REFERENCE, 3, 5, 1);
        List<Rollout> whole = TinyPolicy.rollouts(policy, 1, 1);
        Rollout last = whole.getLast();
        float[] broken = new float[last.length()];
        Arrays.fill(broken, Float.NaN);
        List<Rollout> spoilt = List.of(whole.get(0), whole.get(1),
                new Rollout(last.promptIds(), last.completionIds(), broken, last.finishReason(), ""));
        boolean[] masked = {false, false, true};
        float[][] expected = gradient(policy, whole, masked);
        assertArrayEquals(expected, gradient(policy, spoilt, masked));
        assertTrue(Float.isFinite(expected[0][0]));
    }

    @Test
    void pitfall13AFailureOfTheCheckIsCountedApartFromAWrongAnswer() {
        Problem problem = new Problem("p", "q", "1");
        MathVerifier slow = new MathVerifier((gold, answer) -> {
            try {
                Thread.sleep(10_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return true;
        }, Duration.ofMillis(20));
        assertEquals("timed_out", new ExactReward(slow).score(problem, "\\boxed{2}").outcome());
        MathVerifier quick = MathVerifier.withDefaults();
        assertEquals("unparseable", new ExactReward(quick).score(problem, "2").outcome());
        assertEquals("boxed", new ExactReward(quick).score(problem, "\\boxed{2}").outcome());
    }

    @Test
    void pitfall14TrainingUsesTheSampledIdsAndNeverTheText() {
        Policy policy = TinyPolicy.of(REFERENCE, 4, 5, 1);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 1, 1);
        List<Rollout> otherTexts = rollouts.stream().map(rollout -> new Rollout(rollout.promptIds(), rollout.completionIds(),
                rollout.logProbs(), rollout.finishReason(), "6 6 6 6")).toList();
        assertArrayEquals(gradient(policy, rollouts, new boolean[3]), gradient(policy, otherTexts, new boolean[3]));
    }

    @Test
    void v16CreditPerTokenAsOpenRlhfGivesItIsAnotherEstimator() {
        double[] leads = Advantage.leaveOneOut().of(new double[] {1, 0, 1, 0});
        double[][] expected = {{.656667, .661667, .666667}, {-.656667, -.666667}, {.656667, .646667, .651667, .666667},
            {-.666667}};
        for (int i = 0; i < 4; i++) {
            double toGo = leads[i];
            for (int t = expected[i].length - 1; t >= 0; t--) {
                toGo -= .05 * KlEstimator.K1.value(FourSequences.OLD[i][t], FourSequences.REFERENCE[i][t]);
                assertEquals(expected[i][t], toGo, 1e-6);
            }
        }
        // Here the divergence is charged to the whole completion, before the baseline: V13.
        assertEquals(.656667, FourSequences.ADVANTAGES[0], 1e-6);
        assertEquals(-.65, FourSequences.ADVANTAGES[1], 1e-6);
    }

    private static RlooTrainer.Settings plain() {
        return RlooTrainer.Settings.of(4, Schedule.constant(0), .01, PROBE);
    }

    private static float[][] gradient(Policy policy, List<Rollout> rollouts, boolean[] masked) {
        PolicyUpdate update = new PolicyUpdate(policy, PolicyLoss.plain(), PROBE, Schedule.constant(0));
        update.applyFresh(new PolicyUpdate.Batch(rollouts, new double[] {1, -2, 1}, masked,
                rollouts.stream().map(Rollout::logProbs).toList()));
        return update.optimiser().state().first().stream().map(Tensor::toArray).toArray(float[][]::new);
    }
}
