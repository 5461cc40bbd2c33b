package org.soarj.rl.verify;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A product of bases with rational exponents, such as {@code 2^(1/2) * pi * x^2}.
 *
 * <p>Bases are primes and -1 (roots: their exponents lie in (0, 1), whole parts go to the coefficient; i is
 * {@code (-1)^(1/2)}) and names (letters, {@code pi}, and opaque things such as {@code sqrt of a sum}). Products of roots
 * of distinct primes are linearly independent over the rationals (Besicovitch 1940), so sums of such terms are equal
 * exactly when their coefficients are.
 */
record Monomial(SortedMap<String, Rational> powers) implements Comparable<Monomial> {
    static final Monomial ONE = new Monomial(Collections.emptySortedMap());
    static final String MINUS_ONE = "-1";

    /** A monomial with a factor in front. */
    record Term(Rational coefficient, Monomial monomial) {}

    static Monomial of(String base) {
        return new Monomial(new TreeMap<>(Map.of(base, Rational.ONE)));
    }

    static boolean isNumber(String base) {
        return base.equals(MINUS_ONE) || Character.isDigit(base.charAt(0));
    }

    /** The product with {@code base^exponent}; whole powers of numbers come out as the coefficient. */
    Term times(String base, Rational exponent) {
        TreeMap<String, Rational> product = new TreeMap<>(powers);
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
        return new Term(coefficient, new Monomial(product));
    }

    Term times(Monomial other) {
        Term product = new Term(Rational.ONE, this);
        for (Map.Entry<String, Rational> power : other.powers.entrySet()) {
            Term next = product.monomial.times(power.getKey(), power.getValue());
            product = new Term(product.coefficient.times(next.coefficient), next.monomial);
        }
        return product;
    }

    /** This to a whole power. */
    Term power(int exponent) {
        Term product = new Term(Rational.ONE, ONE);
        for (Map.Entry<String, Rational> power : powers.entrySet()) {
            Term next = product.monomial.times(power.getKey(), power.getValue().times(Rational.of(exponent)));
            product = new Term(product.coefficient.times(next.coefficient), next.monomial);
        }
        return product;
    }

    @Override
    public int compareTo(Monomial other) {
        return toString().compareTo(other.toString());
    }

    /** {@code 2^(1/2)*pi}; empty for 1. */
    @Override
    public String toString() {
        return powers.entrySet().stream()
                .map(power -> name(power.getKey(), power.getValue()))
                .collect(Collectors.joining("*"));
    }

    private static String name(String base, Rational exponent) {
        if (base.equals(MINUS_ONE)) {
            return "i";
        }
        return exponent.equals(Rational.ONE) ? base
                : exponent.isWhole() && exponent.signum() > 0 ? base + "^" + exponent : base + "^(" + exponent + ")";
    }
}
