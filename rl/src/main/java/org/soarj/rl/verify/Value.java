package org.soarj.rl.verify;

import java.util.List;
import java.util.stream.Collectors;

/** What an answer says, as read by {@link ValueReader} and compared by {@link ValueEquality}. */
public sealed interface Value {
    /**
     * A number or a formula.
     *
     * @param places digits after the point where it was written as a plain decimal, {@link #EXACT} otherwise
     */
    record Quantity(Formula form, int places) implements Value {
        static final int EXACT = -1;

        Quantity(Formula form) {
            this(form, EXACT);
        }

        @Override
        public String toString() {
            return form.toString();
        }
    }

    /** Ordered, in parentheses: a point, a pair; an open interval is written the same way and read as one of these. */
    record Tuple(List<Value> items) implements Value {
        @Override
        public String toString() {
            return joined("(", items, ", ", ")");
        }
    }

    /** An interval with a closed end, or one that was written as inequalities. */
    record Interval(boolean closedBelow, Value lower, Value upper, boolean closedAbove) implements Value {
        @Override
        public String toString() {
            return (closedBelow ? "[" : "(") + lower + ", " + upper + (closedAbove ? "]" : ")");
        }
    }

    /** In braces: no order, no repeats. */
    record FiniteSet(List<Value> items) implements Value {
        @Override
        public String toString() {
            return joined("{", items, ", ", "}");
        }
    }

    /** Several answers with commas between them and nothing around. */
    record Listing(List<Value> items) implements Value {
        @Override
        public String toString() {
            return joined("", items, ", ", "");
        }
    }

    /** Sets or intervals joined by a cup. */
    record Union(List<Value> parts) implements Value {
        @Override
        public String toString() {
            return joined("", parts, " U ", "");
        }
    }

    /** Rows of equal length; a column vector has rows of one. */
    record Matrix(List<List<Value>> rows) implements Value {
        @Override
        public String toString() {
            return rows.stream().map(row -> joined("[", row, ", ", "]")).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /** {@code x = 5} or {@code f(x) = 2x}: the name may be left out by the other side. */
    record Assignment(String name, Value value) implements Value {
        @Override
        public String toString() {
            return name + " = " + value;
        }
    }

    /** An equation or inequality: {@code difference SIGN 0}. */
    record Relation(ClosedForm difference, Sign sign) implements Value {
        @Override
        public String toString() {
            return difference + " " + sign.symbol + " 0";
        }
    }

    /** {@code a < b <= c}: three sides or more, growing from left to right. */
    record Chain(List<Value> sides, List<Sign> signs) implements Value {
        @Override
        public String toString() {
            StringBuilder chain = new StringBuilder(sides.getFirst().toString());
            for (int i = 0; i < signs.size(); i++) {
                chain.append(' ').append(signs.get(i).symbol).append(' ').append(sides.get(i + 1));
            }
            return chain.toString();
        }
    }

    /** {@code 2:3}, or with more parts: the same when multiplied by a number above 0. */
    record Ratio(List<Formula> parts) implements Value {
        @Override
        public String toString() {
            return parts.stream().map(Formula::toString).collect(Collectors.joining(":"));
        }
    }

    /** How the two sides of a relation stand; "greater" is written with the sides exchanged. */
    enum Sign {
        EQUAL("="), UNEQUAL("!="), LESS("<"), AT_MOST("<=");

        private final String symbol;

        Sign(String symbol) {
            this.symbol = symbol;
        }

        boolean symmetric() {
            return this == EQUAL || this == UNEQUAL;
        }
    }

    /**
     * Whether this, and every part of it, was read as something that can be computed with; what text remains is compared
     * letter by letter.
     */
    default boolean isRead() {
        return switch (this) {
            case Text _ -> false;
            case Tuple tuple -> tuple.items.stream().allMatch(Value::isRead);
            case FiniteSet set -> set.items.stream().allMatch(Value::isRead);
            case Listing listing -> listing.items.stream().allMatch(Value::isRead);
            case Union union -> union.parts.stream().allMatch(Value::isRead);
            case Interval interval -> interval.lower.isRead() && interval.upper.isRead();
            case Matrix matrix -> matrix.rows.stream().flatMap(List::stream).allMatch(Value::isRead);
            case Assignment assignment -> assignment.value.isRead();
            case Chain chain -> chain.sides.stream().allMatch(Value::isRead);
            case Quantity _, Relation _, Ratio _ -> true;
        };
    }

    /** What could not be read as any of the others, as it was written but for mark-up. */
    record Text(String text) implements Value {
        @Override
        public String toString() {
            return text;
        }
    }

    private static String joined(String open, List<Value> items, String between, String close) {
        return items.stream().map(Value::toString).collect(Collectors.joining(between, open, close));
    }
}
