package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;

class StoppingRuleTest {
    private static final StoppingRule UNSMOOTHED = new StoppingRule(1, 0.15, 4, 0);

    @Test
    void trainingIsDoneWhereTheSlopeFallsBelowAShareOfTheGreatest() {
        // Slopes: 0, 1, 2, 1, 0.4, 0.2; the greatest is 2 and 0.2 is the first past it below 0.3.
        assertEquals(5, UNSMOOTHED.stop(new double[] {0, 0, 1, 3, 4, 4.4, 4.6}, 0));
    }

    @Test
    void aFlatStartIsNoEnd() {
        assertEquals(5, UNSMOOTHED.stop(new double[] {0, 0, 0, 0, 1, 2, 2}, 0));
    }

    @Test
    void aRewardThatNeverRisesIsDoneAtOnceAndOneThatNeverFlattensAtTheEnd() {
        assertEquals(2, UNSMOOTHED.stop(new double[] {5, 4, 3, 3, 2}, 2));
        assertEquals(3, UNSMOOTHED.stop(new double[] {0, 1, 2, 3}, 0));
        assertEquals(0, UNSMOOTHED.stop(new double[] {7}, 0));
    }

    @Test
    void whatComesBeforeTheFirstStepThatCountsIsNotLookedAt() {
        // The jump from 9 to 0 is where a curriculum turns to hard problems.
        assertEquals(6, UNSMOOTHED.stop(new double[] {0, 9, 9, 0, 0, 1, 2, 2}, 3));
    }

    @Property(tries = 200)
    void theScaleOfTheRewardDoesNotMatter(@ForAll long seed, @ForAll @IntRange(min = 2, max = 60) int steps) {
        Rng rng = Rng.of(seed);
        double[] rewards = IntStream.range(0, steps).mapToDouble(i -> rng.nextInt(64) / 64.0).toArray();
        StoppingRule rule = new StoppingRule(5, 0.25, 3, 0);
        int stop = rule.stop(rewards, 0);
        assertTrue(stop >= 0 && stop < steps, "stop " + stop);
        // Powers of two keep every sum exact.
        assertEquals(stop, rule.stop(Arrays.stream(rewards).map(reward -> 4 * reward).toArray(), 0));
    }

    @Test
    void aFixedNumberOfStepsAsksForNoReward() {
        StoppingRule rule = new StoppingRule(5, 0.25, 1, 50);
        assertEquals(49, rule.stop(new double[60], 3));
        assertEquals(39, rule.stop(new double[40], 3), "training that was shorter is done at its end");
    }

    @Test
    void nonsenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StoppingRule(5, 0.15, 3, -1));
        assertThrows(IllegalArgumentException.class, () -> new StoppingRule(4, 0.15, 3, 0));
        assertThrows(IllegalArgumentException.class, () -> new StoppingRule(5, 1, 3, 0));
        assertThrows(IllegalArgumentException.class, () -> new StoppingRule(5, 0.15, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> UNSMOOTHED.stop(new double[] {1, 2}, 2));
    }
}
