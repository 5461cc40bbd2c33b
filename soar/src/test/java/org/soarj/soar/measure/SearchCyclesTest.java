package org.soarj.soar.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.soar.measure.SearchCycles.Cycle;
import org.soarj.soar.measure.SearchCycles.Step;

class SearchCyclesTest {
    /** Promotions at these steps. */
    private static List<Step> steps(double[] averages, Integer... promotions) {
        List<Step> steps = new ArrayList<>();
        for (int step = 0; step < averages.length; step++) {
            steps.add(new Step(step, averages[step], Arrays.asList(promotions).contains(step)));
        }
        return steps;
    }

    @Test
    void aCycleWandersThenRisesAndThePromotionLowersTheReward() {
        List<Cycle> cycles = SearchCycles.of(steps(new double[] {0, 1, -1, 0, 2, 3, -2, -1, -2, 1, 4, 0}, 5, 10));
        assertEquals(new Cycle(0, 2, 5, 4, 5, true), cycles.get(0));
        assertEquals(List.of(3, 3), List.of(cycles.get(0).searching(), cycles.get(0).exploiting()));
        assertEquals(new Cycle(6, 8, 10, 6, 4, true), cycles.get(1), "of equal lows the last");
        assertEquals(new Cycle(11, 11, 11, 0, Double.NaN, false), cycles.get(2));
        assertEquals(3, cycles.size());
    }

    @Test
    void aRunWithoutPromotionsIsOneOpenCycleAndNothingIsNone() {
        List<Cycle> open = SearchCycles.of(steps(new double[] {3, 1, 2}));
        assertEquals(List.of(new Cycle(0, 1, 2, 1, Double.NaN, false)), open);
        assertTrue(SearchCycles.of(List.of()).isEmpty());
        assertTrue(Double.isNaN(SearchCycles.of(steps(new double[] {0, 1}, 1)).getFirst().drop()), "nothing came after it");
    }
}
