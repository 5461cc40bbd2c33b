package org.soarj.rl.verify;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the final answer of a completion: the last box, as graders of MATH do (Hendrycks et al. 2021). */
public final class AnswerExtractor {
    private static final Pattern END_OF_FORMULA = Pattern.compile("\\$|\\\\\\)|\\\\\\]|\\R");

    private AnswerExtractor() {}

    /**
     * The content of the last {@code \boxed}, or of the last {@code \fbox} where there is none, trimmed.
     *
     * <p>Without braces the box holds the rest of its formula: up to a dollar sign or another sign that ends it, or else
     * to the end of the line ({@code \boxed 5$} as in Minerva's {@code last_boxed_only_string}). Empty when there is no
     * box, when the last one is not closed (an earlier one is not taken instead), or when nothing is in it.
     */
    public static Optional<String> lastBoxed(String completion) {
        int boxed = completion.lastIndexOf("\\boxed");
        if (boxed >= 0) {
            return content(completion, boxed + "\\boxed".length());
        }
        int framed = completion.lastIndexOf("\\fbox");
        return framed >= 0 ? content(completion, framed + "\\fbox".length()) : Optional.empty();
    }

    private static Optional<String> content(String text, int afterCommand) {
        int start = afterCommand;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        if (start == text.length()) {
            return Optional.empty();
        }
        int end;
        if (text.charAt(start) == '{') {
            end = closingBrace(text, start++);
        } else {
            end = start > afterCommand ? endOfFormula(text, start) : -1;
        }
        return end < 0 ? Optional.empty() : Optional.of(text.substring(start, end).strip()).filter(s -> !s.isEmpty());
    }

    private static int endOfFormula(String text, int start) {
        Matcher end = END_OF_FORMULA.matcher(text).region(start, text.length());
        return end.find() ? end.start() : text.length();
    }

    /** Index of the brace that closes the one at {@code open}, or -1; escaped braces do not count. */
    static int closingBrace(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> depth--;
                default -> {}
            }
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
