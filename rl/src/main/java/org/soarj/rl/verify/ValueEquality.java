package org.soarj.rl.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Whether two answers are the same. Symmetric.
 *
 * <p>Numbers are compared exactly. A decimal written with six places also equals whatever rounds to it (0.333333 is 1/3,
 * 0.33 is not); one with more, whatever lies less than a unit of its last place away, since it may have been cut off
 * rather than rounded, up to the fifteen places that a double holds. That is Math-Verify's rounding to six places without
 * its loss of small numbers.
 */
final class ValueEquality {
    private static final int PLACES_OF_A_ROUNDED_DECIMAL = 6;
    private static final int PLACES_OF_A_DOUBLE = 15;

    private ValueEquality() {}

    /** Whether the likeliest readings are equal, or, where only one side is ambiguous, any of its readings is. */
    static boolean anyEqual(List<Value> a, List<Value> b) {
        return equal(a.getFirst(), b.getFirst())
                || b.size() == 1 && a.stream().anyMatch(reading -> equal(reading, b.getFirst()))
                || a.size() == 1 && b.stream().anyMatch(reading -> equal(a.getFirst(), reading));
    }

    static boolean equal(Value a, Value b) {
        return a instanceof Value.Quantity x && b instanceof Value.Quantity y
                ? sameQuantity(x, y) : directed(a, b) || directed(b, a);
    }

    /** The two readings for which {@link #anyEqual} holds, or else the likeliest of both. */
    static List<Value> compared(List<Value> a, List<Value> b) {
        if (!equal(a.getFirst(), b.getFirst())) {
            if (b.size() == 1) {
                return List.of(firstEqual(a, b.getFirst()), b.getFirst());
            } else if (a.size() == 1) {
                return List.of(a.getFirst(), firstEqual(b, a.getFirst()));
            }
        }
        return List.of(a.getFirst(), b.getFirst());
    }

    private static Value firstEqual(List<Value> readings, Value other) {
        return readings.stream().filter(reading -> equal(reading, other)).findFirst().orElse(readings.getFirst());
    }

    private static boolean directed(Value a, Value b) {
        return switch (a) {
            case Value.Quantity _ -> false;
            case Value.Tuple x -> switch (b) {
                case Value.Tuple y -> pairwise(x.items(), y.items());
                case Value.Listing y -> pairwise(x.items(), y.items());
                default -> false;
            };
            case Value.Interval x -> sameInterval(x, b);
            case Value.FiniteSet x -> switch (b) {
                case Value.FiniteSet y -> sameSet(x.items(), y.items());
                case Value.Listing y -> sameSet(x.items(), y.items());
                default -> x.items().size() == 1 && equal(x.items().getFirst(), b);
            };
            case Value.Listing x -> b instanceof Value.Listing y && sameSet(x.items(), y.items());
            case Value.Union x -> switch (b) {
                case Value.Union y -> sameSet(x.parts(), y.parts());
                case Value.Listing y -> y.items().stream().allMatch(Inequalities::isRange) && sameSet(x.parts(), y.items());
                default -> false;
            };
            case Value.Matrix x -> b instanceof Value.Matrix y
                    && same(x.rows(), y.rows(), ValueEquality::pairwise);
            case Value.Assignment x -> switch (b) {
                case Value.Assignment y -> x.name().equals(y.name()) && equal(x.value(), y.value());
                case Value.Relation y -> asRelation(x).filter(relation -> sameRelation(relation, y)).isPresent();
                default -> equal(x.value(), b);
            };
            case Value.Relation x -> b instanceof Value.Relation y && sameRelation(x, y)
                    || Inequalities.asInterval(x).filter(interval -> sameInterval(interval, b)).isPresent();
            case Value.Chain x -> b instanceof Value.Chain y
                    && x.signs().equals(y.signs()) && pairwise(x.sides(), y.sides())
                    || Inequalities.asInterval(x).filter(interval -> sameInterval(interval, b)).isPresent();
            case Value.Ratio x -> switch (b) {
                case Value.Ratio y -> sameRatio(x.parts(), y.parts());
                case Value.Quantity y -> x.parts().size() == 2 && isQuotient(x.parts(), y.form());
                default -> false;
            };
            case Value.Text x -> b instanceof Value.Text y && sameText(x.text(), y.text());
        };
    }

