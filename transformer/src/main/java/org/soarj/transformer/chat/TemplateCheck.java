package org.soarj.transformer.chat;

import com.hubspot.jinjava.interpret.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in a template what Jinjava would render otherwise than Jinja, or leave out, without saying so. */
final class TemplateCheck {
    /** A comment, or a tag with its strings, which may hold anything. */
    private static final Pattern TAG =
            Pattern.compile("\\{#.*?#}|\\{[{%](?:'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"|[^'\"])*?[%}]}", Pattern.DOTALL);
    private static final Pattern STRING = Pattern.compile("'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"", Pattern.DOTALL);
    /** Jinjava renders all items of such a loop. */
    private static final Pattern FILTERED_LOOP = Pattern.compile("\\{%[-+]?\\s*for\\s.*?\\sin\\s.*?\\sif\\s.*", Pattern.DOTALL);
    /** Java's split takes a regular expression, and drops empty strings at the end. */
    private static final Pattern SPLIT = Pattern.compile("\\.\\s*r?split\\s*\\(");
    private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?(?!not\\b)(\\w+)");
    private static final Pattern FILTER = Pattern.compile("\\|\\s*(\\w+)");

    private TemplateCheck() {}

    /**
     * What is not supported, and what to do about it; null if there is nothing.
     *
     * @param known the filters and tests that there are
     */
    static String complaint(String source, Context known) {
        Matcher tags = TAG.matcher(source);
        while (tags.find()) {
            if (tags.group().startsWith("{#")) {
                continue;
            }
            String tag = STRING.matcher(tags.group()).replaceAll("''");
            if (FILTERED_LOOP.matcher(tag).matches()) {
                return "has a loop with a condition (for ... in ... if ...), which is not supported; put the condition inside "
                        + "the loop";
            }
            if (SPLIT.matcher(tag).find()) {
                return "calls split(), which is not supported; use the filter of that name";
            }
            Matcher filters = FILTER.matcher(tag);
            while (filters.find()) {
                if (known.getFilter(filters.group(1)) == null) {
                    return "uses the filter " + filters.group(1) + ", which is not known here";
                }
            }
            Matcher tests = TEST.matcher(tag);
            while (tests.find()) {
                if (known.getExpTest(tests.group(1)) == null) {
                    return "uses the test \"is " + tests.group(1) + "\", which is not known here";
                }
            }
        }
        return null;
    }
}
