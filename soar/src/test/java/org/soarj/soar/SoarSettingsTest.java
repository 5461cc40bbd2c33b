package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoarSettingsTest {

    @Test
    void theDefaultsAreThoseOfTableThree() {
        SoarSettings paper = SoarSettings.PAPER;
        assertEquals(4, paper.dataSets());
        assertEquals(256, paper.documents());
        assertEquals(4, paper.repeats());
        assertEquals(64, paper.rewardQuestions());
        assertEquals(200, paper.outerSteps());
        assertEquals(new PromotionRule(true, 0.01, 3, MedianRule.LOWER, true), paper.promotion());
    }

    @Test
    void innerStepsGrowByFiveAPromotionUpToTwenty() {
        assertEquals(
                List.of(10, 15, 20, 20, 20),
                IntStream.range(0, 5).mapToObj(InnerSchedule.PAPER::stepsAfter).toList());
        assertEquals(20, InnerSchedule.PAPER.stepsAfter(Integer.MAX_VALUE));
    }

    @Test
    void valuesThatMakeNoSenseAreRefusedByName() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new SoarSettings(1, 1, 64, 4, 64, 200, InnerSchedule.PAPER, PromotionRule.PAPER))
                .getMessage();
        assertEquals(
                "settings: loop.group_size must be 2 or more, got 1; a leave-one-out baseline needs another data set", message);
        String cap = assertThrows(IllegalArgumentException.class, () -> new InnerSchedule(10, 5, 9)).getMessage();
        assertTrue(cap.contains("inner.cap must be 10 or more, got 9"), cap);
    }
}
