package org.soarj.rl.verify;

import java.math.BigInteger;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A sum of monomials with rational coefficients, none of them 0: equal sums have equal maps. */
record Polynomial(SortedMap<Monomial, Rational> terms) {
    static final Polynomial ZERO = new Polynomial(Collections.emptySortedMap());
    static final Polynomial ONE = of(Rational.ONE);
    private static final BigInteger LARGEST_RADICAND = BigInteger.TEN.pow(12);

    static Polynomial of(Rational value) {
        return of(new Monomial.Term(value, Monomial.ONE));
    }

    static Polynomial of(Monomial.Term term) {
        return term.coefficient().signum() == 0
                ? ZERO : new Polynomial(new TreeMap<>(Map.of(term.monomial(), term.coefficient())));
    }

    static Polynomial symbol(String name) {
        return of(new Monomial.Term(Rational.ONE, Monomial.of(name)));
    }

    /** i. */
    static Polynomial imaginaryUnit() {
        return of(Monomial.ONE.times(Monomial.MINUS_ONE, Rational.of(1, 2)));
    }

    Polynomial plus(Polynomial other) {
        TreeMap<Monomial, Rational> sum = new TreeMap<>(terms);
        other.terms.forEach((monomial, coefficient) -> add(sum, monomial, coefficient));
        return new Polynomial(sum);
    }

    Polynomial times(Polynomial other) {
        TreeMap<Monomial, Rational> product = new TreeMap<>();
        for (Map.Entry<Monomial, Rational> mine : terms.entrySet()) {
            for (Map.Entry<Monomial, Rational> theirs : other.terms.entrySet()) {
                Monomial.Term term = mine.getKey().times(theirs.getKey());
                Rational coefficient = mine.getValue().times(theirs.getValue()).times(term.coefficient());
                Limits.check(product.size(), coefficient);
                add(product, term.monomial(), coefficient);
            }
        }
        return new Polynomial(product);
    }

    Polynomial times(Rational factor) {
        return times(of(factor));
    }

    Polynomial negated() {
        return times(Rational.of(-1));
    }

    /** This to a power of 0 or more. */
    Polynomial power(int exponent) {
        if (terms.size() == 1) {
            Monomial.Term power = terms.firstKey().power(exponent);
            return of(new Monomial.Term(
                    Limits.power(terms.get(terms.firstKey()), exponent).times(power.coefficient()), power.monomial()));
        }
        Polynomial product = ONE;
        for (int i = 0; i < exponent && !product.isZero(); i++) {
            product = product.times(this);
        }
        return product;
    }

    boolean isZero() {
        return terms.isEmpty();
    }

    /** The value, where this is a plain rational number. */
    Optional<Rational> asRational() {
        return isZero() ? Optional.of(Rational.ZERO)
                : terms.size() == 1 ? Optional.ofNullable(terms.get(Monomial.ONE)) : Optional.empty();
    }

    /** The only term, where there is exactly one. */
    Optional<Monomial.Term> asTerm() {
        return terms.size() == 1
                ? Optional.of(new Monomial.Term(terms.get(terms.firstKey()), terms.firstKey())) : Optional.empty();
    }

    /**
     * A real root of a single term, or i times one: {@code term^exponent}.
     *
     * @throws UnreadableException where that is not one well-known number, such as the square root of x^2
     */
    static Polynomial root(Monomial.Term term, Rational exponent) {
        boolean even = !exponent.denominator().testBit(0);
        Polynomial root = ONE;
        if (term.coefficient().signum() < 0) {
            UnreadableException.require(!even || exponent.denominator().equals(BigInteger.TWO), "an even root below zero");
            root = even ? of(Monomial.ONE.times(Monomial.MINUS_ONE, exponent))
                    : of(exponent.numerator().testBit(0) ? Rational.of(-1) : Rational.ONE);
        }
        Rational size = term.coefficient().abs();
        root = root.times(rootOfWhole(size.numerator(), exponent))
                .times(rootOfWhole(size.denominator(), exponent.negated()));
        for (Map.Entry<String, Rational> power : term.monomial().powers().entrySet()) {
            String base = power.getKey();
            boolean positive = !base.equals(Monomial.MINUS_ONE)
                    && (Monomial.isNumber(base) || base.equals("pi") || base.equals("e"));
            UnreadableException.require(positive || power.getValue().numerator().equals(BigInteger.ONE),
                    "a root of a power of " + base);
            UnreadableException.require(!base.equals(Monomial.MINUS_ONE), "a root of i");
            root = root.times(of(Monomial.ONE.times(base, power.getValue().times(exponent))));
        }
        return root;
    }

    /** Splits a number above 0 into primes and takes the root of each. */
    private static Polynomial rootOfWhole(BigInteger whole, Rational exponent) {
        UnreadableException.require(whole.compareTo(LARGEST_RADICAND) <= 0, "a root of a number that is too long");
        Polynomial root = ONE;
        long rest = whole.longValueExact();
        for (long prime = 2; prime * prime <= rest; prime++) {
            int times = 0;
            while (rest % prime == 0) {
                rest /= prime;
                times++;
            }
            if (times > 0) {
                root = root.times(of(Monomial.ONE.times(Long.toString(prime), exponent.times(Rational.of(times)))));
            }
        }
        return rest == 1 ? root : root.times(of(Monomial.ONE.times(Long.toString(rest), exponent)));
    }

    private static void add(TreeMap<Monomial, Rational> sum, Monomial monomial, Rational coefficient) {
        sum.merge(monomial, coefficient, (a, b) -> {
            Rational total = a.plus(b);
            return total.signum() == 0 ? null : total;
        });
    }

    /** {@code 1 + 2*3^(1/2)}. */
    @Override
    public String toString() {
        return isZero() ? "0" : terms.entrySet().stream()
                .map(term -> text(term.getKey().toString(), term.getValue()))
                .collect(Collectors.joining(" + "));
    }

    private static String text(String monomial, Rational coefficient) {
        return monomial.isEmpty() ? coefficient.toString()
                : coefficient.equals(Rational.ONE) ? monomial : coefficient + "*" + monomial;
    }
}
