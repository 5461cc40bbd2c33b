package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

class ProblemStreamTest {
    private static List<Problem> problems(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Problem("p" + i, "question " + i, "answer")).toList();
    }

    @Property(tries = 200)
    void everyPassIsAPermutationWhateverTheBatches(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int count,
            @ForAll @IntRange(min = 1, max = 20) int size) {
        ProblemStream stream = new ProblemStream(problems(count), Rng.of(seed));
        List<Problem> drawn = new ArrayList<>();
        while (drawn.size() < 4 * count) {
            List<Problem> batch = stream.batch(size);
            assertEquals(size, batch.size());
            drawn.addAll(batch);
        }
        for (int pass = 0; pass < 4; pass++) {
            List<Problem> epoch = drawn.subList(pass * count, (pass + 1) * count);
            assertEquals(new HashSet<>(problems(count)), new HashSet<>(epoch));
        }
    }

    @Property(tries = 100)
    void theOrderHangsOnTheSeedAndNotOnTheBatches(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int size) {
        ProblemStream whole = new ProblemStream(problems(5), Rng.of(seed));
        ProblemStream parts = new ProblemStream(problems(5), Rng.of(seed));
        List<Problem> drawn = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            drawn.addAll(parts.batch(size));
        }
        assertEquals(whole.batch(6 * size), drawn);
    }

    @Property(tries = 100)
    void aStreamThatGoesOnIsTheStream(@ForAll long seed, @ForAll @IntRange(min = 1, max = 7) int count,
            @ForAll @IntRange(min = 0, max = 30) int drawn) {
        ProblemStream whole = new ProblemStream(problems(count), Rng.of(seed));
        whole.batch(drawn);
        assertEquals(drawn, whole.drawn());
        ProblemStream resumed = ProblemStream.after(drawn, problems(count), Rng.of(seed));
        assertEquals(drawn, resumed.drawn());
        assertEquals(whole.batch(20), resumed.batch(20));
        assertEquals(whole.drawn(), resumed.drawn());
    }

    @Test
    void passesAndSeedsDifferInTheirOrder() {
        ProblemStream stream = new ProblemStream(problems(20), Rng.of(1));
        List<Problem> first = stream.batch(20);
        assertNotEquals(first, stream.batch(20));
        assertNotEquals(first, new ProblemStream(problems(20), Rng.of(2)).batch(20));
        assertNotEquals(first, problems(20));
    }

    @Test
    void anEmptyDataSetIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> new ProblemStream(List.of(), Rng.of(1)))
                .getMessage();
        assertTrue(message.startsWith("problem stream: the data set is empty"), message);
    }
}
