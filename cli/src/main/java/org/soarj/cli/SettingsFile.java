package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Settings as a record: defaults, what a YAML file says instead, what options say instead of that. Keys are in snake_case and
 * nest as the record does. A key that the record does not have, or a value of another kind than the default's, is refused.
 *
 * @param <T> the record
 */
final class SettingsFile<T> {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .build();

    private final Class<T> type;
    private final ObjectNode tree;

    SettingsFile(Class<T> type, T defaults) {
        this.type = type;
        this.tree = YAML.valueToTree(defaults);
    }

    /** The record as YAML. */
    static String yaml(Object settings) {
        return YAML.writeValueAsString(settings);
    }

    /** The dotted keys whose values differ between two records of one kind. */
    static List<String> differences(Object before, Object after) {
        ObjectNode old = YAML.valueToTree(before);
        ObjectNode changed = YAML.valueToTree(after);
        return keys("", old).stream().filter(key -> !old.at(pointer(key)).isObject())
                .filter(key -> !old.at(pointer(key)).equals(changed.at(pointer(key)))).toList();
    }

    private static String pointer(String key) {
        return "/" + key.replace('.', '/');
    }

    /**
     * Takes over what a file says.
     *
     * @throws IllegalArgumentException when it is not YAML, or a key or value is not one of the settings
     */
    void read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException(file + ": no such settings file");
        }
        JsonNode given;
        try {
            given = YAML.readTree(text);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(file + ": not valid YAML at line " + malformed.getLocation().getLineNr() + ": "
                    + malformed.getOriginalMessage().lines().findFirst().orElse(""));
        }
        if (given.isNull() || given.isMissingNode()) {
            return;
        }
        if (!given.isObject()) {
            throw new IllegalArgumentException(file + ": settings are keys with values, got " + given.getNodeType());
        }
        overlay(file + ": ", "", tree, (ObjectNode) given);
    }

    /**
     * Takes over one setting.
     *
     * @param key dotted, such as {@code sampling.max_tokens}
     * @param value as YAML would have it
     */
    void set(String key, String value) {
        String[] names = key.split("\\.");
        ObjectNode given = YAML.createObjectNode();
        ObjectNode inner = given;
        for (int i = 0; i < names.length - 1; i++) {
            inner = inner.putObject(names[i]);
        }
        JsonNode parsed;
        try {
            parsed = YAML.readTree(value);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(key + ": not a value: " + value);
        }
        inner.set(names[names.length - 1], parsed);
        overlay("", "", tree, given);
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException when they do not go together
     */
    T resolved() {
        try {
            return YAML.treeToValue(tree, type);
        } catch (DatabindException invalid) {
            Throwable cause = invalid.getCause();
            throw new IllegalArgumentException(cause instanceof IllegalArgumentException && cause.getMessage() != null
                    ? cause.getMessage() : invalid.getOriginalMessage().lines().findFirst().orElse("not valid"), invalid);
        }
    }

    private void overlay(String where, String path, ObjectNode known, ObjectNode given) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            String key = path + entry.getKey();
            JsonNode before = known.get(entry.getKey());
            if (before == null) {
                throw new IllegalArgumentException(where + "there is no setting " + key + Nearest.hint(key, keys("", tree)));
            }
            JsonNode value = entry.getValue();
            if (before.isObject() && value.isObject()) {
                overlay(where, key + ".", (ObjectNode) before, (ObjectNode) value);
            } else {
                requireSameKind(where + key, before, value);
                known.set(entry.getKey(), value);
                requireChoice(where + key);
            }
        }
    }

    /** A name that an enum lacks would be an error of the whole record; here it can still name its key. */
    private void requireChoice(String key) {
        try {
            YAML.treeToValue(tree, type);
        } catch (InvalidFormatException invalid) {
            Object[] choices = invalid.getTargetType() == null ? null : invalid.getTargetType().getEnumConstants();
            String known = choices == null ? "" : "; known are " + String.join(", ",
                    Arrays.stream(choices).map(choice -> choice.toString().toLowerCase(Locale.ROOT)).toList());
            throw new IllegalArgumentException(key + ": " + invalid.getValue() + " is not one of its values" + known);
        } catch (DatabindException later) {
            // Settings that do not go together yet may do so once all are read; resolved() tells.
            return;
        }
    }

    private static void requireSameKind(String key, JsonNode before, JsonNode value) {
        String wanted;
        boolean fits;
        if (before.isObject()) {
            wanted = "a group of settings (" + String.join(", ", before.propertyNames()) + ")";
            fits = false;
        } else if (before.isIntegralNumber()) {
            wanted = "a whole number";
            fits = value.isIntegralNumber();
        } else if (before.isNumber()) {
            wanted = "a number";
            fits = value.isNumber();
        } else if (before.isArray()) {
            boolean words = before.path(0).isString();
            wanted = words ? "a list of words, such as [a, b]" : "a list of whole numbers, such as [1, 8]";
            fits = value.isArray();
            for (JsonNode item : value) {
                fits &= words ? item.isString() : item.isIntegralNumber();
            }
        } else if (before.isBoolean()) {
            wanted = "true or false";
            fits = value.isBoolean();
        } else {
            wanted = "a word";
            fits = value.isString();
        }
        if (!fits) {
            throw new IllegalArgumentException(key + ": " + wanted + " is expected, got "
                    + (value.isString() ? value.asString() : value.toString()));
        }
    }

    private static List<String> keys(String path, ObjectNode node) {
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            keys.add(path + entry.getKey());
            if (entry.getValue().isObject()) {
                keys.addAll(keys(path + entry.getKey() + ".", (ObjectNode) entry.getValue()));
            }
        }
        return keys;
    }
}
