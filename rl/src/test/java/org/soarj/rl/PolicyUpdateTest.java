package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;

class PolicyUpdateTest {
    private static final Backend REFERENCE = new ReferenceBackend();
    /** With no memory the first moment is the gradient itself. */
    private static final AdamW.Settings PROBE = new AdamW.Settings(0, .999, 1e-8, 0, Double.POSITIVE_INFINITY);
    /** The large epsilon keeps a gradient near 0 from becoming a full step in the direction of its rounding. */
    private static final AdamW.Settings SMOOTH = new AdamW.Settings(.9, .99, 1e-2, .1, .05);

    @ParameterizedTest
    @EnumSource
    void theGradientIsTheSumOfAdvantageTimesScoreOverAllRollouts(TinyPolicy.Arithmetic arithmetic) {
        try (Backend backend = arithmetic.open()) {
            Policy policy = TinyPolicy.of(backend, 1, 6, .7f);
            List<Rollout> rollouts = TinyPolicy.rollouts(policy, 4, 1);
            double[] advantages = advantages(rollouts.size());
            assertClose(ByHandGradient.at(policy).addLoss(rollouts, advantages).values(),
                    gradient(policy, rollouts, advantages), 1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoStepsAreTwoStepsOfAdamWAlongThatGradient(TinyPolicy.Arithmetic arithmetic) {
        try (Backend backend = arithmetic.open()) {
            Policy policy = TinyPolicy.of(backend, 2, 6, 1);
            PolicyUpdate update = new PolicyUpdate(policy, PolicyLoss.plain(), SMOOTH,
                    new Schedule(Schedule.Decay.CONSTANT, .05, 2, 10));
            Llama twin = policy.model().copy();
            AdamW optimiser = new AdamW(SMOOTH, twin.parameters());
            for (int step = 0; step < 2; step++) {
                List<Rollout> rollouts = TinyPolicy.rollouts(policy, 4, step);
                double[] advantages = advantages(rollouts.size());
                double norm = new ByHandGradient(twin, 1).addLoss(rollouts, advantages).norm();
                optimiser.step(REFERENCE, .025 * (step + 1));
                PolicyUpdate.Report report = update.apply(rollouts, advantages);
                assertTrue(norm > SMOOTH.maxNorm(), "the clipping should have something to do");
                assertEquals(norm, report.gradientNorm(), 1e-4 * norm);
                assertEquals(.025 * (step + 1), report.learningRate(), 1e-12);
                assertEquals(0, report.ratios().clipFraction());
                assertClose(TinyPolicy.weights(twin), TinyPolicy.weights(policy.model()), 1e-5);
            }
            assertEquals(2, update.optimiser().steps());
        }
    }

    @Test
    void microBatchesAddUpToTheBatch() {
        try (Backend backend = TinyPolicy.Arithmetic.CPU.open()) {
            Policy policy = longWinded(backend);
            List<Rollout> rollouts = TinyPolicy.rollouts(policy, 25, 3);
            assertEquals(2, ScoredTokens.microBatches(rollouts, Policy.MICRO_BATCH_TOKENS).size());
            double[] advantages = new double[rollouts.size()];
            Arrays.setAll(advantages, i -> 1 + i % 3);
            float[][] byHand = ByHandGradient.at(policy).addLoss(rollouts, advantages).values();
            assertClose(byHand, gradient(policy, rollouts, advantages), 1e-4);
            PolicyUpdate.Report report = probe(policy).apply(rollouts, advantages);
            assertEquals(-2, report.loss(), 1e-12);
            assertEquals(rollouts.stream().mapToLong(r -> r.promptIds().length + r.length() - 1).sum(), report.tokens());
        }
    }

    @Test
    void activationsComputedAgainGiveTheSameBits() {
        try (Backend backend = TinyPolicy.Arithmetic.CPU.open()) {
            Policy kept = longWinded(backend);
            Policy again = kept.with(kept.model().copy());
            List<Rollout> rollouts = TinyPolicy.rollouts(kept, 25, 3);
            double[] advantages = advantages(rollouts.size());
            PolicyUpdate.Report report = new PolicyUpdate(kept, settings(false)).apply(rollouts, advantages);
            assertEquals(report, new PolicyUpdate(again, settings(true)).apply(rollouts, advantages));
            assertArrayEquals(TinyPolicy.weights(kept.model()), TinyPolicy.weights(again.model()));
        }
    }

    @Test
    void advantagesOfZeroChangeNoWeightNotEvenByMomentumOrDecay() {
        Policy policy = TinyPolicy.of(REFERENCE, 4, 5, 1);
        PolicyUpdate update = new PolicyUpdate(policy, PolicyLoss.plain(), AdamW.Settings.DEFAULT, Schedule.constant(.1));
        List<Rollout> first = TinyPolicy.rollouts(policy, 2, 1);
        update.apply(first, advantages(first.size()));
        float[][] before = TinyPolicy.weights(policy.model());
        PolicyUpdate.Report report = update.apply(TinyPolicy.rollouts(policy, 2, 2), new double[6]);
        assertArrayEquals(before, TinyPolicy.weights(policy.model()));
        Ratios none = new Ratios(0, Double.NaN, Double.NaN, Double.NaN, 0, 0, 0);
        assertEquals(new PolicyUpdate.Report(0, 0, Double.NaN, 0, .1, none, 0, 0), report);
    }

    @Test
    void aRolloutWithoutAdvantageIsSparedButCounts() {
        Policy policy = TinyPolicy.of(REFERENCE, 5, 5, 1);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
        double[] one = {0, 0, 3, 0, 0, 0};
        assertArrayEquals(gradient(policy, List.of(rollouts.get(2)), new double[] {.5}), gradient(policy, rollouts, one));
        long tokens = rollouts.get(2).promptIds().length + rollouts.get(2).length() - 1;
        assertEquals(tokens, probe(policy).apply(rollouts, one).tokens());
    }

    @ParameterizedTest
    @EnumSource
    void rolloutsOfOlderWeightsAreRefused(TinyPolicy.Arithmetic arithmetic) {
        try (Backend backend = arithmetic.open()) {
            Policy policy = TinyPolicy.of(backend, 6, 5, 1);
            List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
            PolicyUpdate update = new PolicyUpdate(policy, PolicyLoss.plain(), SMOOTH, Schedule.constant(.1));
            update.apply(rollouts, advantages(6));
            float[][] before = TinyPolicy.weights(policy.model());
            String message = assertThrows(IllegalStateException.class, () -> update.apply(rollouts, advantages(6)))
                    .getMessage();
            assertTrue(message.contains("the sampler recorded log-probability " + rollouts.getFirst().logProbs()[0]), message);
            assertTrue(message.endsWith("were the weights changed since sampling?"), message);
            assertArrayEquals(before, TinyPolicy.weights(policy.model()));
            assertEquals(1, update.optimiser().steps());
        }
    }

    @Test
    void aRefusedStepLeavesNoGradientForTheNext() {
        try (Backend backend = TinyPolicy.Arithmetic.CPU.open()) {
            Policy policy = longWinded(backend);
            List<Rollout> rollouts = TinyPolicy.rollouts(policy, 25, 3);
            assertEquals(2, ScoredTokens.microBatches(rollouts, Policy.MICRO_BATCH_TOKENS).size());
            double[] advantages = new double[rollouts.size()];
            Arrays.setAll(advantages, i -> 1 + i % 3);
            float[][] expected = gradient(policy, rollouts, advantages);
            List<Rollout> spoilt = new ArrayList<>(rollouts);
            Rollout last = spoilt.removeLast();
            spoilt.add(new Rollout(last.promptIds(), last.completionIds(), new float[last.length()], last.finishReason(), ""));
            assertThrows(IllegalStateException.class, () -> probe(policy).apply(spoilt, advantages));
            assertArrayEquals(expected, gradient(policy, rollouts, advantages));
        }
    }

    @Test
    void oneAdvantageForEachRolloutIsAskedFor() {
        Policy policy = TinyPolicy.of(REFERENCE, 7, 5, 1);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
        for (int count : new int[] {5, 7}) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> probe(policy).apply(rollouts, new double[count])).getMessage();
            assertTrue(message.contains("6 rollouts but " + count + " advantages"), message);
        }
    }

    @Test
    void rejectionSamplingNeedsNoCorrectionWhereAdvantagesCancel() {
        // SOAR prop. 1: of accepted tokens S, grad log (p / p(S)) and grad log p give one update, for A of leave-one-out alone.
        Policy policy = TinyPolicy.of(REFERENCE, 8, 1, 1);
        int[] prompt = {1, 4};
        int[] accepted = {1, 2, 5};
        double[] p = probabilities(policy, prompt);
        double whole = Arrays.stream(accepted).mapToDouble(id -> p[id]).sum();
        List<Rollout> rollouts = tokens(policy, prompt, 1, 5, 2, 5, 5);
        double[] rewards = {.25, 1, -.5, 0, 2};
        for (double[] advantages : List.of(Advantage.leaveOneOut().of(rewards), rewards)) {
            ByHandGradient conditioned = ByHandGradient.at(policy).addLoss(rollouts, advantages);
            double sum = 0;
            for (double advantage : advantages) {
                sum += advantage;
                for (int id : accepted) {
                    conditioned.add(advantage / advantages.length * p[id] / whole, prompt, id);
                }
            }
            float[][] plain = gradient(policy, rollouts, advantages);
            assertEquals(Math.abs(sum) < 1e-9, distance(conditioned.values(), plain) < 1e-5);
        }
    }

    @Test
    void v12TheExpectedRlooGradientIsTheTruePolicyGradient() {
        Policy policy = TinyPolicy.of(REFERENCE, 9, 1, .7f);
        int[] prompt = {1, 4};
        double[] p = probabilities(policy, prompt);
        double[] rewards = {1, 0, .5, -2, 3, .25, 0};
        ByHandGradient truth = ByHandGradient.at(policy);
        for (int a = 0; a < p.length; a++) {
            truth.add(-p[a] * rewards[a], prompt, a);
        }
        // RLOO is the truth itself; with its own reward in the baseline a group of 2 gives half of it.
        assertClose(truth.values(), expectedOverPairs(policy, prompt, p, rewards, Advantage.leaveOneOut(), 1), 1e-5);
        assertClose(truth.values(), expectedOverPairs(policy, prompt, p, rewards, Advantage.meanCentred(), 2), 1e-5);
    }

    private static float[][] expectedOverPairs(Policy policy, int[] prompt, double[] p, double[] rewards,
                                               Advantage advantage, double factor) {
        float[][] expected = null;
        for (int a = 0; a < p.length; a++) {
            for (int b = 0; b < p.length; b++) {
                float[][] pair = gradient(policy, tokens(policy, prompt, a, b),
                        advantage.of(new double[] {rewards[a], rewards[b]}));
                expected = expected == null ? Arrays.stream(pair).map(row -> new float[row.length]).toArray(float[][]::new)
                        : expected;
                for (int i = 0; i < pair.length; i++) {
                    for (int j = 0; j < pair[i].length; j++) {
                        expected[i][j] += (float) (factor * p[a] * p[b] * pair[i][j]);
                    }
                }
            }
        }
        return expected;
    }

    /** One-token rollouts, with the log-probabilities that the sampler would have recorded. */
    private static List<Rollout> tokens(Policy policy, int[] prompt, int... ids) {
        List<Rollout> unscored = Arrays.stream(ids).mapToObj(id -> new Rollout(prompt, new int[] {id}, new float[1],
                FinishReason.LENGTH, "")).toList();
        List<float[]> scores = policy.score(unscored);
        List<Rollout> scored = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            scored.add(new Rollout(prompt, new int[] {ids[i]}, scores.get(i), FinishReason.LENGTH, ""));
        }
        return scored;
    }

