package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RngTest {
    private static final int MANY = 100_000;

    /** Computed apart from this code; a change here would change every run that was ever recorded. */
    @Test
    void theFirstOutputsAreFixed() {
        Rng rng = Rng.of(1);
        assertEquals(0xb5c80dd1bf0db5f9L, rng.nextLong());
        assertEquals(0x8d5ecfe262a814a5L, rng.nextLong());
        assertEquals(0x02e0c71e9ad6e74aL, rng.nextLong());
        assertEquals(0xf085269e871b8b55L, Rng.of(1).split("student", 3, 1).nextLong());
    }

    @Property(tries = 100)
    void useOfTheParentDoesNotChangeTheChild(@ForAll long seed, @ForAll @IntRange(max = 100) int used) {
        Rng rng = Rng.of(seed);
        long expected = rng.split("child", 4).nextLong();
        for (int i = 0; i < used; i++) {
            rng.nextLong();
        }
        assertEquals(expected, rng.split("child", 4).nextLong());
    }

    @Property(tries = 100)
    void splittingDoesNotChangeTheParent(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        rng.split("child").nextLong();
        assertEquals(Rng.of(seed).nextLong(), rng.nextLong());
    }

    @Property(tries = 100)
    void differentNamesGiveDifferentStreams(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Set<Long> firsts = new HashSet<>(Set.of(rng.split("a").nextLong(), rng.split("b").nextLong(),
                rng.split("").nextLong(), rng.split("ab").nextLong(), rng.split("ba").nextLong(),
                rng.split("a", 0).nextLong(), rng.split("a", 0, 0).nextLong(), rng.split("a", 1, 0).nextLong(),
                rng.split("a", 0, 1).nextLong(), rng.split("a", -1).nextLong(), rng.split("a").split("b").nextLong(),
                rng.nextLong()));
        assertEquals(12, firsts.size());
    }

    @Test
    void streamsOfNeighbouringNumbersAreUncorrelated() {
        Rng rng = Rng.of(9);
        double sum = 0;
        for (int i = 0; i < MANY; i++) {
            sum += (rng.split("k", i).nextDouble() - 0.5) * (rng.split("k", i + 1).nextDouble() - 0.5);
        }
        // The deviation of this mean is 1/12/sqrt(MANY) = 2.6e-4.
        assertEquals(0, sum / MANY, 1.5e-3);
    }

    @Property(tries = 100)
    void aRestoredStateContinuesBitForBit(@ForAll long seed, @ForAll @IntRange(max = 50) int used) {
        Rng rng = Rng.of(seed);
        for (int i = 0; i < used; i++) {
            rng.nextGaussian();
        }
        Rng restored = Rng.restore(rng.state());
        for (int i = 0; i < 5; i++) {
            assertEquals(rng.nextGaussian(), restored.nextGaussian());
        }
        assertEquals(rng.split("x").nextLong(), restored.split("x").nextLong());
    }

    @Test
    void uniformHasItsMeanAndVariance() {
        Rng rng = Rng.of(2);
        double[] values = IntStream.range(0, MANY).mapToDouble(i -> rng.nextDouble()).toArray();
        assertEquals(0.5, mean(values), 0.005);
        assertEquals(1 / 12.0, variance(values), 0.002);
        assertTrue(Arrays.stream(values).allMatch(value -> value >= 0 && value < 1));
    }

    @Test
    void normalHasItsMoments() {
        Rng rng = Rng.of(2);
        double[] values = IntStream.range(0, MANY).mapToDouble(i -> rng.nextGaussian()).toArray();
        assertEquals(0, mean(values), 0.015);
        assertEquals(1, variance(values), 0.02);
        assertEquals(0, mean(Arrays.stream(values).map(value -> value * value * value).toArray()), 0.05);
        assertEquals(3, mean(Arrays.stream(values).map(value -> Math.pow(value, 4)).toArray()), 0.15);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return mean(Arrays.stream(values).map(value -> (value - mean) * (value - mean)).toArray());
    }

    @Test
    void boundedIntegersAreUniform() {
        Rng rng = Rng.of(4);
        int[] counts = new int[7];
        for (int i = 0; i < MANY; i++) {
            counts[rng.nextInt(7)]++;
        }
        // Chi-square with 6 degrees of freedom is above 22.5 once in a thousand seeds; this one is fixed.
        double expected = MANY / 7.0;
        assertTrue(Arrays.stream(counts).mapToDouble(count -> Math.pow(count - expected, 2) / expected).sum() < 22.5,
                Arrays.toString(counts));
    }

    @Test
    void theBoundMustBePositive() {
        assertEquals("nextInt: bound must be above 0, got 0",
                assertThrows(IllegalArgumentException.class, () -> Rng.of(1).nextInt(0)).getMessage());
        assertEquals(0, Rng.of(1).nextInt(1));
    }

    @Property(tries = 100)
    void shuffleKeepsTheItems(@ForAll long seed, @ForAll @IntRange(max = 40) int size) {
        int[] items = IntStream.range(0, size).toArray();
        Rng.of(seed).shuffle(items);
        Arrays.sort(items);
        assertArrayEquals(IntStream.range(0, size).toArray(), items);
    }

    @Test
    void shuffleGivesEveryOrderAsOften() {
        Rng rng = Rng.of(6);
        int[] firstAndLast = new int[9];
        for (int i = 0; i < MANY; i++) {
            int[] items = {0, 1, 2};
            rng.shuffle(items);
            firstAndLast[items[0] * 3 + items[2]]++;
        }
        for (int i = 0; i < 9; i++) {
            assertEquals(i % 4 == 0 ? 0 : MANY / 6.0, firstAndLast[i], 600);
        }
    }
}
