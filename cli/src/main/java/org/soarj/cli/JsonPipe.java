package org.soarj.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object a line in, one a line out, each answered before the next is read. */
final class JsonPipe {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private JsonPipe() {}

    /** An object as one line. */
    static String line(Map<String, Object> object) {
        return JSON.writeValueAsString(object);
    }

    /**
     * Answers every line of {@code in}; blank ones are passed over.
     *
     * @throws IllegalArgumentException naming the line that is no JSON object or cannot be answered
     */
    static void run(InputStream in, PrintWriter out, Function<JsonNode, Map<String, Object>> answer) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    out.println(line(answered(line, number, answer)));
                    out.flush();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> answered(String line, int number, Function<JsonNode, Map<String, Object>> answer) {
        try {
            JsonNode object = JSON.readTree(line);
            if (!object.isObject()) {
                throw new IllegalArgumentException("expected a JSON object, got " + object);
            }
            return answer.apply(object);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("line " + number + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    /** A field that must be a string. */
    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a string, got " + shown(value));
        }
        return value.stringValue();
    }

    /** A field that must be a list of whole numbers. */
    static int[] ids(JsonNode object, String field) {
        JsonNode value = object.path(field);
        boolean numbers = value.isArray();
        for (int i = 0; numbers && i < value.size(); i++) {
            numbers = value.get(i).isIntegralNumber() && value.get(i).canConvertToInt();
        }
        if (!numbers) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a list of token ids, got " + shown(value));
        }
        int[] ids = new int[value.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = value.get(i).intValue();
        }
        return ids;
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.toString();
    }
}
