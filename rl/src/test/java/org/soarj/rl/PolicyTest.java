package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.rl.TinyPolicy.problem;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.autograd.Graph;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.PackedBatch;

class PolicyTest {
    /** What a backend whose sums depend on the size of a batch may be off. */
    private static final float ROUNDING = 1e-6f;

    /** Bit for bit, but for rounding where a backend says so. */
    @ParameterizedTest
    @EnumSource
    void scoringGivesTheRecordedLogProbabilities(TinyPolicy.Arithmetic arithmetic) {
        try (Backend backend = arithmetic.open()) {
            for (int seed = 0; seed < 6; seed++) {
                Policy policy = TinyPolicy.of(backend, seed, 1 + 4 * seed, seed % 2 == 0 ? 1f : .7f);
                assertScoresEqualRecords(policy, TinyPolicy.rollouts(policy, 4, seed));
            }
        }
    }

    @Test
    void scoringGoesOnOverMicroBatches() {
        try (Backend backend = TinyPolicy.Arithmetic.CPU.open()) {
            Policy policy = new Policy(backend, TinyPolicy.model(1), TinyPolicy.of(backend, 1, 1, 1).format(),
                    new Policy.Sampling(60, .9f, Set.of(), 40));
            List<Rollout> rollouts = TinyPolicy.rollouts(policy, 25, 1);
            assertTrue(ScoredTokens.microBatches(rollouts, Policy.MICRO_BATCH_TOKENS).size() > 1);
            assertScoresEqualRecords(policy, rollouts);
        }
    }

    @Test
    void otherWeightsGiveOtherScoresAndLeaveTheFirstAlone() {
        Policy policy = TinyPolicy.of(new ReferenceBackend(), 1, 6, 1);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
        assertFalse(Arrays.equals(rollouts.getFirst().logProbs(),
                policy.with(TinyPolicy.model(2)).score(rollouts).getFirst()));
        assertScoresEqualRecords(policy, rollouts);
    }

    @Test
    void samplesComeProblemByProblemWithTheirPromptAndText() {
        Policy policy = TinyPolicy.of(new ReferenceBackend(), 3, 5, 1);
        List<Rollout> rollouts = policy.sample(List.of(problem(1, 4), problem(6, 2, 3)), 20, Rng.of(9));
        assertEquals(40, rollouts.size());
        for (int i = 0; i < rollouts.size(); i++) {
            Rollout rollout = rollouts.get(i);
            assertArrayEquals(i < 20 ? new int[] {1, 4} : new int[] {6, 2, 3}, rollout.promptIds());
            int[] ids = rollout.completionIds();
            boolean stopped = ids[ids.length - 1] == TinyPolicy.STOP;
            assertEquals(!stopped, rollout.truncated());
            assertTrue(stopped || ids.length == 5);
            assertEquals(TinyPolicy.text(stopped ? Arrays.copyOf(ids, ids.length - 1) : ids), rollout.text());
        }
        assertTrue(rollouts.stream().anyMatch(Rollout::truncated));
        assertFalse(rollouts.stream().allMatch(Rollout::truncated));
        List<Rollout> byIds = policy.sample(new int[] {1, 4}, 20, Rng.of(9));
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(rollouts.get(i).completionIds(), byIds.get(i).completionIds());
        }
    }

    @Test
    void firstTokensFollowTheDistributionAtTheTemperature() {
        Policy policy = TinyPolicy.of(new ReferenceBackend(), 4, 1, .5f);
        int draws = 4000;
        int[] counts = new int[TinyPolicy.VOCABULARY];
        policy.sample(new int[] {1, 3}, draws, Rng.of(5)).forEach(rollout -> counts[rollout.completionIds()[0]]++);
        double[] expected = Arrays.stream(lastLogits(policy, 1, 3)).map(logit -> Math.exp(logit / .5)).toArray();
        double total = Arrays.stream(expected).sum();
        for (int id = 0; id < counts.length; id++) {
            double p = expected[id] / total;
            assertEquals(p, (double) counts[id] / draws, 4 * Math.sqrt(p * (1 - p) / draws) + 1e-3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void greedyTakesTheHighestScoreOfEveryStep(TinyPolicy.Arithmetic arithmetic) {
        try (Backend backend = arithmetic.open()) {
            Policy policy = TinyPolicy.of(backend, 5, 8, 1);
            Rollout rollout = policy.greedy(List.of(problem(2, 5))).getFirst();
            int[] sequence = {2, 5};
            for (int id : rollout.completionIds()) {
                double[] logits = lastLogits(policy, sequence);
                assertEquals(Arrays.stream(logits).max().orElseThrow(), logits[id]);
                sequence = Arrays.copyOf(sequence, sequence.length + 1);
                sequence[sequence.length - 1] = id;
            }
        }
    }

    @Test
    void aPolicyWithoutTemperatureIsRefused() {
        for (float temperature : new float[] {0, -1, Float.NaN}) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> new Policy.Sampling(4, temperature, Set.of(), 1)).getMessage();
            assertTrue(message.contains("the temperature must be above 0, got " + temperature), message);
        }
    }

    private static double[] lastLogits(Policy policy, int... ids) {
        Tensor logits = policy.model().logits(Graph.inference(policy.backend()), PackedBatch.of(List.of(ids))).value();
        double[] last = new double[TinyPolicy.VOCABULARY];
        Arrays.setAll(last, id -> logits.at((ids.length - 1) * last.length + id));
        return last;
    }

    private static void assertScoresEqualRecords(Policy policy, List<Rollout> rollouts) {
        List<float[]> scores = policy.score(rollouts);
        assertEquals(rollouts.size(), scores.size());
        for (int i = 0; i < rollouts.size(); i++) {
            assertArrayEquals(rollouts.get(i).logProbs(), scores.get(i), policy.backend().isBatchInvariant() ? 0f : ROUNDING);
        }
    }
}
