package org.soarj.transformer.train;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.tensor.io.TextLines;
import org.soarj.transformer.tokenizer.Tokenizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Texts as JSONL, plain or gzipped: one object a line with {@code prompt} and {@code completion}, of which the completion is
 * learned, or with {@code text}, which is learned as a whole. Other fields and blank lines are passed over.
 *
 * <p>Prompt and completion become tokens one by one, as they do when the model is asked, so the prompt's tokens are those that
 * the model will see. What the tokenizer puts around a text, such as the begin token, comes in front; the end token follows.
 */
public final class ExampleFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final Tokenizer tokenizer;
    private final int end;

    private ExampleFile(Path file, Tokenizer tokenizer, int end) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.end = end;
    }

    /**
     * Reads all examples, in the order of the file.
     *
     * @param end the token that ends a completion
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException when a line is no example, or there is none; the message starts with file and line
     */
    public static List<Example> read(Path file, Tokenizer tokenizer, int end) throws IOException {
        List<Example> examples = new ArrayList<>();
        ExampleFile reader = new ExampleFile(file, tokenizer, end);
        try (BufferedReader lines = TextLines.open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    examples.add(reader.example(number, line));
                }
            }
        } catch (NoSuchFileException missing) {
            throw missing;
        } catch (CharacterCodingException notText) {
            throw new IOException(file + ": is not UTF-8 text", notText);
        } catch (IOException damaged) {
            throw new IOException(file + ": cannot be read: " + damaged.getMessage(), damaged);
        }
        if (examples.isEmpty()) {
            throw new IllegalArgumentException(file + ": no example in this file; it needs one JSON object a line");
        }
        return List.copyOf(examples);
    }

    private Example example(int number, String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException malformed) {
            throw error(number, "not valid JSON: " + malformed.getOriginalMessage().lines().findFirst().orElse("no detail"));
        }
        if (!node.isObject()) {
            throw error(number, "a JSON object was expected, got " + node.getNodeType());
        }
        if (node.has("prompt") == node.has("text")) {
            throw error(number, "either fields prompt and completion or field text must be there, got " + node.propertyNames());
        }
        boolean whole = node.has("text");
        int[] prompt = tokenizer.encode(whole ? "" : text(number, node, "prompt"), true);
        int[] learned = tokenizer.encode(text(number, node, whole ? "text" : "completion"), false);
        // A tokenizer without a begin token has no token to predict the first of a text from: that one is given.
        int given = prompt.length > 0 ? prompt.length : 1;
        int[] ids = Arrays.copyOf(prompt, prompt.length + learned.length + 1);
        System.arraycopy(learned, 0, ids, prompt.length, learned.length);
        ids[ids.length - 1] = end;
        if (given >= ids.length) {
            throw error(number, "the text is empty");
        }
        return new Example(ids, given);
    }

    private String text(int number, JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw error(number, "field " + field + " must be a string, got "
                    + (value.isMissingNode() ? "nothing; there are " + node.propertyNames() : value.getNodeType()));
        }
        return value.stringValue();
    }

    private IllegalArgumentException error(int number, String what) {
        return new IllegalArgumentException(file + ":" + number + ": " + what);
    }
}
