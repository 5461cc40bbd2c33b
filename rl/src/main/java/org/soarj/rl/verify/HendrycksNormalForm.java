package org.soarj.rl.verify;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text rules that came with MATH (Hendrycks et al. 2021, {@code math_equivalence}): two answers are equal when their
 * forms are the same string. Kept as they are published, quirks included, so that numbers can be compared with others';
 * only one is mended: an answer that is nothing but a {@code \text{ }} group is not emptied.
 */
public final class HendrycksNormalForm {
    private static final Pattern BARE_ROOT = Pattern.compile("\\\\sqrt([^{\\[\\s])");
    private static final Pattern BARE_FRACTION = Pattern.compile("\\\\frac([^{\\s])(?:\\{([^{}]*)\\}|([^{\\s]))");
    private static final Pattern SLASH = Pattern.compile("(-?\\d+)/(-?\\d+)");
    private static final int LONGEST_NAME = 2;

    private HendrycksNormalForm() {}

    /** The form of {@code answer}. */
    public static String of(String answer) {
        String text = answer.replace("\n", "").replace("\\!", "").replace("\\\\", "\\");
        text = text.replace("tfrac", "frac").replace("dfrac", "frac").replace("\\left", "").replace("\\right", "");
        text = text.replace("^{\\circ}", "").replace("^\\circ", "").replace("\\$", "");
        text = withoutUnit(text).replace("\\%", "").replace("%", "");
        text = text.replace(" .", " 0.").replace("{.", "{0.");
        if (text.startsWith(".")) {
            text = "0" + text;
        }
        String[] sides = text.split("=", -1);
        if (sides.length == 2 && sides[0].length() <= LONGEST_NAME) {
            text = sides[1];
        }
        text = BARE_ROOT.matcher(text).replaceAll("\\\\sqrt{$1}").replace(" ", "");
        text = fractions(text);
        if (text.equals("0.5")) {
            return "\\frac{1}{2}";
        }
        Matcher slash = SLASH.matcher(text);
        return slash.matches() ? "\\frac{" + slash.group(1) + "}{" + slash.group(2) + "}" : text;
    }

    private static String withoutUnit(String text) {
        int unit = text.indexOf("\\text{ ");
        return unit > 0 && text.indexOf("\\text{ ", unit + 1) < 0 ? text.substring(0, unit) : text;
    }

    /** {@code \frac12} and {@code \frac1{2}} in full. */
    private static String fractions(String text) {
        return BARE_FRACTION.matcher(text).replaceAll(fraction -> Matcher.quoteReplacement("\\frac{" + fraction.group(1)
                + "}{" + (fraction.group(2) == null ? fraction.group(3) : fraction.group(2)) + "}"));
    }
}
