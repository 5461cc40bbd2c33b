package org.soarj.transformer.tokenizer;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads {@code {"String": …}} and {@code {"Regex": …}} into {@link Pattern}s that match what Oniguruma (Ruby syntax,
 * the engine of Hugging Face) would match. What would silently mean something else in Java is refused.
 */
final class PatternReader {
    /** Oniguruma's defaults: Unicode classes; ^ and $ at every line; only \n ends a line. */
    static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

    /**
     * What differs: \w counts other characters, \h is a hexadecimal digit, \K cuts the match, \Q quotes only in Java;
     * [:alpha:] is a class, and + behind {1,3} repeats where in Java it is possessive; flags have other letters.
     */
    private static final Pattern DIFFERENT = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*"
            + "(\\\\[wWbBhHQEK]|\\[:\\^?[a-z]+:\\]|\\{[0-9]*,?[0-9]*\\}\\+|\\(\\?[a-zA-Z-]*[mxdsu])");

    private PatternReader() {}

    static Pattern read(Json json) {
        Map<String, Json> entries = json.entries();
        if (entries.size() == 1) {
            Map.Entry<String, Json> only = entries.entrySet().iterator().next();
            if (only.getKey().equals("String")) {
                return Pattern.compile(Pattern.quote(only.getValue().text()));
            }
            if (only.getKey().equals("Regex")) {
                return regex(only.getValue());
            }
        }
        throw json.error("must be {\"String\": …} or {\"Regex\": …}");
    }

    private static Pattern regex(Json json) {
        String regex = json.text();
        var different = DIFFERENT.matcher(regex);
        if (different.find()) {
            throw json.error("regex construct \"" + different.group(1) + "\" means something else in Java and is not"
                    + " supported; say it in other words");
        }
        try {
            return Pattern.compile(regex, FLAGS);
        } catch (PatternSyntaxException invalid) {
            throw json.error("regex is not one that Java understands: " + invalid.getDescription());
        }
    }
}
