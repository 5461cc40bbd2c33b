package org.soarj.transformer.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files under src/test/resources/tokenizers. */
final class Fixtures {
    static final List<String> LAYOUTS = List.of("llama3-style", "smollm2-style", "gpt2-style", "llama2-style");

    private Fixtures() {}

    static Path folder(String name) {
        try {
            return Path.of(Fixtures.class.getResource("/tokenizers/" + name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Tokenizer layout(String name) {
        return Tokenizer.load(folder(name));
    }

    /** The lines of a gzipped JSONL file. */
    static List<JsonNode> lines(String name) {
        JsonMapper mapper = new JsonMapper();
        try (var in = new GZIPInputStream(Files.newInputStream(folder(name)));
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().map(mapper::readTree).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A tokenizer of this tokenizer.json alone. */
    static Tokenizer of(Path dir, String json) {
        try {
            Files.writeString(dir.resolve("tokenizer.json"), json);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return Tokenizer.load(dir);
    }

    static int[] ids(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
    }

    static List<Integer> list(int[] ids) {
        return IntStream.of(ids).boxed().toList();
    }

    static String streamed(Tokenizer tokenizer, int[] ids, boolean skipSpecialTokens) {
        StreamDecoder stream = tokenizer.stream(skipSpecialTokens);
        StringBuilder text = new StringBuilder();
        IntStream.of(ids).forEach(id -> text.append(stream.accept(id)));
        return text.append(stream.finish()).toString();
    }
}
