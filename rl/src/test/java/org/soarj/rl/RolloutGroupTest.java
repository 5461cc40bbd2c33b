package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RolloutGroupTest {
    private static final Problem PROBLEM = new Problem("p1", "1 + 1?", "2", Map.of("level", "Level 1"));
    private static final Rollout ROLLOUT =
            new Rollout(new int[] {1, 5}, new int[] {7, 2}, new float[] {-.5f, -.1f}, FinishReason.STOP, "2");

    @Test
    void signalNeedsTwoDifferentScorableRewards() {
        assertFalse(group(1, 0).withoutSignal());
        assertFalse(group(1, Double.NaN, 2).withoutSignal());
        assertTrue(group(3, 3, Double.NaN).withoutSignal());
        assertTrue(group(0.0, -0.0).withoutSignal());
        assertTrue(group(3, Double.NaN).withoutSignal());
        assertTrue(group(Double.NaN, Double.NaN).withoutSignal());
    }

    @Test
    void aRolloutKnowsItsLengthAndWhetherItWasCut() {
        assertEquals(2, ROLLOUT.length());
        assertFalse(ROLLOUT.truncated());
        assertTrue(new Rollout(new int[1], new int[0], new float[0], FinishReason.LENGTH, "").truncated());
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> new Rollout(new int[1], new int[2], new float[1], FinishReason.STOP, ""));
        String message = assertThrows(IllegalArgumentException.class,
                () -> new RolloutGroup(PROBLEM, List.of(ROLLOUT), new double[2])).getMessage();
        assertTrue(message.contains("problem p1: 1 rollouts but 2 rewards"), message);
        assertThrows(IllegalArgumentException.class, () -> new Problem("p", " ", "2"));
        assertThrows(IllegalArgumentException.class, () -> new Problem("p", "1 + 1?", ""));
        assertThrows(IllegalArgumentException.class, () -> new Problem(null, "1 + 1?", "2"));
    }

    private static RolloutGroup group(double... rewards) {
        return new RolloutGroup(PROBLEM, Collections.nCopies(rewards.length, ROLLOUT), rewards);
    }
}
