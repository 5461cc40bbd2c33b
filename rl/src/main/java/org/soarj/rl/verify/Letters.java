package org.soarj.rl.verify;

import java.util.Map;
import java.util.Set;
import org.soarj.rl.verify.Expression.Function;

/** Finds the letters of an expression, and which of them stand for whole numbers. */
final class Letters {
    private static final Set<String> CONSTANTS = Set.of("pi", "e", "i", "infty");

    private Letters() {}

    /**
     * Adds the letters of {@code expression} to {@code found}, each with whether it stands where only a whole number can.
     *
     * @param whole whether the expression itself stands there
     */
    static void collect(Expression expression, boolean whole, Map<String, Boolean> found) {
        switch (expression) {
            case Expression.Number _ -> {}
            case Expression.Name name -> {
                if (!CONSTANTS.contains(name.name()) && !name.name().startsWith("[")) {
                    found.merge(name.name(), whole, Boolean::logicalOr);
                }
            }
            case Expression.Sum sum -> both(sum.left(), sum.right(), whole, found);
            case Expression.Negative negative -> collect(negative.of(), whole, found);
            case Expression.Product product -> both(product.left(), product.right(), whole, found);
            case Expression.Quotient quotient -> both(quotient.numerator(), quotient.denominator(), whole, found);
            case Expression.Power power -> {
                collect(power.base(), whole, found);
                collect(power.exponent(), whole || power.base() instanceof Expression.Negative, found);
            }
            case Expression.Binomial binomial -> both(binomial.of(), binomial.choose(), true, found);
            case Expression.Call call -> collect(call.of(), whole || call.function() == Function.FACTORIAL, found);
        }
    }

    private static void both(Expression left, Expression right, boolean whole, Map<String, Boolean> found) {
        collect(left, whole, found);
        collect(right, whole, found);
    }
}
