package org.soarj.rl.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads an answer, LaTeX or plain, as a {@link Value}. Never throws: what cannot be read is {@link Value.Text}. */
public final class ValueReader {
    private static final Pattern GROUPED = Pattern.compile("[-+]?[1-9]\\d{0,2}(?:,\\d{3})+(?:\\.\\d+)?");
    private static final Pattern GROUPED_OR_LISTED = Pattern.compile("[-+]?[1-9]\\d{0,2}(?:,[1-9]\\d{2})+");
    private static final Pattern DECIMAL_COMMA = Pattern.compile("([-+]?\\d+),(\\d*[1-9]\\d*)");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?[\\d,]*\\.(\\d+)");
    private static final Pattern SCIENTIFIC = Pattern.compile("([-+]?\\d+(?:\\.\\d*)?)[eE]([-+]?\\d{1,4})");
    private static final Pattern OTHER_BASE = Pattern.compile("([0-9A-Z]*\\d[0-9A-Z]*)_\\{?([1-9]\\d)\\}?");
    private static final Pattern MATRIX = Pattern.compile(
            "(.*?)\\\\begin\\{([pbv]?matrix|array)\\}(?:\\{[lcr|]+\\})?(.*)\\\\end\\{\\2\\}");
    private static final Pattern MEMBER = Pattern.compile("(.+?) ?\\\\in(?![a-zA-Z])(.+)");
    private static final Pattern SET_BUILDER = Pattern.compile(" ?([a-z]) ?[|:](.+)");
    private static final Pattern CLOCK_TIME = Pattern.compile(
            "(\\d{1,2}(?: ?: ?\\d{2}){0,2})\\s*([aApP])\\.?\\s?[mM]\\.?");
    private static final Pattern PRODUCT_OR_WORD = Pattern.compile("[a-z]{2,3}");

    private ValueReader() {}

    /** The first, most likely reading. */
    public static Value read(String answer) {
        return readings(answer).getFirst();
    }

    /**
     * Every reading, the most likely first: {@code 128,256} is a number with a separator or two numbers, {@code 1,5} two
     * numbers or a decimal, {@code 9 a.m.} a time or the number of its hour, {@code xy} a word or a product, and
     * {@code 50\%} is a half, or 50 where the other side left the sign out.
     */
    static List<Value> readings(String answer) {
        if (answer.length() > Limits.LENGTH) {
            return List.of(new Value.Text(answer));
        }
        Matcher time = CLOCK_TIME.matcher(Latex.withoutTextCommands(answer).replace("\\!", "").strip());
        if (time.matches()) {
            String hour = Latex.clean(time.group(1));
            return List.of(new Value.Text(hour + " " + time.group(2).toLowerCase(Locale.ROOT) + "m"), read(hour, 0));
        }
        String text = Latex.clean(answer);
        if (text.length() > Limits.LENGTH) {
            return List.of(new Value.Text(text));
        }
        if (text.endsWith("%")) {
            Optional<Value.Quantity> percent = quantityOf(read(text.substring(0, text.length() - 1), 0));
            if (percent.isPresent()) {
                return List.of(new Value.Quantity(percent.get().form().times(Rational.of(1, 100))), percent.get());
            }
        }
        List<Value> readings = new ArrayList<>(List.of(read(text, 0)));
        if (GROUPED_OR_LISTED.matcher(text).matches()) {
            readings.add(new Value.Listing(parts(text, ",").stream().map(item -> read(item, 1)).toList()));
        } else if (answer.contains(text) && !GROUPED.matcher(text).matches() && DECIMAL_COMMA.matcher(text).matches()) {
            readings.add(read(text.replace(',', '.'), 0));
        } else if (PRODUCT_OR_WORD.matcher(text).matches()) {
            readings.add(read(String.join("*", text.split("")), 0));
        }
        return readings;
    }

