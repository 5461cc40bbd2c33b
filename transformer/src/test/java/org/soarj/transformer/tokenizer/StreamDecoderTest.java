package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StreamDecoderTest {
    private static final List<Tokenizer> TOKENIZERS = Fixtures.LAYOUTS.stream().map(Fixtures::layout).toList();

    @Provide
    Arbitrary<Tokenizer> tokenizers() {
        return Arbitraries.of(TOKENIZERS);
    }

    /** Low ids are bytes, so that characters are cut in every way and many byte sequences are invalid. */
    @Provide
    Arbitrary<int[]> ids() {
        Arbitrary<Integer> bytes = Arbitraries.integers().between(0, 260);
        Arbitrary<Integer> any = Arbitraries.integers().between(0, 4000);
        return Arbitraries.oneOf(bytes, any).array(int[].class).ofMaxSize(30);
    }

    @Property(tries = 2000)
    void streamAndWholeDecodeToTheSameText(
            @ForAll("tokenizers") Tokenizer tokenizer, @ForAll("ids") int[] ids, @ForAll boolean skip) {
        assertEquals(tokenizer.decode(ids, skip), Fixtures.streamed(tokenizer, ids, skip));
    }

    @Property(tries = 500)
    void noPartOfAStreamHasHalfACharacter(@ForAll("tokenizers") Tokenizer tokenizer, @ForAll String text) {
        String clean = text.codePoints()
                .filter(c -> c != 0xFFFD && Character.getType(c) != Character.SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        StreamDecoder stream = tokenizer.stream(false);
        for (int id : tokenizer.encode(clean + "日本🙂é", false)) {
            String part = stream.accept(id);
            assertFalse(part.contains("\uFFFD"), part);
            assertFalse(part.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE), part);
        }
        assertFalse(stream.finish().contains("\uFFFD"));
    }

    @Test
    void textComesAsSoonAsItIsCertain() {
        Tokenizer tokenizer = TOKENIZERS.getFirst();
        StreamDecoder stream = tokenizer.stream(true);
        assertEquals("", stream.accept(tokenizer.bosId().orElseThrow()));
        assertEquals(" the", stream.accept(tokenizer.idOf("Ġthe").orElseThrow()));
        assertEquals("", stream.accept(tokenizer.idOf("Ã").orElseThrow()));
        assertEquals("é", stream.accept(tokenizer.idOf("©").orElseThrow()));
        assertEquals("", stream.accept(tokenizer.idOf("Ã").orElseThrow()));
        assertEquals("\uFFFD", stream.finish());
    }

    @Test
    void aFinishedStreamTakesNoMore() {
        StreamDecoder stream = TOKENIZERS.getFirst().stream(true);
        stream.finish();
        var error = assertThrows(IllegalStateException.class, () -> stream.accept(1));
        assertEquals("accept: this stream is finished; ask Tokenizer.stream for another", error.getMessage());
        assertThrows(IllegalStateException.class, stream::finish);
    }
}
