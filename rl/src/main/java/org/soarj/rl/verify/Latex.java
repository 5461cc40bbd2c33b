package org.soarj.rl.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes off the mark-up that carries no meaning for an answer: spacing, sizing, dollars, units, alternative spellings. */
final class Latex {
    private static final String TEXT_COMMAND = "\\\\(?:text|textrm|textnormal|mbox|mathrm)\\s*";
    private static final Pattern WRAPPER = Pattern.compile(
            "\\\\(?:text|textbf|textit|textrm|textnormal|mbox|mathrm|mathbf|mathbb|operatorname|boxed)\\s*\\{([^{}]*)\\}");
    private static final Pattern TEXT_UNIT =
            Pattern.compile("^(.*[\\d})].*?)\\s*" + TEXT_COMMAND + "\\{[^{}]*\\}(?:\\^\\{?\\d\\}?)?$");
    private static final Pattern WORD_UNIT = Pattern.compile("^(.*[\\d})]|.*\\\\pi)\\s*(?:(?:per|square|cubic|sq\\.?|units?|"
            + "cm|mm|km|kg|gm|grams?|pounds?|lbs?|ounces?|inch(?:es)?|feet|foot|ft|yards?|miles?|mph|meters?|metres?|"
            + "centimeters?|kilometers?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|dollars?|cents?|degrees?|"
            + "points?|students?|people|ways|integers|numbers?|digits|edges|sides|multiples|meals)(?![a-zA-Z])\\s*)+"
            + "(?:\\^\\{?\\d\\}?)?$");
    private static final Map<Pattern, String> SPELLINGS = spellings();

    private Latex() {}

    /** The answer without mark-up; what remains still holds fractions, roots, powers, brackets and names. */
    static String clean(String answer) {
        String text = answer.replaceAll("\\s+", " ");
        for (Map.Entry<Pattern, String> spelling : SPELLINGS.entrySet()) {
            text = spelling.getKey().matcher(text).replaceAll(spelling.getValue());
        }
        text = withoutEnd(text, TEXT_UNIT);
        for (Matcher wrapper = WRAPPER.matcher(text); wrapper.find(); wrapper = WRAPPER.matcher(text)) {
            text = wrapper.replaceAll("$1");
        }
        text = text.replaceAll("(?<![a-zA-Z\\\\])(?:and|or)(?![a-zA-Z])", ",").replaceAll(",(?:\\s*,)+", ",");
        return withoutEnd(text.strip(), WORD_UNIT).replaceAll("[.,;\\s]+$", "").strip();
    }

    private static String withoutEnd(String text, Pattern unit) {
        String rest = text.strip().replaceAll("[.\\s]+$", "");
        for (Matcher matcher = unit.matcher(rest); matcher.matches(); matcher = unit.matcher(rest)) {
            rest = matcher.group(1).strip();
        }
        return rest;
    }

    private static Map<Pattern, String> spellings() {
        Map<String, String> plain = new LinkedHashMap<>();
        plain.put("[\u2212\u2013]", "-");
        plain.put("[\u00d7\u00b7\u22c5]", "*");
        plain.put("\u00f7", "/");
        plain.put("\u03c0", "\\\\pi ");
        plain.put("\u221e", "\\\\infty ");
        plain.put("\u221a", "\\\\sqrt ");
        plain.put("\u2264", "\\\\le ");
        plain.put("\u2265", "\\\\ge ");
        plain.put("\u222a", "\\\\cup ");
        plain.put("\\\\\\$|\\$|\\\\!|\\\\[()]|(?<!\\\\)\\\\[\\[\\]]", "");
        plain.put("(?<!\\\\)\\\\[,;: ]|~|\\\\q?quad(?![a-zA-Z])|\\\\displaystyle(?![a-zA-Z])", " ");
        plain.put("\\{,\\}\\s*", ",");
        plain.put("\\\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])", "");
        plain.put("\\\\[dtc]frac(?![a-zA-Z])", "\\\\frac");
        plain.put("\\^\\s*\\{\\s*\\\\circ\\s*\\}|\\^\\s*\\\\circ(?![a-zA-Z])|\\\\degree(?![a-zA-Z])|\u00b0", "");
        plain.put("\\\\(?:cdot|times|ast)(?![a-zA-Z])", "*");
        plain.put("\\\\div(?![a-zA-Z])", "/");
        plain.put("\\\\(?:leqslant|leq|le)(?![a-zA-Z])|<=", "\\\\le ");
        plain.put("\\\\(?:geqslant|geq|ge)(?![a-zA-Z])|>=", "\\\\ge ");
        plain.put("\\\\(?:neq|ne)(?![a-zA-Z])|!=", "\\\\ne ");
        plain.put("\\\\lt(?![a-zA-Z])", "<");
        plain.put("\\\\gt(?![a-zA-Z])", ">");
        plain.put("\\\\lbrace(?![a-zA-Z])", "\\\\{");
        plain.put("\\\\rbrace(?![a-zA-Z])", "\\\\}");
        plain.put("\\\\%|(?<=\\d) ?percent(?![a-zA-Z])|\\\\text\\s*\\{ ?percent\\}", "%");
        plain.put(TEXT_COMMAND + "\\{\\s*,?\\s*(?:and|or)\\s*\\}", ",");
        Map<Pattern, String> spellings = new LinkedHashMap<>();
        plain.forEach((pattern, replacement) -> spellings.put(Pattern.compile(pattern), replacement));
        return spellings;
    }
}
