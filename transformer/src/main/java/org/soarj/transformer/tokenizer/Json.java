package org.soarj.transformer.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A value in a JSON file that knows where it stands, so that every complaint names the file and the field. The path is
 * put together only for a complaint: a vocabulary has a hundred thousand of these.
 */
record Json(Path file, Json parent, String name, JsonNode node) {
    private static final JsonMapper STRICT =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** The whole of a file. */
    static Json read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return new Json(file, null, "", STRICT.readTree(bytes)).asObject();
        } catch (NoSuchFileException missing) {
            throw new TokenizerException(file, "no such file; give a folder in Hugging Face layout");
        } catch (JacksonException malformed) {
            String reason = malformed.getOriginalMessage().lines().findFirst().orElse("malformed");
            throw new TokenizerException(
                    file, "not valid JSON at line " + malformed.getLocation().getLineNr() + ": " + reason);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + ": cannot be read", unreadable);
        }
    }

    /** A field that must be there and not null. */
    Json field(String field) {
        return optional(field).orElseThrow(() -> error("field \"" + field + "\" is missing"));
    }

    /** A field, or nothing when it is absent or null. */
    Optional<Json> optional(String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(new Json(file, this, field, value));
    }

    /** Refuses every field but these: what is not understood must not be ignored. */
    void allow(String... fields) {
        List<String> known = Arrays.asList(fields);
        for (String field : asObject().node.propertyNames()) {
            if (!known.contains(field)) {
                throw error("field \"" + field + "\" is not supported; known here: " + String.join(", ", known));
            }
        }
    }

    String text() {
        if (!node.isString()) {
            throw error("must be a string, got " + shown());
        }
        return node.stringValue();
    }

    /** A string of one code point. */
    int character() {
        String text = text();
        if (text.codePointCount(0, text.length()) != 1) {
            throw error("must be one character, got " + shown());
        }
        return text.codePointAt(0);
    }

    /** A number from 0 to 2^31-1. */
    int count() {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
            throw error("must be a whole number from 0 to 2147483647, got " + shown());
        }
        return node.intValue();
    }

    boolean flag() {
        if (!node.isBoolean()) {
            throw error("must be true or false, got " + shown());
        }
        return node.booleanValue();
    }

    /** A true-or-false field with the value it has when absent. */
    boolean flag(String field, boolean absent) {
        return optional(field).map(Json::flag).orElse(absent);
    }

    List<Json> items() {
        if (!node.isArray()) {
            throw error("must be a list, got " + shown());
        }
        List<Json> items = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            items.add(new Json(file, this, "[" + i + "]", node.get(i)));
        }
        return items;
    }

    /** The fields of an object, in the order of the file. */
    Map<String, Json> entries() {
        Map<String, Json> entries = new LinkedHashMap<>();
        asObject().node.properties()
                .forEach(entry -> entries.put(entry.getKey(), new Json(file, this, entry.getKey(), entry.getValue())));
        return entries;
    }

    private Json asObject() {
        if (!node.isObject()) {
            throw error("must be an object, got " + shown());
        }
        return this;
    }

    /** A complaint about this value. */
    TokenizerException error(String message) {
        String path = path();
        return new TokenizerException(file, path.isEmpty() ? message : path + ": " + message);
    }

    private String path() {
        if (parent == null) {
            return name;
        }
        String before = parent.path();
        return before.isEmpty() || name.startsWith("[") ? before + name : before + "." + name;
    }

    private String shown() {
        String json = node.isMissingNode() ? "nothing" : node.toString();
        return json.length() > 60 ? json.substring(0, 60) + "…" : json;
    }
}
