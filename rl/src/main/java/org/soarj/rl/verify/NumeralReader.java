package org.soarj.rl.verify;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One numeral of a formula: digits, perhaps grouped by commas or spaces, places after the point, the last of them
 * perhaps repeating, or a mixed number.
 *
 * @param whole the digits before the point, ungrouped
 * @param value what it stands for in base ten
 * @param end where the text goes on
 */
record NumeralReader(String whole, Rational value, int end) {
    private static final Pattern NUMBER = Pattern.compile(
            "(\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d{1,3}(?: \\d{3})+(?!\\d)|\\d*)"
            + "(?:\\.(\\d*)(?:\\\\overline\\s*\\{(\\d+)\\})?)?");
    private static final Pattern MIXED = Pattern.compile(
            "\\s*\\\\frac\\s*(?:\\{\\s*(\\d+)\\s*\\}|(\\d))\\s*(?:\\{\\s*(\\d+)\\s*\\}|(\\d))"
            + "|\\s+(\\d+)\\s*/\\s*(\\d+)(?!\\d)");
    private static final String BASE_TEN = "10";

    /** @throws UnreadableException when no digit stands at {@code start} */
    static NumeralReader at(String text, int start) {
        Matcher number = NUMBER.matcher(text).region(start, text.length());
        UnreadableException.require(
                number.lookingAt() && number.end() > start + (text.charAt(start) == '.' ? 1 : 0), "no digits");
        String whole = number.group(1).replaceAll("[, ]", "");
        Rational value = decimal(whole, number.group(2), number.group(3));
        NumeralReader plain = new NumeralReader(whole, value, number.end());
        return number.group(2) == null ? plain.mixed(text) : plain;
    }

    /** A numeral with its base: digits of another base than ten are compared one by one, but for leading zeros. */
    static Expression inBase(String digits, String base) {
        String significant = digits.replaceFirst("^0+(?=\\w)", "");
        return base.equals(BASE_TEN)
                ? new Expression.Number(Rational.of(new BigInteger(significant)))
                : new Expression.Name("[" + significant + "_" + base + "]");
    }

    private static Rational decimal(String whole, String places, String repeating) {
        String digits = places == null ? "" : places;
        Rational unit = Rational.of(BigInteger.TEN.pow(digits.length())).inverse();
        Rational value = Rational.of(new BigInteger("0" + whole + digits)).times(unit);
        if (repeating != null) {
            BigInteger nines = BigInteger.TEN.pow(repeating.length()).subtract(BigInteger.ONE);
            value = value.plus(new Rational(new BigInteger(repeating), nines).times(unit));
        }
        return value;
    }

    /** Adds the fraction of {@code 7\frac34} or {@code 7 3/4}; an improper one is a factor and is left for later. */
    private NumeralReader mixed(String text) {
        Matcher mixed = MIXED.matcher(text).region(end, text.length());
        if (!mixed.lookingAt()) {
            return this;
        }
        BigInteger numerator = new BigInteger(firstOf(mixed, 1, 2, 5));
        BigInteger denominator = new BigInteger(firstOf(mixed, 3, 4, 6));
        return numerator.compareTo(denominator) >= 0 ? this
                : new NumeralReader(whole, value.plus(new Rational(numerator, denominator)), mixed.end());
    }

    private static String firstOf(Matcher matcher, int... groups) {
        for (int group : groups) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        throw new IllegalStateException("no group of " + matcher + " matched");
    }
}
