package org.soarj.rl.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes off the mark-up that carries no meaning for an answer: spacing, sizing, dollars, units, alternative spellings. */
final class Latex {
    private static final String TEXT_COMMAND = "\\\\(?:text|textrm|textnormal|textbf|textit|mbox|hbox|mathrm)\\s*";
    private static final String NOT_A_LETTER = "(?![a-zA-Z])";
    private static final Pattern WRAPPER = Pattern.compile("\\\\(?:text|textbf|textit|textrm|textsf|textnormal|mbox|hbox|mathrm|"
            + "mathbf|mathit|mathsf|mathbb|boldsymbol|operatorname\\*?|boxed)\\s*\\{([^{}]*)\\}");
    private static final Pattern TEXT_UNIT =
            Pattern.compile("^(.*[\\d})].*?)\\s*" + TEXT_COMMAND + "\\{[^{}]*\\}(?:\\^\\{?\\d\\}?)?$");
    private static final Pattern WORD_UNIT = Pattern.compile("^(.*[\\d})]|.*\\\\pi)\\s*(?:(?:per|square|cubic|sq\\.?|units?|"
            + "cm|mm|km|kg|gm|m/s|km/h|ft/s|grams?|pounds?|lbs?|ounces?|oz|inch(?:es)?|feet|foot|ft|yards?|miles?|mph|meters?|"
            + "metres?|centimeters?|centimetres?|kilometers?|kilometres?|liters?|litres?|gallons?|seconds?|minutes?|hours?|"
            + "days?|weeks?|months?|years?|dollars?|cents?|euros?|degrees?|radians?|points?|students?|people|ways|integers|"
            + "numbers?|digits|edges|sides|multiples|meals)" + NOT_A_LETTER + "\\s*)+(?:\\^\\{?\\d\\}?)?$");
    private static final Pattern ANGLE_FUNCTION = Pattern.compile("sin|cos|tan|cot|sec|csc|cis");
    private static final Map<Pattern, String> SPELLINGS = spellings();

    private Latex() {}

    /** The answer without mark-up; what remains still holds fractions, roots, powers, brackets and names. */
    static String clean(String answer) {
        String text = answer.replaceAll("\\s+", " ");
        for (Map.Entry<Pattern, String> spelling : SPELLINGS.entrySet()) {
            text = spelling.getKey().matcher(text).replaceAll(spelling.getValue());
        }
        text = withoutTextCommands(text.indexOf('\\') < 0 ? text : withoutEnd(text, TEXT_UNIT));
        if (!ANGLE_FUNCTION.matcher(text).find()) {
            text = text.replace("\u00b0", "");
        }
        text = text.replaceAll("(?<![a-zA-Z\\\\])(?:and|or)(?![a-zA-Z])", ",").replaceAll(",(?:\\s*,)+", ",");
        return withoutEnd(text.strip(), WORD_UNIT).replaceAll("[.,;\\s]+$", "").strip();
    }

    /** The answer with the content of {@code \text{ }} and its like in their place. */
    static String withoutTextCommands(String answer) {
        String text = answer;
        for (Matcher wrapper = WRAPPER.matcher(text); wrapper.find(); wrapper = WRAPPER.matcher(text)) {
            text = wrapper.replaceAll("$1");
        }
        return text;
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
        addCharacters(plain);
        addSpacing(plain);
        addCommands(plain);
        addWords(plain);
        Map<Pattern, String> spellings = new LinkedHashMap<>();
        plain.forEach((pattern, replacement) -> spellings.put(Pattern.compile(pattern), replacement));
        return spellings;
    }

    private static void addCharacters(Map<String, String> plain) {
        plain.put("[\u2212\u2013]", "-");
        plain.put("[\u00d7\u00b7\u22c5]", "*");
        plain.put("\u00f7", "/");
        plain.put("\u00b1", "\\\\pm ");
        plain.put("\u03c0", "\\\\pi ");
        plain.put("\u03b8", "\\\\theta ");
        plain.put("\u221e", "\\\\infty ");
        plain.put("\u221a", "\\\\sqrt ");
        plain.put("\u2264", "\\\\le ");
        plain.put("\u2265", "\\\\ge ");
        plain.put("\u2260", "\\\\ne ");
        plain.put("\u2248", "\\\\approx ");
        plain.put("\u2208", "\\\\in ");
        plain.put("\u222a", "\\\\cup ");
        plain.put("\u2205", "\\\\emptyset ");
        plain.put("\u211d", "(-\\\\infty,\\\\infty)");
        plain.put("\u00b2", "^2");
        plain.put("\u00b3", "^3");
        plain.put("[\u20ac\u00a3\u00a5]", "");
    }

