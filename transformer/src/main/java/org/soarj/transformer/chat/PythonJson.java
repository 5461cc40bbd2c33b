package org.soarj.transformer.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The filter {@code tojson} as {@code transformers} has it: Python's json.dumps without escaping what is not ASCII. */
final class PythonJson implements AdvancedFilter {
    private static final JsonMapper SCALARS = JsonMapper.builder().build();

    @Override
    public String getName() {
        return "tojson";
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, Object[] arguments, Map<String, Object> named) {
        Object indent = named.containsKey("indent") ? named.get("indent") : arguments.length > 0 ? arguments[0] : null;
        StringBuilder json = new StringBuilder();
        write(json, value, indent instanceof Number number ? number.intValue() : -1, 0);
        return json.toString();
    }

    /** @param indent spaces of one level, or below 0 for one line */
    private static void write(StringBuilder json, Object value, int indent, int level) {
        switch (value) {
            case Map<?, ?> map -> {
                json.append('{');
                Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
                for (boolean first = true; entries.hasNext(); first = false) {
                    Map.Entry<?, ?> entry = entries.next();
                    separate(json, first, indent, level + 1);
                    string(json, entry.getKey().toString());
                    json.append(": ");
                    write(json, entry.getValue(), indent, level + 1);
                }
                close(json, map.isEmpty(), indent, level, '}');
            }
            case Iterable<?> items -> {
                json.append('[');
                boolean empty = true;
                for (Object item : items) {
                    separate(json, empty, indent, level + 1);
                    write(json, item, indent, level + 1);
                    empty = false;
                }
                close(json, empty, indent, level, ']');
            }
            case CharSequence text -> string(json, text.toString());
            case null, default -> json.append(SCALARS.writeValueAsString(value));
        }
    }

    private static void string(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> json.append(c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : c);
            }
        }
        json.append('"');
    }

    private static void separate(StringBuilder json, boolean first, int indent, int level) {
        if (!first) {
            json.append(indent < 0 ? ", " : ",");
        }
        newLine(json, indent, level);
    }

    private static void close(StringBuilder json, boolean empty, int indent, int level, char end) {
        if (!empty) {
            newLine(json, indent, level);
        }
        json.append(end);
    }

    private static void newLine(StringBuilder json, int indent, int level) {
        if (indent >= 0) {
            json.append('\n').append(" ".repeat(indent * level));
        }
    }
}
