package org.soarj.rl.verify;

import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * An exact number or formula: a quotient of two sums of roots, pi, i and letters.
 *
 * <p>Quotients are equal when their cross products are, which needs no common divisor. What arithmetic cannot open up
 * (a root of a sum, a power with a letter in the exponent) becomes an opaque letter of its own, so that two such things
 * are equal when they are written alike after expansion, and never by mistake; {@link Formula} compares the others.
 */
record ClosedForm(Polynomial numerator, Polynomial denominator) {
    ClosedForm {
        UnreadableException.require(!denominator.isZero(), "a division by zero");
        Optional<Monomial.Term> divisor = denominator.asTerm();
        if (divisor.isPresent() && !denominator.equals(Polynomial.ONE)) {
            Monomial.Term inverse = divisor.get().monomial().power(-1);
            numerator = numerator.times(Polynomial.of(new Monomial.Term(
                    divisor.get().coefficient().inverse().times(inverse.coefficient()), inverse.monomial())));
            denominator = Polynomial.ONE;
        }
    }

    static ClosedForm of(Polynomial value) {
        return new ClosedForm(value, Polynomial.ONE);
    }

    static ClosedForm of(Rational value) {
        return of(Polynomial.of(value));
    }

    static ClosedForm symbol(String name) {
        return of(Polynomial.symbol(name));
    }

    ClosedForm plus(ClosedForm other) {
        return denominator.equals(other.denominator)
                ? new ClosedForm(numerator.plus(other.numerator), denominator)
                : new ClosedForm(
                        numerator.times(other.denominator).plus(other.numerator.times(denominator)),
                        denominator.times(other.denominator));
    }

    ClosedForm minus(ClosedForm other) {
        return plus(other.negated());
    }

    ClosedForm times(ClosedForm other) {
        return new ClosedForm(numerator.times(other.numerator), denominator.times(other.denominator));
    }

    ClosedForm over(ClosedForm other) {
        return new ClosedForm(numerator.times(other.denominator), denominator.times(other.numerator));
    }

    ClosedForm negated() {
        return new ClosedForm(numerator.negated(), denominator);
    }

    ClosedForm power(ClosedForm exponent) {
        Optional<Rational> number = exponent.asRational();
        if (number.isEmpty()) {
            return exponent.denominator.equals(Polynomial.ONE)
                    ? asTerm().flatMap(base -> SymbolicPower.of(base, exponent.numerator)).orElseGet(() -> opaque(exponent))
                    : opaque(exponent);
        }
        if (number.get().isWhole()) {
            int whole = Limits.exponent(number.get());
            ClosedForm power = new ClosedForm(numerator.power(Math.abs(whole)), denominator.power(Math.abs(whole)));
            return whole < 0 ? of(Rational.ONE).over(power) : power;
        }
        if (numerator.isZero()) {
            UnreadableException.require(number.get().signum() > 0, "a negative power of zero");
            return this;
        }
        return asTerm().flatMap(term -> Polynomial.root(term, number.get())).map(ClosedForm::of)
                .orElseGet(() -> opaque(exponent));
    }

    private ClosedForm opaque(ClosedForm exponent) {
        return symbol("(" + this + ")^(" + exponent + ")");
    }

    /** The only term, where this is a single one. */
    Optional<Monomial.Term> asTerm() {
        return denominator.equals(Polynomial.ONE) ? numerator.asTerm() : Optional.empty();
    }

    /** Whether the last term is subtracted: of a form and its opposite, that one is turned round. */
    boolean isNegative() {
        SortedMap<Monomial, Rational> terms = numerator.terms();
        return !terms.isEmpty() && terms.get(terms.lastKey()).signum() < 0;
    }

    /** Whether nothing in this is opaque, so that equal numbers have equal forms. */
    boolean isComplete() {
        return Stream.of(numerator, denominator)
                .flatMap(polynomial -> polynomial.terms().keySet().stream())
                .flatMap(monomial -> monomial.powers().keySet().stream())
                .noneMatch(base -> base.contains("("));
    }

    /** The value, where this is a plain rational number. */
    Optional<Rational> asRational() {
        return denominator.equals(Polynomial.ONE) ? numerator.asRational() : Optional.empty();
    }

    boolean isEqualTo(ClosedForm other) {
        return numerator.times(other.denominator).equals(other.numerator.times(denominator));
    }

    @Override
    public String toString() {
        return denominator.equals(Polynomial.ONE) ? numerator.toString() : "(" + numerator + ")/(" + denominator + ")";
    }
}
