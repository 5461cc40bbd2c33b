package org.soarj.rl.verify;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import org.soarj.rl.verify.Expression.Function;

/**
 * The real value of an expression where its letters have given rational values: exact as long as only arithmetic is
 * needed, otherwise a decimal of so many digits. It remembers how far the sizes of the decimals it met lie apart, for
 * that many digits may have been lost.
 */
final class PointValue {
    /** An exact value, or a decimal where {@code exact} is empty. */
    record Real(Optional<Rational> exact, BigDecimal decimal) {}

    /** Beyond these a value is not computed: sines of huge angles, powers that fill the memory. */
    private static final int LARGEST_SCALE = 400;
    private static final BigDecimal LARGEST_ARGUMENT = BigDecimal.valueOf(1_000);
    private static final int LONGEST_EXACT = 1 << 15;
    private static final int GUARD = 10;
    private static final Rational HALF = Rational.of(1, 2);
    private static final Real ZERO = exact(Rational.ZERO);

    private final Map<String, Rational> point;
    private final MathContext digits;
    private int spread;
    private int cancelled;

    PointValue(Map<String, Rational> point, int digits) {
        this.point = point;
        this.digits = new MathContext(digits, RoundingMode.HALF_EVEN);
    }

    /** Decimal orders of magnitude between 1 and the largest or smallest decimal met so far. */
    int spread() {
        return spread;
    }

    /** Digits lost so far where almost equal decimals were subtracted. */
    int cancelled() {
        return cancelled;
    }

    /** @throws UnreadableException where the expression has no real value, or none that can be computed within bounds */
    Real of(Expression expression) {
        Limits.checkInterrupted();
        return switch (expression) {
            case Expression.Number number -> exact(number.value());
            case Expression.Name name -> name(name.name());
            case Expression.Sum sum -> sum(of(sum.left()), of(sum.right()));
            case Expression.Negative negative -> times(exact(Rational.of(-1)), of(negative.of()));
            case Expression.Product product -> times(of(product.left()), of(product.right()));
            case Expression.Quotient quotient -> times(of(quotient.numerator()), inverse(of(quotient.denominator())));
            case Expression.Power power -> power(of(power.base()), of(power.exponent()));
            case Expression.Binomial binomial -> exact(
                    Simplifier.binomial(smallWhole(of(binomial.of())), smallWhole(of(binomial.choose()))));
            case Expression.Call call -> call(call.function(), of(call.of()));
        };
    }

    private Real name(String name) {
        return switch (name) {
            case "pi" -> decimal(BigDecimalMath.pi(digits));
            case "e" -> decimal(BigDecimalMath.e(digits));
            default -> {
                UnreadableException.require(point.containsKey(name), "not a real number");
                yield exact(point.get(name));
            }
        };
    }

    private static Real exact(Rational value) {
        TooLargeException.require(value.bits() <= LONGEST_EXACT, "a number that is too long");
        return new Real(Optional.of(value), BigDecimal.ZERO);
    }

    private Real decimal(BigDecimal value) {
        if (value.signum() == 0) {
            return ZERO;
        }
        int order = Math.abs(order(value));
        TooLargeException.require(order <= LARGEST_SCALE, "a number that is too large");
        spread = Math.max(spread, order);
        return new Real(Optional.empty(), value.round(digits));
    }

    /** The value as a decimal, rounded where need be. */
    BigDecimal rounded(Real value) {
        return value.exact
                .map(exact -> new BigDecimal(exact.numerator()).divide(new BigDecimal(exact.denominator()), digits))
                .orElse(value.decimal);
    }

    /** A difference that is nothing but rounding counts as 0. */
    private Real sum(Real a, Real b) {
        if (a.exact.isPresent() && b.exact.isPresent()) {
            return exact(a.exact.get().plus(b.exact.get()));
        }
        BigDecimal left = rounded(a);
        BigDecimal right = rounded(b);
        BigDecimal sum = left.add(right, digits);
        BigDecimal larger = left.abs().max(right.abs());
        if (sum.abs().compareTo(larger.scaleByPowerOfTen(GUARD - digits.getPrecision())) <= 0) {
            cancelled += digits.getPrecision();
            return ZERO;
        }
        cancelled += Math.max(0, order(larger) - order(sum));
        return decimal(sum);
    }

    private static int order(BigDecimal value) {
        return value.precision() - value.scale();
    }

    private Real times(Real a, Real b) {
        return a.exact.isPresent() && b.exact.isPresent()
                ? exact(a.exact.get().times(b.exact.get()))
                : decimal(rounded(a).multiply(rounded(b), digits));
    }

    private Real inverse(Real value) {
        UnreadableException.require(!isZero(value), "a division by zero");
        return value.exact.isPresent()
                ? exact(value.exact.get().inverse()) : decimal(BigDecimal.ONE.divide(value.decimal, digits));
    }

    private static boolean isZero(Real value) {
        return value.exact.filter(exact -> exact.signum() == 0).isPresent();
    }

