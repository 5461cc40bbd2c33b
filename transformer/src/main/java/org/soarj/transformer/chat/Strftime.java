package org.soarj.transformer.chat;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Dates in the format of C's and Python's strftime, in English. */
final class Strftime {
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('a', "EEE"), Map.entry('A', "EEEE"), Map.entry('b', "MMM"), Map.entry('B', "MMMM"), Map.entry('d', "dd"),
            Map.entry('H', "HH"), Map.entry('I', "hh"), Map.entry('j', "DDD"), Map.entry('m', "MM"), Map.entry('M', "mm"),
            Map.entry('p', "a"), Map.entry('S', "ss"), Map.entry('y', "yy"), Map.entry('Y', "yyyy"));

    private Strftime() {}

    /** @throws ChatException when a directive is not known */
    static String format(ZonedDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char directive = format.charAt(++i);
            String pattern = PATTERNS.get(directive);
            if (directive == '%') {
                text.append('%');
            } else if (pattern != null) {
                text.append(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time));
            } else {
                throw new ChatException("strftime_now: %" + directive + " is not supported in \"" + format + "\"");
            }
        }
        return text.toString();
    }
}
