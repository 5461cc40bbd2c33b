package org.soarj.rl.verify;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.soarj.rl.verify.Expression.Function;

/**
 * Computes the {@link ClosedForm} of an {@link Expression}. What has no simpler form becomes an opaque letter, named by
 * what stands in it: {@code sin(2*x)}.
 */
final class Simplifier {
    private Simplifier() {}

    /**
     * @throws TooLargeException when the exact form would be too large
     * @throws UnreadableException when the expression has no value: a division by zero, the factorial of a half
     */
    static ClosedForm simplify(Expression expression) {
        Limits.checkInterrupted();
        return switch (expression) {
            case Expression.Number number -> ClosedForm.of(number.value());
            case Expression.Name name -> name.name().equals("i")
                    ? ClosedForm.of(Polynomial.imaginaryUnit()) : ClosedForm.symbol(name.name());
            case Expression.Sum sum -> simplify(sum.left()).plus(simplify(sum.right()));
            case Expression.Negative negative -> simplify(negative.of()).negated();
            case Expression.Product product -> simplify(product.left()).times(simplify(product.right()));
            case Expression.Quotient quotient -> simplify(quotient.numerator()).over(simplify(quotient.denominator()));
            case Expression.Power power -> simplify(power.base()).power(simplify(power.exponent()));
            case Expression.Binomial binomial -> binomial(simplify(binomial.of()), simplify(binomial.choose()));
            case Expression.Call call -> call(call.function(), simplify(call.of()));
        };
    }

    private static ClosedForm call(Function function, ClosedForm of) {
        return switch (function) {
            case SIN, COS -> angle(function, of);
            case TAN -> angle(Function.SIN, of).over(angle(Function.COS, of));
            case COT -> angle(Function.COS, of).over(angle(Function.SIN, of));
            case SEC -> ClosedForm.of(Rational.ONE).over(angle(Function.COS, of));
            case CSC -> ClosedForm.of(Rational.ONE).over(angle(Function.SIN, of));
            case LN -> logarithm(of);
            case ABS -> of.asRational().map(value -> ClosedForm.of(value.abs()))
                    .orElseGet(() -> opaque(function, of.isNegative() ? of.negated() : of));
            case FLOOR -> of.asRational().map(value -> ClosedForm.of(Rational.of(value.floor())))
                    .orElseGet(() -> opaque(function, of));
            case CEIL -> of.asRational().map(value -> ClosedForm.of(Rational.of(value.negated().floor()).negated()))
                    .orElseGet(() -> opaque(function, of));
            case FACTORIAL -> of.asRational().isPresent() ? factorial(of) : opaque(function, of);
            case ARCSIN, ARCCOS, ARCTAN, SINH, COSH, TANH -> opaque(function, of);
        };
    }

    private static ClosedForm opaque(Function function, ClosedForm of) {
        return ClosedForm.symbol(function.name().toLowerCase(Locale.ROOT) + "(" + of + ")");
    }

    private static ClosedForm angle(Function function, ClosedForm angle) {
        Optional<Rational> turn = angle.over(ClosedForm.symbol("pi")).asRational();
        if (turn.isPresent()) {
            return function == Function.SIN ? SpecialAngle.sin(turn.get()) : SpecialAngle.cos(turn.get());
        }
        if (!angle.isNegative()) {
            return opaque(function, angle);
        }
        ClosedForm mirrored = opaque(function, angle.negated());
        return function == Function.SIN ? mirrored.negated() : mirrored;
    }

    /** A sum over the prime factors and letters of a single term above zero. */
    private static ClosedForm logarithm(ClosedForm of) {
        UnreadableException.require(!of.numerator().isZero(), "the logarithm of zero");
        Optional<Monomial.Term> term = of.asTerm().filter(one -> one.coefficient().signum() > 0);
        if (term.isEmpty() || !term.get().monomial().powers().keySet().stream().allMatch(Monomial::isPositive)) {
            UnreadableException.require(of.asRational().isEmpty(), "the logarithm of a number below zero");
            return opaque(Function.LN, of);
        }
        ClosedForm sum = ClosedForm.of(Rational.ZERO);
        for (var power : Polynomial.factors(term.get()).entrySet()) {
            ClosedForm part = power.getKey().equals("e")
                    ? ClosedForm.of(Rational.ONE) : ClosedForm.symbol("ln(" + power.getKey() + ")");
            sum = sum.plus(part.times(ClosedForm.of(power.getValue())));
        }
        return sum;
    }

    private static ClosedForm factorial(ClosedForm of) {
        int n = smallWhole(of);
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return ClosedForm.of(Rational.of(product));
    }

    private static ClosedForm binomial(ClosedForm of, ClosedForm choose) {
        if (of.asRational().isEmpty() || choose.asRational().isEmpty()) {
            return ClosedForm.symbol("binom(" + of + ", " + choose + ")");
        }
        return ClosedForm.of(binomial(smallWhole(of), smallWhole(choose)));
    }

    static Rational binomial(int n, int k) {
        Rational ways = Rational.of(k <= n ? 1 : 0);
        for (int i = 1; i <= k && k <= n; i++) {
            ways = ways.times(Rational.of(n - k + i, i));
        }
        return ways;
    }

    private static int smallWhole(ClosedForm form) {
        Rational value = form.asRational().filter(n -> n.isWhole() && n.signum() >= 0)
                .orElseThrow(() -> new UnreadableException("not a whole number"));
        TooLargeException.require(value.compareTo(Rational.of(Limits.FACTORIAL)) <= 0, "a whole number that is too large");
        return value.numerator().intValueExact();
    }
}
