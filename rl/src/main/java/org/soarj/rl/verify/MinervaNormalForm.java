package org.soarj.rl.verify;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The text rules of Minerva (Lewkowycz et al. 2022, app. D): what stands after the last equals sign, without articles,
 * units and mark-up.
 */
public final class MinervaNormalForm {
    private static final List<String> NOISE = List.of("square", "ways", "integers", "dollars", "mph", "inches", "ft",
            "hours", "km", "units", "\\ldots", "sue", "points", "feet", "minutes", "digits", "cents", "degrees", "cm", "gm",
            "pounds", "meters", "meals", "edges", "students", "childrentickets", "multiples", "\\text{s}", "\\text{.}",
            "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}", "\\text{}", "\\mathrm{th}", "^\\circ", "^{\\circ}",
            "\\;", ",\\!", "{,}", "\"", "\\dots");
    private static final Pattern INSIDE_DOLLARS = Pattern.compile("(?s)^.*?\\$(.*?)\\$.*$");
    private static final Pattern WRAPPED = Pattern.compile("\\\\(?:text|textbf|overline)\\{([^{}]*)\\}");
    private static final Pattern BOXED = Pattern.compile("(?s)^.*\\\\boxed\\{(.*)\\}.*$");
    private static final Pattern BARE_FRACTION = Pattern.compile("\\\\?frac([^{])([^{])");
    private static final Pattern BARE_ROOT = Pattern.compile("\\\\?sqrt([^{\\[])");

    private MinervaNormalForm() {}

    /** The form of {@code answer}. */
    public static String of(String answer) {
        String text = answer.substring(answer.lastIndexOf('=') + 1);
        text = text.replace("an ", "").replace("a ", "").replace(".$", "$").replace("\\$", "").replace("\\ ", "");
        text = text.replace(" ", "").replace("mbox", "text");
        text = text.replace(",\\text{and}", ",").replace("\\text{and}", ",").replace("\\text{m}", "\\text{}");
        for (String noise : NOISE) {
            text = text.replace(noise, "");
        }
        text = INSIDE_DOLLARS.matcher(text).replaceFirst("$1");
        text = WRAPPED.matcher(text).replaceAll("$1");
        text = BOXED.matcher(text).replaceFirst("$1");
        text = BARE_FRACTION.matcher(text).replaceAll("\\\\frac{$1}{$2}");
        text = BARE_ROOT.matcher(text).replaceAll("\\\\sqrt{$1}").replace("$", "");
        return text.matches("[\\d,]*\\d[\\d,]*") ? text.replace(",", "") : text;
    }
}
