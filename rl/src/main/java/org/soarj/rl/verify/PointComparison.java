package org.soarj.rl.verify;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.soarj.tensor.Rng;

/**
 * Whether two expressions have the same value at random rational points, for those that have no canonical form: a
 * polynomial too large to be multiplied out, roots of roots, identities between sines.
 *
 * <p>Points come from a fixed seed, so that a verdict never changes. Every second point has positive coordinates alone.
 * Letters in factorials, in binomials, and in exponents of numbers below zero are whole numbers. Eight points at which
 * both sides have a value must agree, and there must be none at which only one has; polynomials of degree d that differ
 * agree by chance with a probability below (d / 4,000)^8 (Schwartz 1980), since a coordinate has more values than that.
 * Decimals agree when 40 digits do, apart from those that may have been lost on the way.
 */
final class PointComparison {
    private static final long SEED = 20_260_121;
    private static final int AGREEMENTS = 8;
    private static final int TRIES = 120;
    private static final int LETTERS = 8;
    private static final int DIGITS = 60;
    private static final int AGREEING_DIGITS = 40;
    private static final int LARGEST_SPREAD = 250;
    private static final int FEW_DIGITS = 20;
    private static final int LARGEST_WHOLE = 24;
    private static final int NUMERATORS = 200;
    private static final int SMALLEST_DENOMINATOR = 10;
    private static final int DENOMINATORS = 40;

    private final Expression left;
    private final Expression right;

    private PointComparison(Expression left, Expression right) {
        this.left = left;
        this.right = right;
    }

    static boolean agree(Expression left, Expression right) {
        PointComparison comparison = new PointComparison(left, right);
        SortedMap<String, Boolean> letters = new TreeMap<>();
        Letters.collect(left, false, letters);
        Letters.collect(right, false, letters);
        if (letters.isEmpty()) {
            return comparison.at(Map.of()) == Outcome.SAME;
        }
        return letters.size() <= LETTERS && comparison.agreeAtPoints(letters);
    }

    private enum Outcome { SAME, DIFFERENT, UNDEFINED }

    private boolean agreeAtPoints(SortedMap<String, Boolean> letters) {
        Rng rng = Rng.of(SEED);
        int same = 0;
        for (int i = 0; i < TRIES && same < AGREEMENTS; i++) {
            Map<String, Rational> point = new TreeMap<>();
            for (Map.Entry<String, Boolean> letter : letters.entrySet()) {
                point.put(letter.getKey(), coordinate(rng.split(letter.getKey(), i), letter.getValue(), i % 2 == 0));
            }
            Outcome outcome = at(point);
            if (outcome == Outcome.DIFFERENT) {
                return false;
            }
            same += outcome == Outcome.SAME ? 1 : 0;
        }
        return same == AGREEMENTS;
    }

    private static Rational coordinate(Rng rng, boolean whole, boolean positive) {
        if (whole) {
            return Rational.of(1 + rng.nextInt(LARGEST_WHOLE));
        }
        Rational size = Rational.of(1 + rng.nextInt(NUMERATORS), SMALLEST_DENOMINATOR + rng.nextInt(DENOMINATORS));
        return positive || rng.nextInt(2) == 0 ? size : size.negated();
    }

    /** A first look, and a second with more digits where so many may have been lost that the first proves nothing. */
    private Outcome at(Map<String, Rational> point) {
        PointValue values = new PointValue(point, DIGITS);
        Outcome first = compare(values, 0);
        int spread = values.spread();
        if (first == Outcome.UNDEFINED || spread == 0 || first == Outcome.DIFFERENT && values.cancelled() <= FEW_DIGITS) {
            return first;
        }
        return spread > LARGEST_SPREAD ? Outcome.DIFFERENT : compare(new PointValue(point, DIGITS + 4 * spread), 2 * spread);
    }

    private Outcome compare(PointValue values, int lost) {
        Optional<PointValue.Real> a = value(values, left);
        Optional<PointValue.Real> b = value(values, right);
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() == b.isEmpty() ? Outcome.UNDEFINED : Outcome.DIFFERENT;
        }
        if (a.get().exact().isPresent() && b.get().exact().isPresent()) {
            return a.get().exact().equals(b.get().exact()) ? Outcome.SAME : Outcome.DIFFERENT;
        }
        BigDecimal x = values.rounded(a.get());
        BigDecimal y = values.rounded(b.get());
        BigDecimal tolerance = x.abs().max(y.abs()).scaleByPowerOfTen(-AGREEING_DIGITS - lost);
        return x.subtract(y).abs().compareTo(tolerance) <= 0 ? Outcome.SAME : Outcome.DIFFERENT;
    }

    private static Optional<PointValue.Real> value(PointValue values, Expression expression) {
        try {
            return Optional.of(values.of(expression));
        } catch (UnreadableException _) {
            return Optional.empty();
        }
    }
}
