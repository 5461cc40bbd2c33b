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
        // A power of a sum with letters in it seldom has fewer terms than this; it is not worth the try.
        TooLargeException.require(exponent < Limits.TERMS || !hasLetters(), "a power with too many terms");
        Polynomial product = ONE;
        for (int i = 0; i < exponent && !product.isZero(); i++) {
            product = product.times(this);
        }
        return product;
    }

    private boolean hasLetters() {
        return terms.keySet().stream()
                .anyMatch(monomial -> !monomial.powers().keySet().stream().allMatch(Monomial::isNumber));
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
     * A real root of a single term, or i times one: {@code term^exponent}; empty where that is not one well-known number,
     * such as the square root of x^2.
     */
    static Optional<Polynomial> root(Monomial.Term term, Rational exponent) {
        boolean even = !exponent.denominator().testBit(0);
        boolean negative = term.coefficient().signum() < 0;
        for (Map.Entry<String, Rational> power : term.monomial().powers().entrySet()) {
            boolean plain = !power.getKey().equals(Monomial.MINUS_ONE) && power.getValue().numerator().equals(BigInteger.ONE);
            if (!Monomial.isPositive(power.getKey()) && !plain) {
                return Optional.empty();
            }
        }
        if (negative && even && !exponent.denominator().equals(BigInteger.TWO)) {
            return Optional.empty();
        }
        Polynomial root = !negative ? ONE
                : even ? of(Monomial.ONE.times(Monomial.MINUS_ONE, exponent))
                : of(exponent.numerator().testBit(0) ? Rational.of(-1) : Rational.ONE);
        for (Map.Entry<String, Rational> factor
                : factors(new Monomial.Term(term.coefficient().abs(), term.monomial())).entrySet()) {
            root = root.times(of(Monomial.ONE.times(factor.getKey(), factor.getValue().times(exponent))));
        }
        return Optional.of(root);
    }

    /** Bases and exponents of a term above zero, its coefficient split into primes. */
    static SortedMap<String, Rational> factors(Monomial.Term term) {
        TreeMap<String, Rational> factors = new TreeMap<>(term.monomial().powers());
        addPrimes(factors, term.coefficient().numerator(), Rational.ONE);
        addPrimes(factors, term.coefficient().denominator(), Rational.of(-1));
        return factors;
    }

    private static void addPrimes(TreeMap<String, Rational> factors, BigInteger whole, Rational sign) {
        TooLargeException.require(whole.compareTo(LARGEST_RADICAND) <= 0, "a number that is too long to be factored");
        long rest = whole.longValueExact();
        for (long prime = 2; prime * prime <= rest; prime++) {
            for (; rest % prime == 0; rest /= prime) {
                factors.merge(Long.toString(prime), sign, Rational::plus);
            }
        }
        if (rest > 1) {
            factors.merge(Long.toString(rest), sign, Rational::plus);
        }
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
