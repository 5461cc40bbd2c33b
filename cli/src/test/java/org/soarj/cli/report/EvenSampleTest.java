package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EvenSampleTest {

    @Property(tries = 300)
    void whatIsKeptIsEvenlySpacedAndNeitherTooMuchNorTooLittle(
            @ForAll @IntRange(min = 2, max = 40) int most, @ForAll @IntRange(max = 2000) int count) {
        List<Integer> kept = sample(most, count);
        assertTrue(kept.size() <= most);
        assertTrue(kept.size() >= Math.min(count, most / 3), kept.size() + " of " + count);
        int stride = kept.size() < 2 ? 1 : kept.get(1) - kept.get(0);
        assertEquals(IntStream.range(0, kept.size()).map(i -> i * stride).boxed().toList(), kept);
        assertTrue(count > most || kept.size() == count);
        assertTrue(count <= most || kept.size() < 2 || stride > 1);
    }

    @Test
    void itemsThatAreNotWantedNeedNotBeMade() {
        EvenSample<Integer> lazy = new EvenSample<>(7);
        for (int i = 0; i < 500; i++) {
            if (lazy.wantsNext()) {
                lazy.add(i);
            } else {
                lazy.skip();
            }
        }
        assertEquals(sample(7, 500), lazy.items());
        assertEquals(500, lazy.seen());
    }

    @Test
    void aSampleOfOneIsRefused() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> new EvenSample<>(1));
        assertEquals("even sample: keeps at least 2 items, got 1", refused.getMessage());
    }

    private static List<Integer> sample(int most, int count) {
        EvenSample<Integer> sample = new EvenSample<>(most);
        IntStream.range(0, count).forEach(sample::add);
        return sample.items();
    }
}
