package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GroundedRewardTest {

    @Test
    void advantagesMatchThePublishedVector() {
        GroundedReward reward = new GroundedReward(
                0, List.of(List.of(0.010), List.of(0.020), List.of(-0.005), List.of(0.015)), 64);
        assertArrayEquals(new double[] {0, 0.013333, -0.02, 0.006667}, reward.advantages(4), 1e-6);
    }

    @Property
    void advantagesSumToZeroAndForgetAConstant(
            @ForAll @Size(4) List<@DoubleRange(min = -1, max = 1) Double> rewards,
            @ForAll @DoubleRange(min = -1, max = 1) double shift) {
        double[] plain = of(rewards).advantages(4);
        assertEquals(0, Arrays.stream(plain).sum(), 1e-12);
        double[] shifted = of(rewards.stream().map(r -> r + shift).toList()).advantages(4);
        assertArrayEquals(plain, shifted, 1e-12);
        double mean = of(rewards).mean();
        for (int k = 0; k < 4; k++) {
            assertEquals(4.0 / 3 * (rewards.get(k) - mean), plain[k], 1e-12);
        }
    }

    @Test
    void gainsAreScoresLessTheBaselineAveragedOverRepeats() {
        GroundedReward reward = GroundedReward.of(0.25, new double[][] {{0.5, 0.25}, {0.25, 0.0}}, 4);
        assertEquals(List.of(List.of(0.25, 0.0), List.of(0.0, -0.25)), reward.gains());
        assertArrayEquals(new double[] {0.125, -0.125}, reward.dataSetRewards());
        assertEquals(0, reward.mean());
        assertEquals(0, reward.bestDataSet());
    }

    @Test
    void theFirstOfEqualDataSetsIsTheBest() {
        assertEquals(1, of(List.of(0.0, 0.5, 0.5)).bestDataSet());
    }

    @Test
    void standardErrorsMatchTheNoiseBudgetOfThePaper() {
        assertEquals(0.0124, GroundedReward.binomialStandardError(0.01, 64), 5e-5);
        double[][] scores = new double[4][4];
        for (double[] repeats : scores) {
            Arrays.fill(repeats, 0.01);
        }
        GroundedReward reward = GroundedReward.of(0, scores, 64);
        assertEquals(0.0062, reward.dataSetStandardError(), 5e-5);
        assertEquals(0.0031, reward.standardError(), 5e-5);
    }

    @Test
    void raggedEmptyAndInfiniteGainsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new GroundedReward(0, List.of(), 4));
        assertThrows(IllegalArgumentException.class, () -> new GroundedReward(0, List.of(List.of()), 4));
        assertThrows(
                IllegalArgumentException.class, () -> new GroundedReward(0, List.of(List.of(1.0), List.of(1.0, 2.0)), 4));
        assertThrows(IllegalArgumentException.class, () -> of(List.of(0.0, Double.NaN)));
        assertThrows(IllegalArgumentException.class, () -> of(List.of(0.0, 1.0, 2.0)).advantages(2));
        assertThrows(IllegalArgumentException.class, () -> of(List.of(0.0)).advantages(1));
    }

    @Test
    void aRepeatThatFailedCountsNowhere() {
        GroundedReward reward = new GroundedReward(0.1, List.of(List.of(0.2, Double.NaN), List.of(0.1, 0.3)), 64);
        assertArrayEquals(new double[] {0.2, 0.2}, reward.dataSetRewards(), 1e-12);
        assertEquals(Math.sqrt(0.3 * 0.7 / (3 * 64)), reward.standardError(), 1e-12);
        assertEquals(Math.sqrt(0.02 / 2 / 3), reward.studentStandardError(), 1e-12);
        assertThrows(IllegalArgumentException.class,
                () -> new GroundedReward(0, List.of(List.of(1.0), List.of(Double.POSITIVE_INFINITY)), 4));
    }

    private static GroundedReward of(List<Double> rewards) {
        return new GroundedReward(0, rewards.stream().map(List::of).toList(), 64);
    }
}