    private Real power(Real base, Real exponent) {
        if (exponent.exact.filter(Rational::isWhole).isPresent()) {
            int times = Limits.exponent(exponent.exact.get());
            UnreadableException.require(times != 0 || !isZero(base), "zero to the power of zero");
            if (base.exact.isPresent()) {
                return exact(Limits.power(base.exact.get(), times));
            }
            requireSmall(new BigDecimal(times).multiply(logarithm(base.decimal.abs())));
            Real size = decimal(base.decimal.pow(Math.abs(times), digits));
            return times < 0 ? inverse(size) : size;
        }
        BigDecimal value = rounded(base);
        if (value.signum() == 0) {
            UnreadableException.require(rounded(exponent).signum() > 0, "a negative power of zero");
            return ZERO;
        }
        boolean oddRoot = exponent.exact.filter(exact -> exact.denominator().testBit(0)).isPresent();
        UnreadableException.require(value.signum() > 0 || oddRoot, "a root of a number below zero");
        boolean squareRoot = exponent.exact.filter(HALF::equals).isPresent();
        Real size = decimal(squareRoot ? value.abs().sqrt(digits) : BigDecimalMath.exp(
                requireSmall(logarithm(value.abs()).multiply(rounded(exponent), digits)), digits));
        boolean negative = value.signum() < 0 && exponent.exact.orElseThrow().numerator().testBit(0);
        return negative ? times(exact(Rational.of(-1)), size) : size;
    }

    private BigDecimal logarithm(BigDecimal value) {
        return BigDecimalMath.log(value, digits);
    }

    private static BigDecimal requireSmall(BigDecimal argument) {
        TooLargeException.require(argument.abs().compareTo(LARGEST_ARGUMENT) <= 0, "an argument that is too large");
        return argument;
    }

    private Real call(Function function, Real of) {
        BigDecimal x = rounded(of);
        return switch (function) {
            case SIN -> wave(BigDecimalMath.sin(requireSmall(x), digits));
            case COS -> wave(BigDecimalMath.cos(requireSmall(x), digits));
            case TAN -> times(call(Function.SIN, of), inverse(call(Function.COS, of)));
            case COT -> times(call(Function.COS, of), inverse(call(Function.SIN, of)));
            case SEC -> inverse(call(Function.COS, of));
            case CSC -> inverse(call(Function.SIN, of));
            case ARCSIN -> decimal(BigDecimalMath.asin(requireSine(x), digits));
            case ARCCOS -> decimal(BigDecimalMath.acos(requireSine(x), digits));
            case ARCTAN -> decimal(BigDecimalMath.atan(requireSmall(x), digits));
            case SINH -> decimal(BigDecimalMath.sinh(requireSmall(x), digits));
            case COSH -> decimal(BigDecimalMath.cosh(requireSmall(x), digits));
            case TANH -> decimal(BigDecimalMath.tanh(requireSmall(x), digits));
            case LN -> {
                UnreadableException.require(x.signum() > 0, "the logarithm of a number not above zero");
                yield decimal(logarithm(x));
            }
            case ABS -> x.signum() < 0 ? times(exact(Rational.of(-1)), of) : of;
            case FLOOR -> floor(of);
            case CEIL -> times(exact(Rational.of(-1)), floor(times(exact(Rational.of(-1)), of)));
            case FACTORIAL -> exact(Rational.of(factorial(smallWhole(of))));
        };
    }

    /** A sine or cosine, which is 0 where only rounding is left of it. */
    private Real wave(BigDecimal value) {
        boolean noise = value.abs().compareTo(BigDecimal.ONE.scaleByPowerOfTen(GUARD - digits.getPrecision())) <= 0;
        return noise ? ZERO : decimal(value);
    }

    private static BigDecimal requireSine(BigDecimal x) {
        UnreadableException.require(x.abs().compareTo(BigDecimal.ONE) <= 0, "a sine above one");
        return x;
    }

    private Real floor(Real of) {
        if (of.exact.isPresent()) {
            return exact(Rational.of(of.exact.get().floor()));
        }
        BigDecimal nearest = of.decimal.setScale(0, RoundingMode.HALF_EVEN);
        BigDecimal distance = of.decimal.subtract(nearest).abs();
        boolean apart = distance.compareTo(BigDecimal.ONE.scaleByPowerOfTen(-digits.getPrecision() / 2)) > 0;
        UnreadableException.require(apart, "a number too close to a whole one");
        return exact(Rational.of(of.decimal.setScale(0, RoundingMode.FLOOR).toBigIntegerExact()));
    }

    private static int smallWhole(Real value) {
        Rational whole = value.exact.filter(exact -> exact.isWhole() && exact.signum() >= 0)
                .filter(exact -> exact.compareTo(Rational.of(Limits.FACTORIAL)) <= 0)
                .orElseThrow(() -> new UnreadableException("not a small whole number"));
        return whole.numerator().intValueExact();
    }

    private static BigInteger factorial(int n) {
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return product;
    }
}
