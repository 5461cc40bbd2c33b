package org.soarj.transformer.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;

/** The filter {@code trim}: Python's strip, which takes white space along that Java's trim and strip leave. */
final class PythonTrim implements Filter {
    /** What str.isspace says yes to beyond {@link Character#isWhitespace}. */
    private static final String MORE = "\u0085\u00a0\u2007\u202f";

    @Override
    public String getName() {
        return "trim";
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
        if (arguments.length > 0) {
            throw new ChatException("trim: an argument is not supported, got \"" + arguments[0] + "\"");
        }
        return value == null ? "" : strip(value.toString());
    }

    /** {@code text} without the white space at both ends. */
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && space(text.charAt(from))) {
            from++;
        }
        while (to > from && space(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean space(char c) {
        return Character.isWhitespace(c) || MORE.indexOf(c) >= 0;
    }
}
