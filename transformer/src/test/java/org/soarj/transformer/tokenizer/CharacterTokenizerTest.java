package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CharacterTokenizerTest {
    private static final String ALPHABET = "0123456789+-*=?. \n日🙂";

    @TempDir
    private Path dir;

    private Tokenizer tokenizer() {
        CharacterTokenizer.write(dir.resolve("made"), ALPHABET, "<s>", "</s>", "<pad>");
        return Tokenizer.load(dir.resolve("made"));
    }

    @Test
    void specialTokensComeFirstThenTheAlphabet() {
        Tokenizer tokenizer = tokenizer();
        assertEquals(OptionalInt.of(0), tokenizer.bosId());
        assertEquals(OptionalInt.of(1), tokenizer.eosId());
        assertEquals(OptionalInt.of(2), tokenizer.padId());
        assertEquals(OptionalInt.of(3), tokenizer.idOf("0"));
        assertEquals("🙂", tokenizer.tokenOf(22));
        assertEquals(23, tokenizer.vocabularySize());
    }

    @Test
    void aTextIsItsCharacters() {
        Tokenizer tokenizer = tokenizer();
        assertArrayEquals(new int[] {0, 4, 5, 13, 6, 16}, tokenizer.encode("12+3=", true));
        assertArrayEquals(new int[] {4, 5, 1}, tokenizer.encode("12</s>", false));
        assertEquals("12+3=\n 日🙂", tokenizer.decode(tokenizer.encode("12+3=\n 日🙂", true), true));
        assertEquals("<s>1</s><pad>", tokenizer.decode(new int[] {0, 4, 1, 2}, false));
    }

    @Test
    void aCharacterOutsideTheAlphabetIsLeftOut() {
        assertArrayEquals(new int[] {4, 5}, tokenizer().encode("1x2", false));
    }

    @Test
    void filesReplaceOlderOnesAndLeaveNothingElse() throws IOException {
        tokenizer();
        CharacterTokenizer.write(dir.resolve("made"), "ab", "<s>", "</s>", "<pad>");
        assertEquals(5, Tokenizer.load(dir.resolve("made")).vocabularySize());
        try (var files = Files.list(dir.resolve("made"))) {
            assertEquals(
                    List.of("tokenizer.json", "tokenizer_config.json"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aTokenThatComesTwiceIsRefused() {
        var twice = assertThrows(
                IllegalArgumentException.class, () -> CharacterTokenizer.write(dir, "aba", "<s>", "</s>", "<pad>"));
        assertEquals(
                "character tokenizer: \"a\" comes twice among special tokens and alphabet", twice.getMessage());
        assertThrows(IllegalArgumentException.class, () -> CharacterTokenizer.write(dir, "ab", "<s>", "<s>", "<pad>"));
        assertThrows(IllegalArgumentException.class, () -> CharacterTokenizer.write(dir, "ab", "<s>", "</s>", ""));
    }
}
