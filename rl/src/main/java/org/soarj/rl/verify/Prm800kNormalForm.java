package org.soarj.rl.verify;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The text rules of PRM800K's grader (Lightman et al. 2023, {@code grader.py}): units, signs of money and percent and
 * braces dropped, mixed numbers as sums, LaTeX as plain text, lower case. Its further steps, which compare the parts of
 * tuples by computer algebra, are those of {@link ValueEquality} here.
 */
public final class Prm800kNormalForm {
    private static final Pattern ONLY_TEXT = Pattern.compile("^\\\\text\\{(.+)\\}$");
    private static final List<String> UNITS = List.of("degree", "cm", "centimeter", "meter", "mile", "second", "minute",
            "hour", "day", "week", "month", "year", "foot", "feet", "inch", "yard");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?");
    private static final Pattern GROUPING_COMMA = Pattern.compile("(?<=\\d),(?=\\d{3}(?:$|\\D))");
    private static final Map<Pattern, String> PLAIN_TEXT = plainText();

    private Prm800kNormalForm() {}

    /** The form of {@code answer}. */
    public static String of(String answer) {
        String text = ONLY_TEXT.matcher(answer).replaceFirst("$1");
        text = text.replace("\\%", "%").replace("\\$", "$").replace("$", "").replace("%", "");
        text = text.replace(" or ", " , ").replace(" and ", " , ");
        text = text.replace("million", "*10^6").replace("billion", "*10^9").replace("trillion", "*10^12");
        for (String unit : UNITS) {
            text = text.replaceAll(unit + "(?:es)?s? *(?:\\^[0-9]+)?", "");
        }
        text = text.replaceAll("\\^ *\\\\circ", "");
        if (text.startsWith("{") && text.endsWith("}")) {
            text = text.substring(1, text.length() - 1);
        }
        text = wholeNumber(text.replaceAll(",\\\\! *", ""));
        if (text.contains("\\")) {
            text = plain(text);
        }
        text = text.replaceAll("- *", "-").replaceAll("([0-9]) +([0-9])", "$1+$2");
        text = text.replace(" ", "").replace("{", "").replace("}", "").toLowerCase(Locale.ROOT);
        String ungrouped = GROUPING_COMMA.matcher(text).replaceAll("");
        String whole = wholeNumber(ungrouped);
        return whole.matches("-?\\d+") ? whole : text;
    }

    /** {@code 5.0} is 5; anything but a number that is whole to seven places stays as it is. */
    private static String wholeNumber(String text) {
        if (!NUMBER.matcher(text.strip()).matches()) {
            return text;
        }
        BigDecimal value = new BigDecimal(text.strip());
        BigDecimal nearest = value.setScale(0, RoundingMode.HALF_EVEN);
        return value.subtract(nearest).abs().compareTo(new BigDecimal("1e-7")) <= 0 ? nearest.toPlainString() : text;
    }

    private static String plain(String latex) {
        String text = latex;
        for (Map.Entry<Pattern, String> rule : PLAIN_TEXT.entrySet()) {
            for (String before = ""; !before.equals(text);) {
                before = text;
                text = rule.getKey().matcher(text).replaceAll(rule.getValue());
            }
        }
        return text.strip();
    }

    private static Map<Pattern, String> plainText() {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("\\\\[td]frac", "\\\\frac");
        rules.put("\\\\text\\{([^{}]*)\\}", "$1");
        rules.put("\\\\sqrt *\\{([^{}]*)\\}", "sqrt($1)");
        rules.put("\\\\sqrt *(\\w)", "sqrt($1)");
        rules.put(" *\\\\frac *(?:\\{([^{}]*)\\}|(\\d)) *(?:\\{([^{}]*)\\}|(\\d))", " $1$2/$3$4");
        rules.put("\\\\pi(?![a-zA-Z])", "pi");
        rules.put("\\\\infty(?![a-zA-Z])", "inf");
        rules.put("\\\\cup(?![a-zA-Z])", "U");
        rules.put("\\\\(?:cdot|times)(?![a-zA-Z])", "*");
        rules.put("\\\\(?:left|right|displaystyle|q?quad)(?![a-zA-Z]) ?|\\\\[,;:! ]", "");
        Map<Pattern, String> compiled = new LinkedHashMap<>();
        rules.forEach((pattern, replacement) -> compiled.put(Pattern.compile(pattern), replacement));
        return compiled;
    }
}
