package org.soarj.rl.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inequalities that are intervals: {@code x < 5} is {@code (-\infty, 5)}, {@code 1 <= x < 2} is {@code [1, 2)}. */
final class Inequalities {
    private static final String INFINITY = "infty";

    private Inequalities() {}

    /** Whether a value is a range of numbers, however it was written. */
    static boolean isRange(Value value) {
        return switch (value) {
            case Value.Relation relation -> asInterval(relation).isPresent();
            case Value.Chain chain -> asInterval(chain).isPresent();
            case Value.Interval _, Value.Tuple _ -> true;
            default -> false;
        };
    }

    /** The middle of three sides must be a letter. */
    static Optional<Value.Interval> asInterval(Value.Chain chain) {
        List<Value> sides = chain.sides();
        boolean letter = sides.size() == 3 && sides.get(1) instanceof Value.Quantity middle
                && middle.form().expression() instanceof Expression.Name;
        return letter ? Optional.of(new Value.Interval(chain.signs().getFirst() == Value.Sign.AT_MOST, sides.getFirst(),
                sides.getLast(), chain.signs().getLast() == Value.Sign.AT_MOST)) : Optional.empty();
    }

    /** Linear in one letter, which stands alone on its side after division by its factor. */
    static Optional<Value.Interval> asInterval(Value.Relation relation) {
        ClosedForm difference = relation.difference();
        if (relation.sign().symmetric() || !difference.denominator().equals(Polynomial.ONE)) {
            return Optional.empty();
        }
        Rational factor = Rational.ZERO;
        Polynomial constant = Polynomial.ZERO;
        for (Map.Entry<Monomial, Rational> term : difference.numerator().terms().entrySet()) {
            boolean number = term.getKey().powers().keySet().stream().allMatch(Monomial::isPositive);
            if (number) {
                constant = constant.plus(Polynomial.of(new Monomial.Term(term.getValue(), term.getKey())));
            } else if (factor.signum() == 0 && isLetter(term.getKey())) {
                factor = term.getValue();
            } else {
                return Optional.empty();
            }
        }
        if (factor.signum() == 0) {
            return Optional.empty();
        }
        Value bound = quantity(ClosedForm.of(constant.times(factor.inverse().negated())));
        boolean closed = relation.sign() == Value.Sign.AT_MOST;
        ClosedForm infinity = ClosedForm.symbol(INFINITY);
        return Optional.of(factor.signum() > 0
                ? new Value.Interval(false, quantity(infinity.negated()), bound, closed)
                : new Value.Interval(closed, bound, quantity(infinity), false));
    }

    private static boolean isLetter(Monomial monomial) {
        String name = monomial.toString();
        return name.length() == 1 && Character.isLetter(name.charAt(0)) && !name.equals("i");
    }

    private static Value quantity(ClosedForm form) {
        return new Value.Quantity(Formula.of(form));
    }
}
