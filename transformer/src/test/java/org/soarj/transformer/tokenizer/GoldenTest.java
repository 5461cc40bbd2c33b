package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What Hugging Face's library gave: for the four layouts in use, and for each component by itself. */
class GoldenTest {
    @ParameterizedTest
    @ValueSource(strings = {"llama3-style", "smollm2-style", "gpt2-style", "llama2-style"})
    void layoutMatches(String layout) {
        List<JsonNode> lines = Fixtures.lines(layout + "/golden.jsonl.gz");
        assertEquals(244, lines.size());
        Tokenizer tokenizer = Fixtures.layout(layout);
        assertAll(lines.stream().map(line -> () -> assertText(tokenizer, line)));
    }

    @TestFactory
    Stream<DynamicTest> componentMatches(@TempDir Path dir) {
        return Fixtures.lines("components.jsonl.gz").stream()
                .map(line -> DynamicTest.dynamicTest(line.get("name").stringValue(), () -> assertComponent(dir, line)));
    }

    @Test
    void thereAreComponents() {
        assertEquals(81, Fixtures.lines("components.jsonl.gz").size());
    }

    private static void assertComponent(Path dir, JsonNode line) {
        Tokenizer tokenizer = Fixtures.of(dir, line.get("tokenizer").toString());
        Stream<JsonNode> texts = line.get("cases").valueStream();
        Stream<JsonNode> decodes = line.get("decodes").valueStream();
        assertAll(Stream.concat(
                texts.map(text -> () -> assertText(tokenizer, text)),
                decodes.map(ids -> () -> assertDecoded(tokenizer, ids, Fixtures.ids(ids.get("ids"))))));
    }

    private static void assertText(Tokenizer tokenizer, JsonNode golden) {
        String text = golden.get("text").stringValue();
        int[] plain = Fixtures.ids(golden.get("ids_without_special"));
        assertEquals(
                Fixtures.list(Fixtures.ids(golden.get("ids"))), Fixtures.list(tokenizer.encode(text, true)), text);
        assertEquals(Fixtures.list(plain), Fixtures.list(tokenizer.encode(text, false)), text);
        if (golden.has("decoded")) {
            assertDecoded(tokenizer, golden, plain);
        }
    }

    private static void assertDecoded(Tokenizer tokenizer, JsonNode golden, int[] plain) {
        int[] ids = Fixtures.ids(golden.get("ids"));
        String kept = golden.get("decoded").stringValue();
        String skipped = golden.get("decoded_skip_special").stringValue();
        assertEquals(kept, tokenizer.decode(plain, false));
        assertEquals(skipped, tokenizer.decode(ids, true));
        assertEquals(kept, Fixtures.streamed(tokenizer, plain, false));
        assertEquals(skipped, Fixtures.streamed(tokenizer, ids, true));
    }
}