    private static boolean sameQuantity(Value.Quantity a, Value.Quantity b) {
        if (a.form().isEqualTo(b.form())) {
            return true;
        }
        int places = a.places() == Value.Quantity.EXACT ? b.places()
                : b.places() == Value.Quantity.EXACT ? a.places() : Math.min(a.places(), b.places());
        return places == PLACES_OF_A_ROUNDED_DECIMAL
                ? a.form().rounded(places).flatMap(x -> b.form().rounded(places).filter(x::equals)).isPresent()
                : places > PLACES_OF_A_ROUNDED_DECIMAL && withinLastPlace(a.form(), b.form(), places);
    }

    private static boolean withinLastPlace(Formula a, Formula b, int places) {
        int compared = Math.min(places, PLACES_OF_A_DOUBLE);
        int precise = places + PLACES_OF_A_DOUBLE;
        return a.rounded(precise).flatMap(x -> b.rounded(precise).filter(y -> {
            BigDecimal apart = x.subtract(y).abs();
            BigDecimal size = places > compared ? x.abs().max(y.abs()).min(BigDecimal.ONE) : BigDecimal.ONE;
            return apart.compareTo(size.scaleByPowerOfTen(-compared)) < 0;
        })).isPresent();
    }

    /** A tuple of two may be an open interval. */
    private static boolean sameInterval(Value.Interval a, Value b) {
        return switch (b) {
            case Value.Interval y -> a.closedBelow() == y.closedBelow() && a.closedAbove() == y.closedAbove()
                    && equal(a.lower(), y.lower()) && equal(a.upper(), y.upper());
            case Value.Tuple y -> !a.closedBelow() && !a.closedAbove() && pairwise(List.of(a.lower(), a.upper()), y.items());
            default -> false;
        };
    }

    private static boolean sameRatio(List<Formula> a, List<Formula> b) {
        return a.size() == b.size() && IntStream.range(1, a.size()).allMatch(i -> Formula.product(a.getFirst(), b.get(i))
                .isEqualTo(Formula.product(b.getFirst(), a.get(i))));
    }

    private static boolean isQuotient(List<Formula> ratio, Formula value) {
        return Formula.product(value, ratio.getLast()).isEqualTo(ratio.getFirst());
    }

    private static boolean pairwise(List<Value> a, List<Value> b) {
        return same(a, b, ValueEquality::equal);
    }

    private static <T> boolean same(List<T> a, List<T> b, BiPredicate<T, T> equal) {
        boolean same = a.size() == b.size();
        for (int i = 0; same && i < a.size(); i++) {
            same = equal.test(a.get(i), b.get(i));
        }
        return same;
    }

    private static boolean sameSet(List<Value> a, List<Value> b) {
        List<Value> mine = distinct(a);
        List<Value> theirs = distinct(b);
        return mine.size() == theirs.size()
                && mine.stream().allMatch(x -> theirs.stream().anyMatch(y -> equal(x, y)))
                && theirs.stream().allMatch(y -> mine.stream().anyMatch(x -> equal(x, y)));
    }

    private static List<Value> distinct(List<Value> values) {
        List<Value> distinct = new ArrayList<>();
        for (Value value : values) {
            if (distinct.stream().noneMatch(other -> equal(value, other))) {
                distinct.add(value);
            }
        }
        return distinct;
    }

    private static Optional<Value.Relation> asRelation(Value.Assignment assignment) {
        if (!(assignment.value() instanceof Value.Quantity quantity) || quantity.form().closed().isEmpty()) {
            return Optional.empty();
        }
        try {
            ClosedForm left = Simplifier.simplify(ExpressionParser.parse(assignment.name()));
            return Optional.of(new Value.Relation(left.minus(quantity.form().closed().get()), Value.Sign.EQUAL));
        } catch (UnreadableException _) {
            return Optional.empty();
        }
    }

    /** Equal up to a rational factor of the difference, which must be above 0 where the sides may not be exchanged. */
    private static boolean sameRelation(Value.Relation a, Value.Relation b) {
        try {
            return a.sign() == b.sign()
                    && scaled(a.difference(), a.sign()).isEqualTo(scaled(b.difference(), b.sign()));
        } catch (TooLargeException _) {
            return false;
        }
    }

    private static ClosedForm scaled(ClosedForm difference, Value.Sign sign) {
        SortedMap<Monomial, Rational> terms = difference.numerator().terms();
        if (terms.isEmpty() || !difference.denominator().equals(Polynomial.ONE)) {
            return difference;
        }
        Rational leading = terms.get(terms.lastKey());
        Rational factor = (sign.symmetric() ? leading : leading.abs()).inverse();
        return difference.times(ClosedForm.of(factor));
    }

    /** Longer words are compared without regard to case; single letters may be names, where it matters. */
    private static boolean sameText(String a, String b) {
        return a.length() > 1 ? a.equalsIgnoreCase(b) : a.equals(b);
    }
}
