package org.soarj.rl.verify;

import java.util.Map;
import java.util.Optional;

/**
 * Sines and cosines of rational multiples of pi: roots where those are simple (all multiples of 15 degrees, and those of
 * 18 degrees that need no root of a root), otherwise opaque names of angles below 45 degrees, so that
 * {@code cos 58°} and {@code sin 32°} are the same.
 */
final class SpecialAngle {
    private static final Rational HALF = Rational.of(1, 2);
    private static final Rational QUARTER = Rational.of(1, 4);
    private static final Rational TWO = Rational.of(2);
    /** Twice or four times the sine of the angle, as a sum of roots: coefficient and radicand by turns, divisor last. */
    private static final Map<Rational, long[]> SINES = Map.of(
            Rational.ZERO, new long[] {0, 1, 1},
            Rational.of(1, 12), new long[] {1, 6, -1, 2, 4},
            Rational.of(1, 10), new long[] {1, 5, -1, 1, 4},
            Rational.of(1, 6), new long[] {1, 1, 2},
            QUARTER, new long[] {1, 2, 2});
    private static final Map<Rational, long[]> COSINES = Map.of(
            Rational.ZERO, new long[] {1, 1, 1},
            Rational.of(1, 12), new long[] {1, 6, 1, 2, 4},
            Rational.of(1, 5), new long[] {1, 5, 1, 1, 4},
            Rational.of(1, 6), new long[] {1, 3, 2},
            QUARTER, new long[] {1, 2, 2});

    private SpecialAngle() {}

    /** {@code cos(turn * pi)}. */
    static ClosedForm cos(Rational turn) {
        return sin(HALF.minus(turn));
    }

    /** {@code sin(turn * pi)}. */
    static ClosedForm sin(Rational turn) {
        Rational whole = turn.minus(TWO.times(Rational.of(turn.times(HALF).floor())));
        boolean below = whole.compareTo(Rational.ONE) > 0;
        Rational upper = below ? whole.minus(Rational.ONE) : whole;
        Rational first = upper.compareTo(HALF) > 0 ? Rational.ONE.minus(upper) : upper;
        ClosedForm size = first.compareTo(QUARTER) > 0
                ? known("cos", COSINES, HALF.minus(first)) : known("sin", SINES, first);
        return below ? size.negated() : size;
    }

    private static ClosedForm known(String function, Map<Rational, long[]> values, Rational turn) {
        return Optional.ofNullable(values.get(turn)).map(SpecialAngle::sum)
                .orElseGet(() -> ClosedForm.symbol(function + "(" + turn + "*pi)"));
    }

    private static ClosedForm sum(long[] parts) {
        ClosedForm sum = ClosedForm.of(Rational.ZERO);
        for (int i = 0; i + 1 < parts.length; i += 2) {
            ClosedForm root = ClosedForm.of(Rational.of(parts[i + 1])).power(ClosedForm.of(HALF));
            sum = sum.plus(root.times(ClosedForm.of(Rational.of(parts[i]))));
        }
        return sum.over(ClosedForm.of(Rational.of(parts[parts.length - 1])));
    }
}
