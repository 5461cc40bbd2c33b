package org.soarj.rl.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what holds an equals sign, an inequality sign, or the colon of a ratio. */
final class RelationReader {
    private static final Pattern SIGN = Pattern.compile("=|<|>|\\\\le |\\\\ge |\\\\ne ");
    private static final Pattern NAME = Pattern.compile("(?:[a-zA-Z][a-zA-Z ]*|\\\\[a-zA-Z]+(?: ?[A-Z](?:_\\{?\\d\\}?)? ?)*)"
            + "(?:_\\w|_\\{\\\\?[\\w ]+\\})?'?(?:\\^\\{-1\\})?(?:\\s*\\([\\w, ]+\\))?"
            + "|\\([a-zA-Z](?:_\\w)?(?:, ?[a-zA-Z](?:_\\w)?)+\\)");
    private static final Pattern CLOCK = Pattern.compile("\\d+:0\\d.*");

    /** Reads a part of an answer that may be of any kind. */
    interface Parts {
        Value read(String text);
    }

    private final Parts parts;

    RelationReader(Parts parts) {
        this.parts = parts;
    }

    /** Whether a value can be assigned to a text: {@code x}, {@code x_1}, {@code f(x)}, {@code (x, y)}, some words. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private record Split(List<String> sides, List<String> signs) {
        static Split of(String text) {
            List<String> sides = new ArrayList<>();
            List<String> signs = new ArrayList<>();
            int start = 0;
            for (Matcher sign = SIGN.matcher(text); sign.find(); start = sign.end()) {
                sides.add(text.substring(start, sign.start()).strip());
                signs.add(sign.group());
            }
            sides.add(text.substring(start).strip());
            return new Split(sides, signs);
        }

        boolean isOnly(String... allowed) {
            return List.of(allowed).containsAll(signs);
        }
    }

    /**
     * Reads {@code left SIGN right}; of a chain of equations, or of one that always holds, only the last side counts. What
     * is only approximately equal to something before it is left out.
     *
     * @return empty where there is no sign
     */
    Optional<Value> relation(String text) {
        int rounded = text.indexOf("\\approx");
        if (rounded >= 0) {
            String before = text.substring(0, rounded).strip();
            String after = text.substring(rounded + "\\approx".length()).strip();
            return Optional.of(before.isEmpty() ? parts.read(after)
                    : isName(before) ? new Value.Assignment(before.replace(" ", ""), parts.read(after)) : parts.read(before));
        }
        Split split = Split.of(text);
        if (split.signs.isEmpty()) {
            return Optional.empty();
        }
        String left = split.sides.getFirst();
        String right = split.sides.getLast();
        String sign = split.signs.getFirst();
        if (split.signs.size() > 1) {
            return Optional.of(split.isOnly("=") ? parts.read(right) : chain(split));
        }
        if (sign.equals("=") && isName(left)) {
            return Optional.of(new Value.Assignment(left.replace(" ", ""), parts.read(right)));
        }
        if (sign.equals("=") && right.matches("[a-zA-Z]")) {
            return Optional.of(new Value.Assignment(right, parts.read(left)));
        }
        ClosedForm difference = Simplifier.simplify(
                Expression.difference(ExpressionParser.parse(left), ExpressionParser.parse(right)));
        if (sign.equals("=") && difference.numerator().isZero()) {
            return Optional.of(parts.read(right));
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

    private Value chain(Split split) {
        boolean growing = split.isOnly("<", "\\le ");
        UnreadableException.require(growing || split.isOnly(">", "\\ge "), "a chain of unlike signs");
        List<Value> sides = split.sides.stream().map(parts::read).toList();
        List<Value.Sign> signs = split.signs.stream()
                .map(sign -> sign.equals("<") || sign.equals(">") ? Value.Sign.LESS : Value.Sign.AT_MOST).toList();
        return growing ? new Value.Chain(sides, signs) : new Value.Chain(sides.reversed(), signs.reversed());
    }

    /** Reads {@code a:b:c}; a time of day is not one. */
    static Optional<Value> ratio(String text) {
        if (text.indexOf(':') < 0 || CLOCK.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(new Value.Ratio(List.of(text.split(":", -1)).stream().map(Formula::read).toList()));
    }
}
