package org.soarj.soar.measure;

import java.util.Arrays;
import java.util.Locale;

/**
 * A mean with the spread of what it averages, as the paper's tables give it.
 *
 * @param mean the arithmetic mean
 * @param deviation sample standard deviation (divided by count - 1); NaN for a single value
 * @param count values averaged
 */
public record MeanDeviation(double mean, double deviation, int count) {

    /** @throws IllegalArgumentException for no values */
    public static MeanDeviation of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("mean: asked of no values; give at least one");
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        double deviation = values.length == 1 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
        return new MeanDeviation(mean, deviation, values.length);
    }

    /** {@code 18.9 ± 5.3}, or the mean alone when there is no deviation. */
    public String format(int decimals) {
        String number = "%." + decimals + "f";
        return count == 1
                ? String.format(Locale.ROOT, number, mean)
                : String.format(Locale.ROOT, number + " ± " + number, mean, deviation);
    }
}
