package org.soarj.rl.verify;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;

/** Rounds closed forms to decimal places, for comparison with answers that were themselves rounded. */
final class Decimal {
    private static final MathContext PRECISION = new MathContext(60);
    private static final int ROOT_DIGITS = 60;
    private static final BigDecimal PI = new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494");
    private static final BigDecimal E = new BigDecimal("2.71828182845904523536028747135266249775724709369995957496697");

    private Decimal() {}

    /** The value to {@code places} places, half up; empty where it holds letters or i. */
    static Optional<BigDecimal> rounded(ClosedForm form, int places) {
        Optional<BigDecimal> numerator = value(form.numerator());
        Optional<BigDecimal> denominator = value(form.denominator()).filter(value -> value.signum() != 0);
        return numerator.flatMap(top -> denominator.map(
                bottom -> top.divide(bottom, PRECISION).setScale(places, RoundingMode.HALF_UP)));
    }

    private static Optional<BigDecimal> value(Polynomial polynomial) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<Monomial, Rational> term : polynomial.terms().entrySet()) {
            BigDecimal product = value(term.getValue());
            for (Map.Entry<String, Rational> power : term.getKey().powers().entrySet()) {
                Optional<BigDecimal> factor = value(power.getKey(), power.getValue());
                if (factor.isEmpty()) {
                    return Optional.empty();
                }
                product = product.multiply(factor.get(), PRECISION);
            }
            sum = sum.add(product, PRECISION);
        }
        return Optional.of(sum);
    }

    private static BigDecimal value(Rational rational) {
        return new BigDecimal(rational.numerator()).divide(new BigDecimal(rational.denominator()), PRECISION);
    }

    private static Optional<BigDecimal> value(String base, Rational exponent) {
        if (exponent.bits() > 8) {
            return Optional.empty();
        }
        return switch (base) {
            case Monomial.MINUS_ONE -> Optional.empty();
            case "pi" -> wholePower(PI, exponent);
            case "e" -> wholePower(E, exponent);
            default -> Monomial.isNumber(base) ? Optional.of(root(new BigInteger(base), exponent)) : Optional.empty();
        };
    }

    private static Optional<BigDecimal> wholePower(BigDecimal base, Rational exponent) {
        return exponent.isWhole()
                ? Optional.of(base.pow(exponent.numerator().intValueExact(), PRECISION)) : Optional.empty();
    }

    /** {@code prime^(p/q)}, 0 < p/q < 1, as the whole q-th root of {@code prime^p * 10^(q*digits)}. */
    private static BigDecimal root(BigInteger prime, Rational exponent) {
        int degree = exponent.denominator().intValueExact();
        BigInteger power = prime.pow(exponent.numerator().intValueExact());
        BigInteger scaled = power.multiply(BigInteger.TEN.pow(degree * ROOT_DIGITS));
        BigInteger low = BigInteger.ZERO;
        BigInteger high = BigInteger.ONE.shiftLeft(scaled.bitLength() / degree + 1);
        while (high.subtract(low).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = low.add(high).shiftRight(1);
            if (middle.pow(degree).compareTo(scaled) <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new BigDecimal(low, ROOT_DIGITS);
    }
}
