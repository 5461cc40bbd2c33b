package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8StreamTest {
    @Property
    void validTextComesBackHoweverItIsCut(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Utf8Stream stream = new Utf8Stream();
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            out.append(stream.accept(new byte[] {b}));
        }
        assertEquals(new String(bytes, StandardCharsets.UTF_8), out + stream.finish());
    }

    @Property
    void cutsDoNotMatterForInvalidBytesEither(@ForAll byte[] bytes) {
        Utf8Stream stream = new Utf8Stream();
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            out.append(stream.accept(new byte[] {b}));
        }
        assertEquals(whole(bytes), out + stream.finish());
    }

    /** Counts of U+FFFD as in the Unicode Standard, sec. 3.9, "U+FFFD Substitution of Maximal Subparts". */
    @ParameterizedTest
    @CsvSource({
        "C0AFE080BFF0818241, 8", "EDA080EDBFBFEDAF41, 8", "F4919293FF4180BF42, 7", "E180E2F09192F1BF41, 4",
    })
    void eachMaximalInvalidStretchGivesOneReplacement(String hex, int replacements) {
        String text = whole(HexFormat.of().parseHex(hex));
        assertEquals(replacements, text.chars().filter(c -> c == 0xFFFD).count(), text);
    }

    @Test
    void aReplacedCharacterDoesNotLeakIntoTheNext() {
        assertEquals("\uFFFDé\uFFFD", whole(HexFormat.of().parseHex("F09F" + "C3A9" + "E2")));
    }

    private static String whole(byte[] bytes) {
        Utf8Stream stream = new Utf8Stream();
        return stream.accept(bytes) + stream.finish();
    }
}
