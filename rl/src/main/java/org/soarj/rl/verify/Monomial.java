package org.soarj.rl.verify;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * A product of bases with rational exponents, such as {@code 2^(1/2) * pi * x^2}.
 *
 * <p>Bases are primes and -1 (roots: their exponents lie in (0, 1), whole parts go to the coefficient; i is
 * {@code (-1)^(1/2)}) and names (letters, {@code pi}, and opaque things such as {@code sqrt of a sum}). Products of roots
 * of distinct primes are linearly independent over the rationals (Besicovitch 1940), so sums of such terms are equal
 * exactly when their coefficients are.
 *
 * @param text the product as it is printed, by which monomials are ordered: {@code 2^(1/2)*pi}; empty for 1
 */
record Monomial(SortedMap<String, Rational> powers, String text) implements Comparable<Monomial> {
    static final Monomial ONE = new Monomial(Collections.emptySortedMap());
    static final String MINUS_ONE = "-1";

    Monomial(SortedMap<String, Rational> powers) {
        this(powers, describe(powers));
    }

    /** A monomial with a factor in front. */
    record Term(Rational coefficient, Monomial monomial) {}

    static Monomial of(String base) {
        return new Monomial(new TreeMap<>(Map.of(base, Rational.ONE)));
    }

    static boolean isNumber(String base) {
        return base.equals(MINUS_ONE) || Character.isDigit(base.charAt(0));
    }

    /** Whether this stands for a real number above zero: a prime, pi or e. */
    static boolean isPositive(String base) {
        return !base.equals(MINUS_ONE) && isNumber(base) || base.equals("pi") || base.equals("e");
    }

    /** The product with {@code base^exponent}; whole powers of numbers come out as the coefficient. */
    Term times(String base, Rational exponent) {
        TreeMap<String, Rational> product = new TreeMap<>(powers);
        Rational coefficient = multiply(product, base, exponent);
        return new Term(coefficient, new Monomial(product));
    }

    Term times(Monomial other) {
        if (powers.isEmpty() || other.powers.isEmpty()) {
            return new Term(Rational.ONE, powers.isEmpty() ? other : this);
        }
        TreeMap<String, Rational> product = new TreeMap<>(powers);
        Rational coefficient = Rational.ONE;
        for (Map.Entry<String, Rational> power : other.powers.entrySet()) {
            coefficient = coefficient.times(multiply(product, power.getKey(), power.getValue()));
        }
        return new Term(coefficient, new Monomial(product));
    }

    /** This to a whole power. */
    Term power(int exponent) {
        TreeMap<String, Rational> product = new TreeMap<>();
        Rational coefficient = Rational.ONE;
        for (Map.Entry<String, Rational> power : powers.entrySet()) {
            coefficient = coefficient.times(
                    multiply(product, power.getKey(), power.getValue().times(Rational.of(exponent))));
        }
        return new Term(coefficient, new Monomial(product));
    }

    /** Multiplies {@code product} by {@code base^exponent} in place, and gives the factor that comes out in front. */
    private static Rational multiply(TreeMap<String, Rational> product, String base, Rational exponent) {
        Rational sum = product.getOrDefault(base, Rational.ZERO).plus(exponent);
        Rational coefficient = Rational.ONE;
        if (isNumber(base)) {
            int whole = Limits.exponent(Rational.of(sum.floor()));
            coefficient = Limits.power(Rational.of(Long.parseLong(base)), whole);
            sum = sum.minus(Rational.of(whole));
        }
        if (sum.signum() == 0) {
            product.remove(base);
        } else {
            product.put(base, sum);
        }
        return coefficient;
    }

    @Override
    public int compareTo(Monomial other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static String describe(SortedMap<String, Rational> powers) {
        StringJoiner product = new StringJoiner("*");
        powers.forEach((base, exponent) -> product.add(name(base, exponent)));
        return product.toString();
    }

    private static String name(String base, Rational exponent) {
        if (base.equals(MINUS_ONE) && exponent.denominator().equals(BigInteger.TWO)) {
            return "i";
        }
        return exponent.equals(Rational.ONE) ? base
                : exponent.isWhole() && exponent.signum() > 0 ? base + "^" + exponent : base + "^(" + exponent + ")";
    }
}
