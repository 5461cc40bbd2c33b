package org.soarj.rl.verify;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/**
 * A formula as it was written, and its exact form where that is small enough to compute.
 *
 * <p>Two formulas are equal when their exact forms are. Where one has none, or has opaque parts, so that unequal forms
 * prove nothing, they are compared at random points.
 */
record Formula(Expression expression, Optional<ClosedForm> closed) {
    private static final int MOST_PLACES = 300;
    private static final int GUARD = 30;

    /** @throws UnreadableException when the text is not a formula, or is one without a value, such as 1/0 */
    static Formula read(String text) {
        return of(ExpressionParser.parse(text));
    }

    /** @throws UnreadableException when the expression has no value */
    static Formula of(Expression expression) {
        try {
            return new Formula(expression, Optional.of(Simplifier.simplify(expression)));
        } catch (TooLargeException _) {
            return new Formula(expression, Optional.empty());
        }
    }

    /** A form that comes from computing rather than from a text; it is not compared at points. */
    static Formula of(ClosedForm form) {
        return new Formula(new Expression.Name("[" + form + "]"), Optional.of(form));
    }

    static Formula product(Formula left, Formula right) {
        return of(new Expression.Product(left.expression, right.expression));
    }

    Formula times(Rational factor) {
        return of(new Expression.Product(new Expression.Number(factor), expression));
    }

    boolean isEqualTo(Formula other) {
        if (closed.isPresent() && other.closed.isPresent()) {
            ClosedForm mine = closed.get();
            ClosedForm theirs = other.closed.get();
            try {
                if (mine.isEqualTo(theirs)) {
                    return true;
                }
                if (mine.isComplete() && theirs.isComplete()) {
                    return false;
                }
            } catch (TooLargeException _) {
                return PointComparison.agree(expression, other.expression);
            }
        }
        return expression.equals(other.expression) || PointComparison.agree(expression, other.expression);
    }

    /** The value to so many places, half up; empty where it is no real number, or too long a one. */
    Optional<BigDecimal> rounded(int places) {
        if (places > MOST_PLACES) {
            return Optional.empty();
        }
        try {
            PointValue values = new PointValue(Map.of(), places + GUARD);
            BigDecimal value = values.rounded(values.of(expression));
            boolean precise = value.precision() - value.scale() < GUARD;
            return precise ? Optional.of(value.setScale(places, RoundingMode.HALF_UP)) : Optional.empty();
        } catch (UnreadableException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return closed.map(ClosedForm::toString).orElseGet(expression::toString);
    }
}
