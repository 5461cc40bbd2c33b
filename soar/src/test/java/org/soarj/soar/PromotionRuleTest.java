package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PromotionRuleTest {
    private static final GroundedReward REWARD =
            new GroundedReward(0.5, List.of(List.of(0.0, 0.0, 0.0, 0.0), List.of(0.4, 0.1, 0.3, 0.2)), 64);

    @Test
    void theWindowHoldsTheLastThreeMeans() {
        assertEquals(List.of(1.0), PromotionRule.PAPER.extend(List.of(), 1));
        assertEquals(List.of(2.0, 3.0, 4.0), PromotionRule.PAPER.extend(List.of(1.0, 2.0, 3.0), 4));
    }

    @Test
    void theMedianOfFourIsTheLowerOrTheUpperMiddle() {
        List<Double> means = List.of(0.02, 0.02, 0.02);
        assertEquals(
                Optional.of(new PromotionDecision.Winner(1, 3)), PromotionRule.PAPER.decide(means, REWARD).winner());
        PromotionRule upper = new PromotionRule(true, 0.01, 3, MedianRule.UPPER, true);
        assertEquals(Optional.of(new PromotionDecision.Winner(1, 2)), upper.decide(means, REWARD).winner());
    }

    @Property
    void theMedianHasAsManyValuesBelowAsAbove(
            @ForAll @Size(min = 1, max = 9) List<@DoubleRange(min = -1, max = 1) Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        assertEquals(sorted.get((sorted.size() - 1) / 2), values.get(MedianRule.LOWER.indexIn(values)));
        assertEquals(sorted.get(sorted.size() / 2), values.get(MedianRule.UPPER.indexIn(values)));
        if (values.size() % 2 == 1) {
            assertEquals(MedianRule.LOWER.indexIn(values), MedianRule.UPPER.indexIn(values));
        }
    }

    @Test
    void equalRepeatsHaveAMedianInTheMiddleOfTheirOrder() {
        assertEquals(1, MedianRule.LOWER.indexIn(Collections.nCopies(4, 0.5)));
        assertThrows(IllegalArgumentException.class, () -> MedianRule.LOWER.indexIn(List.of()));
    }

    @Property
    void noPromotionWithoutAnAverageAboveTau(
            @ForAll @Size(3) List<@DoubleRange(min = -0.05, max = 0.05) Double> means) {
        double average = (means.get(0) + means.get(1) + means.get(2)) / 3;
        PromotionDecision decision = PromotionRule.PAPER.decide(means, REWARD);
        assertEquals(average, decision.movingAverage(), 1e-12);
        assertEquals(decision.movingAverage() > 0.01, decision.promoted());
    }

    @Property
    void noPromotionBeforeTheWindowIsFull(@ForAll @IntRange(min = 1, max = 5) int entries) {
        PromotionDecision decision = PromotionRule.PAPER.decide(Collections.nCopies(entries, 1.0), REWARD);
        assertEquals(entries >= 3, decision.promoted());
    }

    @Test
    void aDecisionPrintsItsNoiseBesideTheGain() {
        PromotionDecision kept = PromotionRule.PAPER.decide(List.of(0.0), REWARD);
        assertEquals("mean gain over 1 of 3 steps +0.0000 ± 0.0214, tau 0.0100: window not full", kept.toString());
        String promoted = PromotionRule.PAPER.decide(List.of(0.125, 0.125, 0.125), REWARD).toString();
        assertTrue(promoted.endsWith("+0.1250 ± 0.0124, tau 0.0100: promoted data set 1, repeat 3"), promoted);
        assertTrue(PromotionRule.NEVER.decide(List.of(1.0), REWARD).toString().endsWith("promotion is off"));
    }

    @Test
    void valuesThatMakeNoSenseAreRefusedByName() {
        assertThrows(IllegalArgumentException.class, () -> new PromotionRule(true, 0.01, 0, MedianRule.LOWER, true));
        assertThrows(
                IllegalArgumentException.class, () -> new PromotionRule(true, Double.NaN, 3, MedianRule.LOWER, true));
    }
}
