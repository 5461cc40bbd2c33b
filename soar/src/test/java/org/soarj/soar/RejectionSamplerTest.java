package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

class RejectionSamplerTest {
    /** Takes even numbers; all numbers are well formed. */
    private static final TeacherOutputFilter EVEN = new TeacherOutputFilter() {
        @Override
        public Optional<Problem> parse(String text) {
            return Integer.parseInt(text) % 2 == 0
                    ? Optional.of(new Problem("proposed", text, text, Map.of()))
                    : Optional.empty();
        }

        @Override
        public boolean wellFormed(String text) {
            return true;
        }
    };

    private static List<Completion> draw(int count, Rng rng) {
        return IntStream.range(0, count)
                .mapToObj(i -> rng.nextInt(1000))
                .map(number -> new Completion(number.toString(), List.of(number)))
                .toList();
    }

    @Property
    void exactlyTheAcceptedOutputsComeBackInTheOrderTheyWereDrawn(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
        List<Completion> drawn = new ArrayList<>();
        Proposals proposals = new RejectionSampler(EVEN, 100).sample(count, (missing, rng) -> {
            List<Completion> some = draw(missing, rng);
            drawn.addAll(some);
            return some;
        }, Rng.of(seed));
        assertEquals(count, proposals.documents().size());
        assertEquals(drawn.size(), proposals.attempts());
        assertEquals(drawn.size(), proposals.wellFormed());
        assertEquals(
                drawn.stream().map(Completion::tokens).filter(tokens -> tokens.getFirst() % 2 == 0).toList(),
                proposals.documents().stream().map(TeacherDocument::tokens).toList());
        assertEquals((double) count / drawn.size(), proposals.acceptRate());
    }

    @Test
    void roundsDrawFromStreamsOfTheirOwn() {
        List<Rng.State> states = new ArrayList<>();
        new RejectionSampler(EVEN, 100).sample(50, (missing, rng) -> {
            states.add(rng.state());
            return draw(missing, rng);
        }, Rng.of(3));
        assertTrue(states.size() > 1);
        assertEquals(states.size(), states.stream().distinct().count());
    }

    @Test
    void aTeacherThatNeverWritesAQuestionFailsLoudly() {
        int[] drawn = {0};
        RejectionSampler sampler = new RejectionSampler(EVEN, 5);
        String message = assertThrows(IllegalStateException.class, () -> sampler.sample(4, (missing, rng) -> {
            drawn[0] += missing;
            return IntStream.range(0, missing).mapToObj(i -> new Completion("13", List.of(13))).toList();
        }, Rng.of(1))).getMessage();
        assertEquals(20, drawn[0]);
        assertEquals(
                "teacher: asked for 4 documents, got 0 in 20 attempts; is the prompt right for this model? "
                        + "Last rejected output: \"13\"",
                message);
    }

    @Test
    void aSourceThatMiscountsIsCaught() {
        RejectionSampler sampler = new RejectionSampler(EVEN, 5);
        assertThrows(
                IllegalStateException.class, () -> sampler.sample(4, (missing, rng) -> List.of(), Rng.of(1)));
    }

    @Test
    void nothingAskedNothingDrawn() {
        Proposals none = new RejectionSampler(EVEN, 5).sample(0, RejectionSamplerTest::draw, Rng.of(1));
        assertEquals(new Proposals(List.of(), 0, 0), none);
        assertEquals(1, none.acceptRate());
    }
}