    private static void addSpacing(Map<String, String> plain) {
        plain.put("(?<=\\d),\\s*\\\\!\\s*(?=\\d{3})", ",");
        plain.put("\\\\\\$|\\$|\\\\!|\\\\[()]|(?<!\\\\)\\\\[\\[\\]]", "");
        plain.put("(?<!\\\\)\\\\[,;: ]|~|\\\\q?quad" + NOT_A_LETTER + "|\\\\displaystyle" + NOT_A_LETTER, " ");
        plain.put("\\\\[hv]?phantom\\s*(?:\\{[^{}]*\\}|\\S)", "");
        plain.put("\\{,\\}\\s*", ",");
        plain.put("(?: ?\\\\\\\\)+ ?$", "");
        plain.put("\\\\dot ?\\{? ?(\\d) ?\\}?", "\\\\overline{$1}");
        plain.put("\\\\(?:left|right|[bB]igg?[lr]?)" + NOT_A_LETTER, "");
    }

    private static void addCommands(Map<String, String> plain) {
        plain.put("\\\\[dtc]frac" + NOT_A_LETTER, "\\\\frac");
        plain.put("\\\\[dt]binom" + NOT_A_LETTER, "\\\\binom");
        plain.put("\\^\\s*\\{\\s*\\\\circ\\s*\\}|\\^\\s*\\\\circ" + NOT_A_LETTER + "|\\\\degree" + NOT_A_LETTER, "\u00b0");
        plain.put("\\\\(?:cdot|times|ast)" + NOT_A_LETTER, "*");
        plain.put("^ ?\\*\\*(.*)\\*\\* ?$", "$1");
        plain.put("\\*\\*", "^");
        plain.put("\\\\div" + NOT_A_LETTER, "/");
        plain.put("\\\\(?:leqslant|leq|le)" + NOT_A_LETTER + "|<=", "\\\\le ");
        plain.put("\\\\(?:geqslant|geq|ge)" + NOT_A_LETTER + "|>=", "\\\\ge ");
        plain.put("\\\\(?:neq|ne)" + NOT_A_LETTER + "|!=", "\\\\ne ");
        plain.put("\\\\lt" + NOT_A_LETTER, "<");
        plain.put("\\\\gt" + NOT_A_LETTER, ">");
        plain.put("\\\\lbrace" + NOT_A_LETTER, "\\\\{");
        plain.put("\\\\rbrace" + NOT_A_LETTER, "\\\\}");
        plain.put("\\\\langle" + NOT_A_LETTER, "(");
        plain.put("\\\\rangle" + NOT_A_LETTER, ")");
        plain.put("\\\\(?:mid|vert)" + NOT_A_LETTER, "|");
        plain.put("\\\\varnothing" + NOT_A_LETTER, "\\\\emptyset");
        plain.put("\\\\mathbb\\s*(?:\\{\\s*R\\s*\\}|R" + NOT_A_LETTER + ")", "(-\\\\infty,\\\\infty)");
    }

    /** Words that stand for signs or factors. */
    private static void addWords(Map<String, String> plain) {
        plain.put("\\\\%|(?<=\\d) ?(?:percent|pct|percentage)" + NOT_A_LETTER + "|" + TEXT_COMMAND + "\\{ ?percent\\}", "%");
        plain.put(TEXT_COMMAND + "\\{\\s*,?\\s*(?:and|or)\\s*\\}", ",");
        addFactor(plain, "thousand", 3);
        addFactor(plain, "million", 6);
        addFactor(plain, "billion", 9);
        addFactor(plain, "trillion", 12);
        plain.put("(?<![a-zA-Z\\\\])(?:infinity|inf)" + NOT_A_LETTER, "\\\\infty ");
        plain.put("(?<=[)\\]}]) ?U ?(?=[(\\[\\\\])", "\\\\cup ");
    }

    private static void addFactor(Map<String, String> plain, String word, int power) {
        plain.put("(?<=[\\d}])\\s*" + TEXT_COMMAND + "\\{\\s*" + word + "(?: (?:dollars|people))?\\s*\\}|(?<=\\d) ?" + word
                + NOT_A_LETTER, "*10^{" + power + "}");
    }
}
