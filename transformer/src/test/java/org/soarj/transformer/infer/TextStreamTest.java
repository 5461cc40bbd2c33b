package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.transformer.tokenizer.Tokenizer;

class TextStreamTest {
    private static final Tokenizer TOKENIZER = Tokenizer.load(Path.of("src/test/resources/tokenizers/llama3-style"));

    @Example
    void aStopStringThatSpansTokensEndsTheText() {
        int[] ids = TOKENIZER.encode("The answer is 42.\n\nQuestion: what", false);
        List<String> shown = new ArrayList<>();
        TextStream stream = new TextStream(TOKENIZER, List.of("no", ".\n\nQue"), shown::add);
        int taken = 0;
        Optional<Completion.Finish> finish = Optional.empty();
        while (finish.isEmpty()) {
            finish = stream.accept(ids[taken++]);
        }
        assertEquals(Completion.Finish.STOP, finish.get());
        assertTrue(taken > 3 && taken < ids.length, taken + " of " + ids.length);
        assertEquals("The answer is 42", stream.finish());
        assertEquals("The answer is 42", String.join("", shown));
    }

    @Example
    void charactersAreNeverCutAndAllIsGivenInTheEnd() {
        int[] ids = TOKENIZER.encode("a 你好 🙂 b", false);
        List<String> shown = new ArrayList<>();
        TextStream stream = new TextStream(TOKENIZER, List.of("bc"), shown::add);
        for (int id : ids) {
            assertTrue(stream.accept(id).isEmpty());
        }
        assertEquals("a 你好 🙂 b", stream.finish());
        assertTrue(shown.size() > 4, shown.toString());
        assertTrue(shown.stream().noneMatch(piece -> piece.contains("\ufffd") || piece.isEmpty()), shown.toString());
        assertEquals("b", shown.getLast(), "what may begin a stop string is held back");
    }

    /** Whatever the pieces, the text is what a search after every character leaves. */
    @Property(tries = 500)
    void piecesDoNotMatter(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        String text = letters(rng, 1 + rng.nextInt(30));
        List<String> stops = List.of(letters(rng, 1 + rng.nextInt(5)), letters(rng, 1 + rng.nextInt(4)));
        String expected = text;
        for (int end = 1; end <= text.length() && expected.equals(text); end++) {
            for (String stop : stops) {
                if (text.substring(0, end).endsWith(stop)) {
                    int start = end - stop.length();
                    expected = start < expected.length() ? text.substring(0, start) : expected;
                }
            }
        }
        StopStrings search = new StopStrings(stops);
        StringBuilder got = new StringBuilder();
        for (int at = 0; at < text.length();) {
            int to = Math.min(text.length(), at + 1 + rng.nextInt(4));
            got.append(search.accept(text.substring(at, to)));
            assertTrue(expected.startsWith(got.toString()), got + " of " + expected);
            at = to;
        }
        got.append(search.finish());
        assertEquals(expected, got.toString());
        assertEquals(expected.length() < text.length(), search.found());
    }

    private static String letters(Rng rng, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + rng.nextInt(2)));
        }
        return text.toString();
    }

    @Example
    void anEmptyStopStringIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TextStream(TOKENIZER, List.of(""), piece -> { }));
    }
}
