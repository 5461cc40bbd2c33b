package org.soarj.rl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

class SplitTest {
    private static final Comparator<Problem> BY_ID = Comparator.comparing(Problem::id);

    @Property(tries = 100)
    void theHalvesAreDisjointCompleteAndInOrder(@ForAll @IntRange(min = 2, max = 200) int size, @ForAll long seed) {
        List<Problem> problems = problems(size);
        Split split = Split.halves(problems, Rng.of(seed));
        assertEquals(size / 2, split.train().size());
        List<Problem> union = new ArrayList<>(split.train());
        union.addAll(split.test());
        union.sort(BY_ID);
        assertEquals(problems, union);
        assertTrue(split.train().equals(split.train().stream().sorted(BY_ID).toList()));
    }

    @Test
    void theSeedDecides() {
        List<Problem> problems = problems(100);
        assertEquals(Split.halves(problems, Rng.of(1)), Split.halves(problems, Rng.of(1)));
        assertNotEquals(Split.halves(problems, Rng.of(1)), Split.halves(problems, Rng.of(2)));
    }

    @Test
    void oneProblemCannotBeSplit() {
        assertThrows(IllegalArgumentException.class, () -> Split.halves(problems(1), Rng.of(1)));
    }

    private static List<Problem> problems(int size) {
        return IntStream.range(0, size).mapToObj(i -> new Problem("%04d".formatted(i), "q" + i, "" + i)).toList();
    }
}
