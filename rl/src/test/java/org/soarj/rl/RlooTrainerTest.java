package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.rl.TinyPolicy.problem;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

class RlooTrainerTest {
    private static final Backend REFERENCE = new ReferenceBackend();
    private static final List<Problem> BATCH = List.of(problem(1, 4), problem(1, 2, 6, 3));
    /** 1 where the completion begins with token 3. */
    private static final Reward BANDIT = (problem, completion) -> scored(completion.startsWith("3") ? 1 : 0);
    /** Whole numbers, so that advantages are exact. */
    private static final Reward TOTAL = (problem, completion) -> scored(total(completion));

    @Test
    void aGroupWithoutSiblingsIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> settings(1, 0)).getMessage();
        assertTrue(message.contains("group size 1 has no sibling to be the baseline; it must be at least 2"), message);
    }

    @ParameterizedTest
    @EnumSource
    void aBanditIsLearnt(TinyPolicy.Arithmetic arithmetic) {
        try (Backend backend = arithmetic.open()) {
            Policy policy = TinyPolicy.of(backend, 1, 2, 1);
            RlooTrainer trainer = new RlooTrainer(policy, policy.model().copy(), BANDIT, settings(8, 0));
            double[] rewards = new double[40];
            for (int step = 0; step < rewards.length; step++) {
                rewards[step] = trainer.step(BATCH, Rng.of(2).split("step", step)).meanReward();
            }
            double early = Arrays.stream(rewards, 0, 5).average().orElseThrow();
            double late = Arrays.stream(rewards, 35, 40).average().orElseThrow();
            assertTrue(early < .5, () -> "already good at the start: " + early);
            assertTrue(late > .9, () -> "mean reward went from " + early + " to " + late);
        }
    }

    @Test
    void aStepReportsWhatItSawAndAppliesLeaveOneOut() {
        Policy policy = TinyPolicy.of(REFERENCE, 3, 4, 1);
        Llama start = policy.model().copy();
        RlooStep step = new RlooTrainer(policy, start, TOTAL, settings(4, 0)).step(BATCH, Rng.of(1));
        List<Rollout> expected = policy.with(start).sample(BATCH, 4, Rng.of(1));
        assertEquals(2, step.groups().size());
        for (int p = 0; p < 2; p++) {
            RolloutGroup group = step.groups().get(p);
            assertEquals(BATCH.get(p), group.problem());
            for (int s = 0; s < 4; s++) {
                assertArrayEquals(expected.get(4 * p + s).completionIds(), group.rollouts().get(s).completionIds());
                assertEquals(total(expected.get(4 * p + s).text()), group.rewards()[s]);
                double siblings = (Arrays.stream(group.rewards()).sum() - group.rewards()[s]) / 3;
                assertEquals(group.rewards()[s] - siblings, step.advantages()[p][s], 1e-12);
            }
        }
        long tokens = expected.stream().mapToLong(Rollout::length).sum();
        assertEquals(tokens, step.sampledTokens());
        assertEquals(tokens / 8.0, step.meanLength(), 1e-12);
        assertEquals(expected.stream().filter(Rollout::truncated).count() / 8.0, step.shareTruncated(), 1e-12);
        assertEquals(expected.stream().mapToInt(r -> total(r.text())).average().orElseThrow(), step.meanReward(), 1e-12);
        assertEquals(0, step.klPerToken());
        assertEquals(0, step.update().loss(), 1e-12);
        assertTrue(step.shareWithoutSignal() < 1, "the case should teach something");

        Policy twin = policy.with(start);
        new PolicyUpdate(twin, PolicyLoss.plain(), AdamW.Settings.DEFAULT, Schedule.constant(.02))
                .apply(expected, Arrays.stream(step.advantages()).flatMapToDouble(Arrays::stream).toArray());
        assertArrayEquals(TinyPolicy.weights(start), TinyPolicy.weights(policy.model()));
    }

    @Test
    void equalRewardsTeachNothing() {
        Policy policy = TinyPolicy.of(REFERENCE, 4, 4, 1);
        float[][] before = TinyPolicy.weights(policy.model());
        RlooTrainer trainer = new RlooTrainer(policy, policy.model().copy(), (problem, text) -> scored(.1), settings(5, 0));
        RlooStep step = trainer.step(BATCH, Rng.of(1));
        assertArrayEquals(new double[2][5], step.advantages());
        assertEquals(1, step.shareWithoutSignal());
        assertEquals(0, step.update().gradientNorm());
        assertArrayEquals(before, TinyPolicy.weights(policy.model()));
    }

    @Test
    void aConstantAddedToEveryRewardChangesNothing() {
        Reward raised = (problem, completion) -> scored(total(completion) + 1000);
        float[][] weights = weightsAfter(REFERENCE, TOTAL, 3);
        assertArrayEquals(weights, weightsAfter(REFERENCE, raised, 3));
        assertFalse(Arrays.deepEquals(weights, weightsAfter(REFERENCE, TOTAL, 0)), "nothing was learnt");
    }

    @Test
    void anUnscorableCompletionHasNoAdvantageAndIsNobodysBaseline() {
        Policy policy = TinyPolicy.of(REFERENCE, 5, 3, 1);
        Reward partly = (problem, completion) -> completion.contains("2") ? new Score.Unscorable("timed_out")
                : TOTAL.score(problem, completion);
        RlooStep step = new RlooTrainer(policy, policy.model().copy(), partly, settings(12, .5)).step(BATCH, Rng.of(1));
        int unscorable = 0;
        for (int p = 0; p < 2; p++) {
            double[] rewards = step.groups().get(p).rewards();
            double[] known = Arrays.stream(rewards).filter(reward -> !Double.isNaN(reward)).toArray();
            unscorable += rewards.length - known.length;
            for (int s = 0; s < rewards.length; s++) {
                double expected = Double.isNaN(rewards[s]) ? 0
                        : rewards[s] - (Arrays.stream(known).sum() - rewards[s]) / (known.length - 1);
                assertEquals(expected, step.advantages()[p][s], 1e-12);
            }
        }
        assertTrue(unscorable > 0 && unscorable < 20, "the case should be mixed, unscorable: " + unscorable);
        assertTrue(Double.isFinite(step.meanReward()));
        assertTrue(step.update().gradientNorm() > 0);
    }

    @Test
    void theDivergenceBeginsAtZeroAndThenEntersTheReward() {
        double beta = .5;
        Policy policy = TinyPolicy.of(REFERENCE, 6, 4, .7f);
        Llama start = policy.model().copy();
        RlooTrainer trainer = new RlooTrainer(policy, start, TOTAL, settings(4, beta));
        RlooStep first = trainer.step(BATCH, Rng.of(1));
        assertEquals(0, first.klPerToken());
        for (int p = 0; p < 2; p++) {
            assertArrayEquals(Advantage.leaveOneOut().of(first.groups().get(p).rewards()), first.advantages()[p]);
        }
        RlooStep second = trainer.step(BATCH, Rng.of(2));
        double sum = 0;
        for (int p = 0; p < 2; p++) {
            RolloutGroup group = second.groups().get(p);
            List<float[]> reference = policy.with(start).score(group.rollouts());
            double[] penalised = new double[4];
            for (int s = 0; s < 4; s++) {
                double kl = KlPenalty.sequenceKl(group.rollouts().get(s).logProbs(), reference.get(s));
                sum += kl;
                penalised[s] = group.rewards()[s] - beta * kl;
                assertEquals(total(group.rollouts().get(s).text()), group.rewards()[s]);
            }
            assertArrayEquals(Advantage.leaveOneOut().of(penalised), second.advantages()[p], 1e-12);
        }
        assertTrue(Math.abs(sum) > 1e-3, "the weights should have moved, divergence " + sum);
        assertEquals(sum / second.sampledTokens(), second.klPerToken(), 1e-12);
    }

    @Test
    void rewardsAreBoundedWithAndWithoutADivergence() {
        for (double beta : new double[] {0, .5}) {
            Policy policy = TinyPolicy.of(REFERENCE, 7, 4, 1);
            RlooTrainer.Settings plain = settings(6, beta);
            RlooTrainer.Settings bounded = new RlooTrainer.Settings(6, plain.advantage(), plain.normalisation(),
                    new KlPenalty(beta, 6, 9), plain.adaptive(), false, ZeroVariance.KEEP, 1, 1, 1, plain.update());
            RlooStep step = new RlooTrainer(policy, policy.model().copy(), TOTAL, bounded).step(BATCH, Rng.of(1));
            for (int p = 0; p < 2; p++) {
                double[] rewards = step.groups().get(p).rewards();
                double[] clamped = Arrays.stream(rewards).map(reward -> Math.clamp(reward, 6, 9)).toArray();
                assertArrayEquals(Advantage.leaveOneOut().of(clamped), step.advantages()[p]);
                assertFalse(Arrays.equals(Advantage.leaveOneOut().of(rewards), step.advantages()[p]), "no bound was met");
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameBitsForAnyNumberOfThreads() {
        try (Backend one = new CpuBackend(1); Backend two = new CpuBackend(2)) {
            float[][] weights = weightsAfter(one, BANDIT, 3);
            assertArrayEquals(weights, weightsAfter(two, BANDIT, 3));
            assertArrayEquals(weights, weightsAfter(one, BANDIT, 3));
            assertFalse(Arrays.deepEquals(weights, weightsAfter(one, TOTAL, 3)));
        }
    }

    private static float[][] weightsAfter(Backend backend, Reward reward, int steps) {
        Llama model = Llama.initialise(LlamaConfig.tiny(TinyPolicy.VOCABULARY, 64, 128, 2, 4, 32, 1, TinyPolicy.STOP), Rng.of(8));
        Policy policy = TinyPolicy.of(backend, model, 12, 1);
        RlooTrainer trainer = new RlooTrainer(policy, model.copy(), reward, settings(4, .01));
        for (int step = 0; step < steps; step++) {
            trainer.step(BATCH, Rng.of(9).split("step", step));
        }
        return TinyPolicy.weights(model);
    }

    private static RlooTrainer.Settings settings(int group, double beta) {
        return RlooTrainer.Settings.of(group, Schedule.constant(.02), beta, AdamW.Settings.DEFAULT);
    }

    /** Sum of the token ids of a completion. */
    private static int total(String completion) {
        return completion.chars().filter(Character::isDigit).map(Character::getNumericValue).sum();
    }

    private static Score scored(double value) {
        return new Score.Scored(value, "scored", Map.of());
    }
}
