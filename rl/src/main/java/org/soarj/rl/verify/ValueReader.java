package org.soarj.rl.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an answer, LaTeX or plain, as a {@link Value}. Never throws: what cannot be read is {@link Value.Text}. */
public final class ValueReader {
    private static final Pattern GROUPED = Pattern.compile("[-+]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?");
    private static final Pattern GROUPED_OR_LISTED = Pattern.compile("[-+]?\\d{1,3}(?:,[1-9]\\d{2})+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[\\d,]*\\.(\\d+)");
    private static final Pattern NAME = Pattern.compile(
            "(?:[a-zA-Z][a-zA-Z ]*|\\\\[a-zA-Z]+)(?:_\\w|_\\{\\w+\\})?'?(?:\\s*\\([\\w, ]+\\))?");
    private static final Pattern MATRIX = Pattern.compile(
            "\\\\begin\\{([pbv]?matrix|array)\\}(?:\\{[lcr|]+\\})?(.*)\\\\end\\{\\1\\}");
    private static final Pattern SIGN = Pattern.compile("=|<|>|\\\\le |\\\\ge |\\\\ne ");

    private ValueReader() {}

    /** The first, most likely reading. */
    public static Value read(String answer) {
        return readings(answer).getFirst();
    }

    /**
     * Every reading, the most likely first: {@code 128,256} is a number with a separator or two numbers, and {@code 50\%}
     * is a half, or 50 where the other side left the sign out.
     */
    static List<Value> readings(String answer) {
        String text = answer.length() > Limits.LENGTH ? answer : Latex.clean(answer);
        if (text.length() > Limits.LENGTH) {
            return List.of(new Value.Text(text));
        }
        List<Value> readings = new ArrayList<>();
        if (text.endsWith("%")) {
            String number = text.substring(0, text.length() - 1);
            if (read(number, 0) instanceof Value.Quantity quantity) {
                readings.add(new Value.Quantity(quantity.form().times(ClosedForm.of(Rational.of(1, 100)))));
                readings.add(quantity);
                return readings;
            }
        }
        readings.add(read(text, 0));
        if (GROUPED_OR_LISTED.matcher(text).matches()) {
            readings.add(listing(parts(text, ",")));
        }
        return readings;
    }

    private static Value read(String text, int depth) {
        try {
            UnreadableException.require(depth <= Limits.NESTING, "too deeply nested");
            return structured(text.strip(), depth + 1);
        } catch (UnreadableException unreadable) {
            return new Value.Text(text.strip());
        }
    }

    private static Value structured(String text, int depth) {
        List<String> items = GROUPED.matcher(text).matches() ? List.of(text) : parts(text, ",;");
        if (items.size() > 1) {
            List<Value> values = items.stream().map(item -> read(item, depth)).toList();
            boolean words = values.stream().allMatch(Value.Text.class::isInstance);
            return words ? new Value.Text(text) : new Value.Listing(values);
        }
        Optional<Value> relation = relation(text, depth);
        if (relation.isPresent()) {
            return relation.get();
        }
        int member = text.indexOf("\\in ");
        if (member > 0 && NAME.matcher(text.substring(0, member).strip()).matches()) {
            return structured(text.substring(member + "\\in ".length()).strip(), depth);
        }
        List<String> united = Arrays.asList(text.split("\\\\cup(?![a-zA-Z])"));
        if (united.size() > 1) {
            return new Value.Union(united.stream().map(part -> read(part, depth)).toList());
        }
        if (text.contains("\\pm")) {
            Value plus = read(text.replace("\\pm", "+"), depth);
            return new Value.Listing(List.of(plus, read(text.replace("\\pm", "-"), depth)));
        }
        Matcher matrix = MATRIX.matcher(text);
        return matrix.matches() ? matrix(matrix.group(2), depth) : bracketed(text, depth).orElseGet(() -> quantity(text));
    }

    private static Value.Quantity quantity(String text) {
        Matcher decimal = DECIMAL.matcher(text);
        return new Value.Quantity(
                ExpressionParser.parse(text), decimal.matches() ? decimal.group(1).length() : Value.Quantity.EXACT);
    }