    private static double[] probabilities(Policy policy, int[] prompt) {
        int[] all = new int[TinyPolicy.VOCABULARY];
        Arrays.setAll(all, id -> id);
        return tokens(policy, prompt, all).stream().mapToDouble(rollout -> Math.exp(rollout.logProbs()[0])).toArray();
    }

    /** Completions of 60 tokens, so that a few dozen of them fill more than one micro-batch. */
    private static Policy longWinded(Backend backend) {
        Policy policy = TinyPolicy.of(backend, 3, 60, .9f);
        return new Policy(backend, policy.model(), policy.format(), new Policy.Sampling(60, .9f, Set.of(), 40));
    }

    /** Some of each sign, and some that are 0. */
    private static double[] advantages(int count) {
        double[] advantages = new double[count];
        Rng rng = Rng.of(count);
        Arrays.setAll(advantages, i -> rng.nextInt(5) - 2);
        advantages[0] = 1;
        return advantages;
    }

    private static PolicyUpdate.Settings settings(boolean checkpointing) {
        return new PolicyUpdate.Settings(PolicyLoss.plain(), KlLoss.off(), 0, true, Policy.MICRO_BATCH_TOKENS, SMOOTH,
                Schedule.constant(.1), checkpointing);
    }

    private static PolicyUpdate probe(Policy policy) {
        return new PolicyUpdate(policy, PolicyLoss.plain(), PROBE, Schedule.constant(0));
    }

    private static float[][] gradient(Policy policy, List<Rollout> rollouts, double[] advantages) {
        PolicyUpdate update = probe(policy);
        update.apply(rollouts, advantages);
        return update.optimiser().state().first().stream().map(Tensor::toArray).toArray(float[][]::new);
    }

    private static void assertClose(float[][] expected, float[][] actual, double tolerance) {
        assertEquals(0, distance(expected, actual), tolerance, "largest difference over largest entry");
    }

    /** Largest difference, in units of the largest expected entry. */
    private static double distance(float[][] expected, float[][] actual) {
        assertEquals(expected.length, actual.length);
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i].length, actual[i].length);
            for (int j = 0; j < expected[i].length; j++) {
                difference = Math.max(difference, Math.abs((double) expected[i][j] - actual[i][j]));
                largest = Math.max(largest, Math.abs(expected[i][j]));
            }
        }
        return difference / largest;
    }
}
