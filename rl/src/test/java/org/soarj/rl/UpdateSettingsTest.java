package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.rl.TinyPolicy.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;

/** The trainer's settings beyond plain RLOO. */
class UpdateSettingsTest {
    private static final Backend REFERENCE = new ReferenceBackend();
    /** With no memory the first moment is the gradient itself. */
    private static final AdamW.Settings PROBE = new AdamW.Settings(0, .999, 1e-8, 0, Double.POSITIVE_INFINITY);
    private static final List<Problem> BATCH = List.of(problem(1, 4), problem(1, 2, 6, 3));
    private static final Reward TOTAL = (problem, completion) -> scored(total(completion));

    @Test
    void theGradientDoesNotDependOnTheMicroBatches() {
        Policy policy = TinyPolicy.of(REFERENCE, 1, 6, .8f);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 4, 1);
        double[] advantages = {1, -1, 2, 0, .5, -2, 1, 1, 0, -1, 3, -2};
        boolean[] masked = new boolean[12];
        masked[4] = true;
        for (Aggregation aggregation : Aggregation.values()) {
            PolicyLoss loss = new PolicyLoss(aggregation, Clip.within(.2), aggregation == Aggregation.TOKEN_SUM_OVER_CONSTANT ? 50 : 1);
            PolicyUpdate.Batch batch = new PolicyUpdate.Batch(rollouts, advantages, masked, policy.with(TinyPolicy.model(2)).score(rollouts));
            float[][] whole = gradient(policy, settings(loss, new KlLoss(KlEstimator.K3, .1), .2, 4096), batch);
            float[][] parts = gradient(policy, settings(loss, new KlLoss(KlEstimator.K3, .1), .2, 1), batch);
            for (int p = 0; p < whole.length; p++) {
                assertArrayEquals(whole[p], parts[p], 2e-5f, aggregation.name());
            }
        }
    }

    @Test
    void theEntropyBonusClimbsTheEntropy() {
        Policy policy = TinyPolicy.of(REFERENCE, 2, 4, .7f);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
        PolicyUpdate.Batch batch = new PolicyUpdate.Batch(rollouts, new double[6], new boolean[6],
                rollouts.stream().map(Rollout::logProbs).toList());
        float[][] gradient = gradient(policy, settings(PolicyLoss.plain(), KlLoss.off(), 1, 4096), batch);
        Tensor weights = policy.model().norm().value();
        int last = gradient.length - 1;
        assertEquals("model.norm.weight", policy.model().parameters().get(last).name());
        for (int c = 0; c < weights.size(); c++) {
            float before = weights.at(c);
            weights.put(c, before + 1f / 128);
            double above = entropy(policy, rollouts);
            weights.put(c, before - 1f / 128);
            double below = entropy(policy, rollouts);
            weights.put(c, before);
            assertEquals(-(above - below) * 64, gradient[last][c], 2e-3, "channel " + c);
        }
        assertTrue(Math.abs(gradient[last][0]) > 1e-3, "the case should have a slope");
    }

    @Test
    void theEntropyIsThatOfTheSoftmaxAndNotOfTheSample() {
        Policy policy = TinyPolicy.of(REFERENCE, 2, 1, .7f);
        int[] prompt = {1, 4};
        double expected = 0;
        for (int id = 0; id < TinyPolicy.VOCABULARY; id++) {
            double logProb = policy.score(List.of(new Rollout(prompt, new int[] {id}, new float[1], FinishReason.LENGTH, "")))
                    .getFirst()[0];
            expected -= Math.exp(logProb) * logProb;
        }
        List<Rollout> rollouts = policy.sample(prompt, 3, Rng.of(1));
        assertEquals(expected, entropy(policy, rollouts), 1e-6);
    }

    @Test
    void maskedRolloutsTeachNothingAndStayInTheDivisor() {
        Policy policy = TinyPolicy.of(REFERENCE, 3, 5, 1);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
        double[] advantages = {1, -1, 2, -2, 1, -1};
        boolean[] masked = {false, true, false, false, false, false};
        PolicyUpdate.Settings plain = settings(PolicyLoss.plain(), KlLoss.off(), 0, 4096);
        double[] without = {1, 0, 2, -2, 1, -1};
        assertArrayEquals(gradient(policy, plain, batch(rollouts, without, new boolean[6])),
                gradient(policy, plain, batch(rollouts, advantages, masked)));
        PolicyUpdate.Settings mean = settings(new PolicyLoss(Aggregation.SEQUENCE_MEAN_TOKEN_SUM, Clip.off()), KlLoss.off(), 0, 4096);
        float[][] five = gradient(policy, mean, batch(rollouts, advantages, masked));
        float[][] six = gradient(policy, mean, batch(rollouts, without, new boolean[6]));
        assertEquals(six[0][0] * 6 / 5, five[0][0], Math.abs(six[0][0]) * 1e-4);
        // As in TRL the value holds -A of the masked one, which has ratio 1: here -(1 - 1 + 2 - 2 + 1 - 1) / 6.
        assertEquals(0, new PolicyUpdate(policy, plain).applyFresh(batch(rollouts, advantages, masked)).loss(), 1e-12);
    }

    @Test
    void furtherUpdatesOfABatchHaveRatiosAndAreClipped() {
        Policy policy = TinyPolicy.of(REFERENCE, 4, 4, 1);
        RlooStep step = trainer(policy, TOTAL, 6, ZeroVariance.KEEP, 1, 3, 2, Clip.within(.01)).step(BATCH, Rng.of(1));
        assertEquals(6, step.updates().size());
        assertEquals(1, step.update().ratios().mean());
        assertEquals(1, step.update().ratios().most());
        assertEquals(0, step.update().ratios().deviation());
        PolicyUpdate.Report last = step.updates().getLast();
        assertTrue(last.ratios().deviation() > 0);
        assertTrue(last.ratios().clipFraction() > 0, last.toString());
    }

    @Test
    void aBatchThatIsUsedOnceIsNotClipped() {
        float[][] clipped = weightsAfter(Clip.within(.01));
        assertArrayEquals(weightsAfter(Clip.off()), clipped);
    }

    private static float[][] weightsAfter(Clip clip) {
        Policy policy = TinyPolicy.of(REFERENCE, 4, 4, 1);
        trainer(policy, TOTAL, 6, ZeroVariance.KEEP, 1, 1, 1, clip).step(BATCH, Rng.of(1));
        return TinyPolicy.weights(policy.model());
    }

    @Test
    void groupsWithoutSignalCanLeaveTheDivisor() {
        Reward first = (problem, completion) -> problem.equals(BATCH.getFirst()) ? TOTAL.score(problem, completion) : scored(1);
        double kept = gradientNorm(first, ZeroVariance.KEEP);
        double dropped = gradientNorm(first, ZeroVariance.DROP);
        assertEquals(2 * kept, dropped, 1e-5 * dropped);
        assertTrue(kept > 0);
    }

    private static double gradientNorm(Reward reward, ZeroVariance zeroVariance) {
        RlooStep step = trainer(TinyPolicy.of(REFERENCE, 5, 4, 1), reward, 6, zeroVariance, 1, 1, 1, Clip.off()).step(BATCH, Rng.of(1));
        assertEquals(2, step.groups().size());
        assertEquals(.5, step.shareWithoutSignal());
        return step.update().gradientNorm();
    }

    @Test
    void aBatchWithoutAnySignalIsNoUpdateWhereItIsDropped() {
        RlooStep step = trainer(TinyPolicy.of(REFERENCE, 5, 4, 1), (problem, text) -> scored(1), 4, ZeroVariance.DROP, 1, 1, 2,
                Clip.off()).step(BATCH, Rng.of(1));
        assertEquals(List.of(), step.updates());
    }

    @Test
    void moreProblemsAreSampledInPlaceOfThoseWithoutSignal() {
        List<Problem> asked = new ArrayList<>();
        Reward odd = (problem, completion) -> problem.id().endsWith("4") ? TOTAL.score(problem, completion) : scored(0);
        RlooTrainer trainer = trainer(TinyPolicy.of(REFERENCE, 6, 4, 1), odd, 6, ZeroVariance.RESAMPLE, 3, 1, 1, Clip.off());
        RlooStep step = trainer.step(() -> {
            List<Problem> next = List.of(problem(1, asked.size()), problem(1, asked.size() + 1));
            asked.addAll(next);
            return next;
        }, Rng.of(1));
        assertEquals(6, asked.size());
        assertEquals(6, step.groups().size());
        assertEquals(asked, step.groups().stream().map(RolloutGroup::problem).toList());
        assertEquals(5 / 6.0, step.shareWithoutSignal(), 1e-12);
        assertEquals(1, step.updates().size());
        // Rounds draw from streams of their own.
        assertNotEquals(step.groups().get(0).rollouts().stream().map(Rollout::text).toList(),
                step.groups().get(2).rollouts().stream().map(Rollout::text).toList());
    }

    @Test
    void aRewardThatThrowsMakesACompletionUnscorableAndIsCounted() {
        Reward faulty = (problem, completion) -> {
            if (completion.contains("2")) {
                throw new IllegalStateException("a defect");
            }
            return TOTAL.score(problem, completion);
        };
        RlooStep step = trainer(TinyPolicy.of(REFERENCE, 7, 3, 1), faulty, 12, ZeroVariance.KEEP, 1, 1, 1, Clip.off())
                .step(BATCH, Rng.of(1));
        int threw = 0;
        for (int g = 0; g < 2; g++) {
            for (int s = 0; s < 12; s++) {
                boolean two = step.groups().get(g).rollouts().get(s).text().contains("2");
                assertEquals(two, Double.isNaN(step.groups().get(g).rewards()[s]));
                assertEquals(two, step.experience().scores().get(g).get(s).outcome().equals(Score.THREW));
                assertFalse(two && step.advantages()[g][s] != 0);
                threw += two ? 1 : 0;
            }
        }
        assertTrue(threw > 0 && threw < 24, "the case should be mixed: " + threw);
    }

    @Test
    void oneOfEachIsAskedFor() {
        List<Rollout> rollouts = TinyPolicy.rollouts(TinyPolicy.of(REFERENCE, 7, 3, 1), 1, 1);
        String message = assertThrows(IllegalArgumentException.class,
                () -> batch(rollouts, new double[3], new boolean[2])).getMessage();
        assertTrue(message.contains("3 rollouts but 2 mask entries"), message);
    }

    private static RlooTrainer trainer(Policy policy, Reward reward, int group, ZeroVariance zeroVariance, int rounds, int epochs,
                                       int minibatches, Clip clip) {
        PolicyUpdate.Settings update = new PolicyUpdate.Settings(new PolicyLoss(Aggregation.SEQUENCE_SUM, clip), KlLoss.off(), 0,
                true, 4096, AdamW.Settings.DEFAULT, Schedule.constant(.02), false);
        return new RlooTrainer(policy, policy.model().copy(), reward, new RlooTrainer.Settings(group, Advantage.leaveOneOut(),
                Normalisation.NONE, KlPenalty.of(0), AdaptiveKl.off(), false, zeroVariance, rounds, epochs, minibatches, update));
    }

    private static PolicyUpdate.Settings settings(PolicyLoss loss, KlLoss kl, double entropyBonus, int microBatchTokens) {
        return new PolicyUpdate.Settings(loss, kl, entropyBonus, true, microBatchTokens, PROBE, Schedule.constant(0), false);
    }

    private static PolicyUpdate.Batch batch(List<Rollout> rollouts, double[] advantages, boolean[] masked) {
        return new PolicyUpdate.Batch(rollouts, advantages, masked, rollouts.stream().map(Rollout::logProbs).toList());
    }

    private static float[][] gradient(Policy policy, PolicyUpdate.Settings settings, PolicyUpdate.Batch batch) {
        PolicyUpdate update = new PolicyUpdate(policy, settings);
        update.applyFresh(batch);
        return update.optimiser().state().first().stream().map(Tensor::toArray).toArray(float[][]::new);
    }

    /** Entropy of rollouts of any weights, measured by an update that may not compare log-probabilities. */
    private static double entropy(Policy policy, List<Rollout> rollouts) {
        double[] some = new double[rollouts.size()];
        Arrays.fill(some, 1);
        return new PolicyUpdate(policy, settings(PolicyLoss.plain(), KlLoss.off(), 0, 4096))
                .applyAgain(batch(rollouts, some, new boolean[some.length])).entropy();
    }

    private static int total(String completion) {
        return completion.chars().filter(Character::isDigit).map(Character::getNumericValue).sum();
    }

    private static Score scored(double value) {
        return new Score.Scored(value, "scored", Map.of());
    }
}