    private static Value listing(List<String> items) {
        return new Value.Listing(items.stream().map(item -> read(item, 1)).toList());
    }

    private static Value matrix(String body, int depth) {
        return new Value.Matrix(Arrays.stream(body.split("\\\\\\\\"))
                .filter(row -> !row.isBlank())
                .map(row -> Arrays.stream(row.split("&")).map(entry -> read(entry, depth)).toList())
                .toList());
    }

    /** A set, tuple or interval, where one bracket spans the whole text and has something to enclose. */
    private static Optional<Value> bracketed(String text, int depth) {
        boolean set = text.startsWith("\\{") && text.endsWith("\\}");
        if (text.length() < 2 || !spansAll(text) || !set && "([".indexOf(text.charAt(0)) < 0) {
            return Optional.empty();
        }
        String inside = set ? text.substring(2, text.length() - 2) : text.substring(1, text.length() - 1);
        List<String> items = parts(inside, ",;");
        if (!set && items.size() < 2) {
            return Optional.empty();
        }
        List<Value> values = inside.isBlank() ? List.of() : items.stream().map(item -> read(item, depth)).toList();
        boolean closedBelow = text.startsWith("[");
        boolean closedAbove = text.endsWith("]");
        if (set) {
            return Optional.of(new Value.FiniteSet(values));
        } else if (!closedBelow && !closedAbove) {
            return Optional.of(new Value.Tuple(values));
        }
        return values.size() == 2
                ? Optional.of(new Value.Interval(closedBelow, values.get(0), values.get(1), closedAbove)) : Optional.empty();
    }

    private static boolean spansAll(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += change(text, i);
            if (depth == 0 && i > 0 && i < text.length() - 1) {
                return false;
            }
        }
        return depth == 0;
    }

    /** Reads {@code left SIGN right}; of a chain of equations, or of one that always holds, only the last side counts. */
    private static Optional<Value> relation(String text, int depth) {
        List<int[]> signs = new ArrayList<>();
        for (Matcher sign = SIGN.matcher(text); sign.find();) {
            signs.add(new int[] {sign.start(), sign.end()});
        }
        if (signs.isEmpty()) {
            return Optional.empty();
        }
        int[] last = signs.getLast();
        String sign = text.substring(last[0], last[1]);
        String right = text.substring(last[1]).strip();
        if (signs.size() > 1) {
            boolean equations = signs.stream().allMatch(at -> text.charAt(at[0]) == '=');
            UnreadableException.require(equations, "a chain of inequalities");
            return Optional.of(structured(right, depth));
        }
        String left = text.substring(0, last[0]).strip();
        if (sign.equals("=") && NAME.matcher(left).matches()) {
            return Optional.of(new Value.Assignment(left.replace(" ", ""), read(right, depth)));
        }
        ClosedForm difference = ExpressionParser.parse(left).minus(ExpressionParser.parse(right));
        if (sign.equals("=") && difference.numerator().isZero()) {
            return Optional.of(structured(right, depth));
        }
        return Optional.of(switch (sign) {
            case "=" -> new Value.Relation(difference, Value.Sign.EQUAL);
            case "<" -> new Value.Relation(difference, Value.Sign.LESS);
            case ">" -> new Value.Relation(difference.negated(), Value.Sign.LESS);
            case "\\le " -> new Value.Relation(difference, Value.Sign.AT_MOST);
            case "\\ge " -> new Value.Relation(difference.negated(), Value.Sign.AT_MOST);
            default -> new Value.Relation(difference, Value.Sign.UNEQUAL);
        });
    }

    /** Splits at separators that stand outside all brackets; a comma within braces may group the digits of a number. */
    private static List<String> parts(String text, String separators) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += change(text, i);
            if (depth == 0 && separators.indexOf(text.charAt(i)) >= 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static int change(String text, int i) {
        return switch (text.charAt(i)) {
            case '(', '[', '{' -> 1;
            case ')', ']', '}' -> -1;
            default -> 0;
        };
    }
}
