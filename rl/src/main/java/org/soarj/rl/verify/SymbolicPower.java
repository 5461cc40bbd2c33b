package org.soarj.rl.verify;

import java.util.Map;
import java.util.Optional;

/**
 * Powers with letters in the exponent, by {@code a^(m+n) = a^m a^n} and {@code (ab)^n = a^n b^n}: {@code 2^(n-1)} is half
 * of {@code 2^n}, {@code 4^n} is {@code 2^(2n)}, and {@code e^(i pi)} is -1.
 */
final class SymbolicPower {
    private static final Monomial HALF_TURN = Monomial.ONE.times(Monomial.MINUS_ONE, Rational.of(1, 2)).monomial()
            .times("pi", Rational.ONE).monomial();

    private SymbolicPower() {}

    /** {@code base^exponent}; empty where the base is a letter to another power than one, since (x^2)^(1/2) is not x. */
    static Optional<ClosedForm> of(Monomial.Term base, Polynomial exponent) {
        for (Map.Entry<String, Rational> power : base.monomial().powers().entrySet()) {
            boolean one = power.getValue().equals(Rational.ONE);
            if (!Monomial.isPositive(power.getKey()) && !one) {
                return Optional.empty();
            }
        }
        ClosedForm product = ClosedForm.of(Rational.ONE);
        if (base.coefficient().signum() < 0) {
            product = raised(Monomial.MINUS_ONE, Rational.ONE, exponent);
        }
        Monomial.Term size = new Monomial.Term(base.coefficient().abs(), base.monomial());
        for (Map.Entry<String, Rational> factor : Polynomial.factors(size).entrySet()) {
            product = product.times(raised(factor.getKey(), factor.getValue(), exponent));
        }
        return Optional.of(product);
    }

    private static ClosedForm raised(String base, Rational times, Polynomial exponent) {
        ClosedForm product = ClosedForm.of(Rational.ONE);
        for (Map.Entry<Monomial, Rational> term : exponent.terms().entrySet()) {
            Rational count = term.getValue().times(times);
            product = product.times(raised(base, count, term.getKey()));
        }
        return product;
    }

    private static ClosedForm raised(String base, Rational count, Monomial exponent) {
        if (base.equals("e") && exponent.equals(HALF_TURN)) {
            return SpecialAngle.cos(count)
                    .plus(SpecialAngle.sin(count).times(ClosedForm.of(Polynomial.imaginaryUnit())));
        }
        if (exponent.equals(Monomial.ONE)) {
            Monomial.Term power = Monomial.ONE.times(base, count);
            return ClosedForm.of(Polynomial.of(power));
        }
        return ClosedForm.of(Polynomial.of(Monomial.ONE.times("(" + base + ")^(" + exponent + ")", count)));
    }
}
