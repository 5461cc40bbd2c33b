package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    private static final Tokenizer LLAMA3 = Fixtures.layout("llama3-style");
    private static final Tokenizer SMOLLM2 = Fixtures.layout("smollm2-style");

    /** Any characters at all, lone surrogates and unassigned ones among them. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(40),
                Arbitraries.strings().withChars("aeß '.\n\t1²日\uD83D\uDE42\u0301").ofMaxLength(40));
    }

    @Property(tries = 2000)
    void byteLevelTokenizersGiveBackAnyTextAsJavaWritesItInUtf8(@ForAll("texts") String text) {
        String written = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertEquals(written, LLAMA3.decode(LLAMA3.encode(text, false), false));
        assertEquals(written, SMOLLM2.decode(SMOLLM2.encode(text, true), true));
    }

    @Property(tries = 500)
    void everyIdIsThatOfItsToken(@ForAll("texts") String text) {
        for (int id : LLAMA3.encode(text, true)) {
            assertEquals(OptionalInt.of(id), LLAMA3.idOf(LLAMA3.tokenOf(id)));
        }
    }

    @Test
    void aLoneSurrogateReadsAsAQuestionMark() {
        assertArrayEquals(LLAMA3.encode("a?b?", false), LLAMA3.encode("a\uD83Db\uDE42", false));
    }

    @Test
    void configurationNamesTheTokensThatHaveAPart() {
        assertEquals(LLAMA3.idOf("<|begin_of_text|>"), LLAMA3.bosId());
        assertEquals(LLAMA3.idOf("<|eot_id|>"), LLAMA3.eosId());
        assertEquals(OptionalInt.empty(), LLAMA3.unkId());
        assertEquals(OptionalInt.empty(), LLAMA3.padId());
        assertEquals(OptionalInt.of(0), Fixtures.layout("llama2-style").unkId());
    }

    @Test
    void vocabularyCountsAddedTokensOnce() {
        assertEquals(3962, LLAMA3.vocabularySize());
        assertEquals(3421, Fixtures.layout("llama2-style").vocabularySize());
        assertEquals("<|finetune_right_pad_id|>", LLAMA3.tokenOf(3961));
    }

    @Test
    void anIdWithoutATokenIsAnErrorToNameAndNothingToDecode() {
        var error = assertThrows(IllegalArgumentException.class, () -> LLAMA3.tokenOf(3962));
        assertEquals("tokenOf: no token has id 3962; the vocabulary has 3962 tokens", error.getMessage());
        assertEquals(OptionalInt.empty(), LLAMA3.idOf("no such token"));
        assertEquals("a", LLAMA3.decode(new int[] {3962, LLAMA3.idOf("a").orElseThrow(), -1}, false));
    }

    @Test
    void aTextThatNeedsAnUnknownTokenWhichIsNotThereIsRefused(@TempDir Path dir) {
        Tokenizer tokenizer = Fixtures.of(
                dir,
                """
                {"version": "1.0", "added_tokens": [],
                 "model": {"type": "BPE", "unk_token": "", "vocab": {"a": 0}, "merges": []}}
                """);
        assertArrayEquals(new int[] {0, 0}, tokenizer.encode("aa", true));
        var error = assertThrows(TokenizerException.class, () -> tokenizer.encode("ab", true));
        assertTrue(error.getMessage().startsWith("encode: \"ab\" has a character that is not in the vocabulary"));
    }

    @Test
    void oneTokenizerServesManyThreads() {
        int[] ids = LLAMA3.encode("What is 6·7? Let x² = 42.", true);
        boolean same = IntStream.range(0, 200)
                .parallel()
                .allMatch(i -> java.util.Arrays.equals(ids, LLAMA3.encode("What is 6·7? Let x² = 42.", true)));
        assertTrue(same);
    }
}
