package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassAtKTest {
    @ParameterizedTest
    @CsvSource({"8,2,1,.25", "8,2,4,.785714", "16,3,4,.607143", "32,1,8,.25", "4,0,2,0", "8,1,8,1"})
    void v20KnownEstimates(int samples, int correct, int k, double expected) {
        assertEquals(expected, PassAtK.estimate(samples, correct, k), 1e-6);
    }

    @Property(tries = 300)
    void itIsBoundedAndGrowsWithKAndWithTheCount(
            @ForAll @IntRange(min = 2, max = 300) int samples, @ForAll @IntRange(max = 300) int correct,
            @ForAll @IntRange(min = 1, max = 300) int k) {
        int c = correct % samples;
        int small = 1 + k % (samples - 1);
        double estimate = PassAtK.estimate(samples, c, small);
        assertTrue(estimate >= 0 && estimate <= 1);
        assertTrue(PassAtK.estimate(samples, c, small + 1) >= estimate - 1e-12);
        assertTrue(PassAtK.estimate(samples, c + 1, small) >= estimate - 1e-12);
    }

    @Property(tries = 100)
    void atOneItIsTheShareAndAtAllItIsAnyCorrect(
            @ForAll @IntRange(min = 1, max = 500) int samples, @ForAll @IntRange(max = 500) int correct) {
        int c = correct % (samples + 1);
        assertEquals((double) c / samples, PassAtK.estimate(samples, c, 1), 1e-12);
        assertEquals(c > 0 ? 1 : 0, PassAtK.estimate(samples, c, samples), 1e-12);
    }

    @Test
    void theMeanIsOverProblems() {
        assertEquals((.25 + 0 + 1) / 3, PassAtK.mean(8, new int[] {2, 0, 8}, 1), 1e-12);
        assertThrows(IllegalArgumentException.class, () -> PassAtK.mean(8, new int[0], 1));
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> PassAtK.estimate(8, 9, 1));
        assertThrows(IllegalArgumentException.class, () -> PassAtK.estimate(8, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> PassAtK.estimate(8, 1, 0));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PassAtK.estimate(8, 1, 32))
                .getMessage().contains("pass@32 asked of 8 samples"));
    }
}