    private static Optional<Value.Quantity> quantityOf(Value value) {
        return switch (value) {
            case Value.Quantity quantity -> Optional.of(quantity);
            case Value.Assignment assignment -> quantityOf(assignment.value());
            default -> Optional.empty();
        };
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
            List<Value> values = flat(items.stream().map(item -> read(item, depth)));
            boolean words = values.stream().allMatch(Value.Text.class::isInstance);
            return words ? new Value.Text(text) : new Value.Listing(values);
        }
        Matcher member = MEMBER.matcher(text);
        if (member.matches() && RelationReader.isName(member.group(1))) {
            return structured(member.group(2).strip(), depth);
        }
        List<String> united = Arrays.asList(text.split("\\\\cup(?![a-zA-Z])"));
        if (united.size() > 1) {
            return new Value.Union(united.stream().map(part -> read(part, depth)).toList());
        }
        boolean ambiguous = !text.startsWith("\\{") && (text.contains("\\pm") || text.contains("\\mp"));
        Optional<Value> bracketed = ambiguous ? Optional.empty() : bracketed(text, depth);
        if (bracketed.isPresent()) {
            return bracketed.get();
        }
        Optional<Value> relation = new RelationReader(part -> read(part, depth)).relation(text);
        if (relation.isPresent()) {
            return relation.get();
        }
        if (ambiguous) {
            Value upper = read(text.replace("\\pm", "+").replace("\\mp", "-"), depth);
            return new Value.Listing(List.of(upper, read(text.replace("\\pm", "-").replace("\\mp", "+"), depth)));
        }
        Optional<Value> matrix = matrix(text, depth);
        return matrix.or(() -> RelationReader.ratio(text)).orElseGet(() -> quantity(text));
    }

    private static Value.Quantity quantity(String text) {
        Matcher scientific = SCIENTIFIC.matcher(text);
        if (scientific.matches()) {
            return new Value.Quantity(Formula.read(scientific.group(1) + "*10^{" + scientific.group(2) + "}"));
        }
        Matcher base = OTHER_BASE.matcher(text);
        if (base.matches()) {
            return new Value.Quantity(Formula.of(NumeralReader.inBase(base.group(1), base.group(2))));
        }
        Matcher decimal = DECIMAL.matcher(text);
        return new Value.Quantity(
                Formula.read(text), decimal.matches() ? decimal.group(1).length() : Value.Quantity.EXACT);
    }

    /** A matrix, perhaps with a factor before it, or in brackets of its own. */
    private static Optional<Value> matrix(String text, int depth) {
        boolean inBrackets = text.startsWith("[\\begin") && text.endsWith("]")
                || text.startsWith("(\\begin") && text.endsWith(")");
        Matcher matrix = MATRIX.matcher(inBrackets ? text.substring(1, text.length() - 1).strip() : text);
        if (!matrix.matches()) {
            return Optional.empty();
        }
        String factor = matrix.group(1).strip();
        return Optional.of(new Value.Matrix(Arrays.stream(matrix.group(3).split("\\\\\\\\"))
                .filter(row -> !row.isBlank())
                .map(row -> Arrays.stream(row.split("&")).map(entry -> entry(factor, entry, depth)).toList())
                .toList()));
    }

    private static Value entry(String factor, String entry, int depth) {
        return read(factor.isEmpty() ? entry : factor.equals("-") ? "-(" + entry + ")" : factor + "*(" + entry + ")", depth);
    }

    /** A set, tuple or interval, where one bracket spans the whole text and has something to enclose. */
    private static Optional<Value> bracketed(String text, int depth) {
        if (text.equals("\\emptyset")) {
            return Optional.of(new Value.FiniteSet(List.of()));
        }
        boolean escaped = text.startsWith("\\{") && text.endsWith("\\}");
        boolean set = escaped || text.startsWith("{");
        if (text.length() < 2 || !spansAll(text) || !set && "([".indexOf(text.charAt(0)) < 0) {
            return Optional.empty();
        }
        String inside = escaped ? text.substring(2, text.length() - 2) : text.substring(1, text.length() - 1);
        Matcher builder = SET_BUILDER.matcher(inside);
        if (escaped && builder.matches() && RelationReader.isName(builder.group(1))) {
            return Optional.of(read(builder.group(2), depth));
        }
        List<String> items = parts(inside, ",;");
        if (!escaped && items.size() < 2) {
            return Optional.empty();
        }
        List<Value> values = inside.isBlank() ? List.of() : items.stream().map(item -> read(item, depth)).toList();
        if (set) {
            return Optional.of(new Value.FiniteSet(flat(values.stream())));
        }
        boolean closedBelow = text.startsWith("[");
        boolean closedAbove = text.endsWith("]");
        if (!closedBelow && !closedAbove) {
            return Optional.of(new Value.Tuple(values));
        }
        return values.size() == 2
                ? Optional.of(new Value.Interval(closedBelow, values.get(0), values.get(1), closedAbove)) : Optional.empty();
    }

    /** The members of a set or list, of which {@code 1 \pm x} are two. */
    private static List<Value> flat(Stream<Value> values) {
        return values.flatMap(value -> value instanceof Value.Listing several ? several.items().stream() : Stream.of(value))
                .toList();
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
