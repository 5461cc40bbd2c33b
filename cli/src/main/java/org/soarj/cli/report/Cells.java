package org.soarj.cli.report;

import java.util.Arrays;
import java.util.Locale;
import org.soarj.soar.measure.MeanDeviation;
import tools.jackson.databind.JsonNode;

/** How values are written into tables. */
final class Cells {
    static final String NONE = "–";
    private static final String CUT = " …";

    private Cells() {}

    /** The value under a key of a line: text as it is, whole numbers without decimals, others with three. */
    static String of(JsonNode line, String key) {
        JsonNode value = line.path(key);
        if (value.isBoolean()) {
            return yesNo(value.asBoolean());
        }
        if (value.isNumber()) {
            return decimal(value.asDouble());
        }
        return value.isString() ? value.asString() : NONE;
    }

    static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }

    static String decimal(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        return value == Math.rint(value) ? format("%.0f", value) : format("%.3f", value);
    }

    static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    /** A count with thousands apart, or a dash for none. */
    static String count(double value) {
        return value > 0 ? format("%,.0f", value) : NONE;
    }

    /** Mean and sample standard deviation of the finite ones of these, or a dash when there are none. */
    static String meanDeviation(int decimals, double... values) {
        double[] known = Arrays.stream(values).filter(Double::isFinite).toArray();
        return known.length == 0 ? NONE : MeanDeviation.of(known).format(decimals);
    }

    /** As {@link #meanDeviation}, of shares, in percent with one decimal. */
    static String percent(double... shares) {
        return meanDeviation(1, Arrays.stream(shares).map(share -> 100 * share).toArray());
    }

    /** A share without spread, in percent. */
    static String percentOf(double share) {
        return Double.isNaN(share) ? NONE : format("%.1f", 100 * share);
    }

    /** The beginning of a long text. */
    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, most))) + CUT;
    }
}
