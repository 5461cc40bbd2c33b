package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;

class ScoredTokensTest {

    @Test
    void twoRolloutsByHand() {
        ScoredTokens tokens = ScoredTokens.of(List.of(rollout(new int[] {1, 4, 2}, 5, 6, 0), rollout(new int[] {3}, 3)));
        assertArrayEquals(new int[] {1, 4, 2, 5, 6, 3}, tokens.batch().ids());
        assertArrayEquals(new int[] {0, 5, 6}, tokens.batch().offsets());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 0}, tokens.batch().positions());
        assertArrayEquals(new int[] {2, 3, 4, 5}, tokens.rows());
        assertArrayEquals(new int[] {5, 6, 0, 3}, tokens.targets());
        assertArrayEquals(new float[][] {{.5f, .25f, .125f}, {2}}, tokens.split(new float[] {.5f, .25f, .125f, 2}));
    }

    @Property(tries = 100)
    void everyRowIsTheTokenBeforeItsTargetAndSeesAllThatCameBefore(@ForAll long seed) {
        List<Rollout> rollouts = rollouts(seed);
        ScoredTokens tokens = ScoredTokens.of(rollouts);
        int scored = 0;
        for (int b = 0; b < rollouts.size(); b++) {
            Rollout rollout = rollouts.get(b);
            int[] whole = whole(rollout);
            for (int t = 0; t < rollout.length(); t++, scored++) {
                int row = tokens.rows()[scored];
                int next = rollout.promptIds().length + t;
                assertEquals(next - 1, tokens.batch().positions()[row]);
                assertArrayEquals(Arrays.copyOf(whole, next),
                        Arrays.copyOfRange(tokens.batch().ids(), tokens.batch().offsets()[b], row + 1));
                assertEquals(whole[next], tokens.targets()[scored]);
            }
        }
        assertEquals(scored, tokens.rows().length);
        assertEquals(scored, tokens.targets().length);
    }

    @Property(tries = 100)
    void splittingGivesEachRolloutItsOwnNumbers(@ForAll long seed) {
        List<Rollout> rollouts = rollouts(seed);
        ScoredTokens tokens = ScoredTokens.of(rollouts);
        float[] flat = new float[tokens.targets().length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = tokens.targets()[i];
        }
        float[][] parts = tokens.split(flat);
        assertEquals(rollouts.size(), parts.length);
        for (int b = 0; b < parts.length; b++) {
            float[] expected = new float[rollouts.get(b).length()];
            for (int t = 0; t < expected.length; t++) {
                expected[t] = rollouts.get(b).completionIds()[t];
            }
            assertArrayEquals(expected, parts[b]);
        }
    }

    @Property(tries = 200)
    void microBatchesKeepTheOrderCoverAllAndRespectTheBudget(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int budget) {
        List<Rollout> rollouts = rollouts(seed);
        List<List<Rollout>> parts = ScoredTokens.microBatches(rollouts, budget);
        assertEquals(rollouts, parts.stream().flatMap(List::stream).toList());
        for (int i = 0; i < parts.size(); i++) {
            int tokens = tokens(parts.get(i));
            assertTrue(parts.get(i).size() == 1 || tokens <= budget, () -> "a part is over " + budget);
            if (i > 0) {
                int joined = tokens(parts.get(i - 1)) + whole(parts.get(i).getFirst()).length;
                assertTrue(joined > budget, () -> "a part of " + budget + " was closed too early");
            }
        }
    }

    @Test
    void nothingIsCutIntoNothing() {
        assertEquals(List.of(), ScoredTokens.microBatches(List.of(), 8));
    }

    @Test
    void emptyPromptsAndEmptyCompletionsAreRefused() {
        assertRefused("0 prompt tokens and 1 completion", rollout(new int[0], 3));
        assertRefused("2 prompt tokens and 0 completion", rollout(new int[] {1, 2}));
    }

    private static void assertRefused(String part, Rollout rollout) {
        String message = assertThrows(IllegalArgumentException.class, () -> ScoredTokens.of(List.of(rollout))).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static int tokens(List<Rollout> part) {
        return part.stream().mapToInt(rollout -> whole(rollout).length).sum();
    }

    private static int[] whole(Rollout rollout) {
        int[] whole = Arrays.copyOf(rollout.promptIds(), rollout.promptIds().length + rollout.length());
        System.arraycopy(rollout.completionIds(), 0, whole, rollout.promptIds().length, rollout.length());
        return whole;
    }

    private static List<Rollout> rollouts(long seed) {
        Rng rng = Rng.of(seed);
        List<Rollout> rollouts = new ArrayList<>();
        for (int i = 1 + rng.nextInt(9); i > 0; i--) {
            rollouts.add(rollout(ids(rng), ids(rng)));
        }
        return rollouts;
    }

    private static int[] ids(Rng rng) {
        int[] ids = new int[1 + rng.nextInt(12)];
        Arrays.setAll(ids, i -> rng.nextInt(50));
        return ids;
    }

    private static Rollout rollout(int[] prompt, int... completion) {
        return new Rollout(prompt, completion, new float[completion.length], FinishReason.STOP, "");
    }
}
