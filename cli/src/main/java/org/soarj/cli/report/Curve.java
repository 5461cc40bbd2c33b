package org.soarj.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Points to draw, by rising x.
 *
 * @param x where
 * @param y as many values, all finite
 */
record Curve(double[] x, double[] y) {

    /** A stretch of an axis. */
    record Range(double low, double high) {
        /** From the least to the greatest value of some curves, or nothing to speak of when they are empty. */
        static Range of(List<Curve> curves) {
            double low = curves.stream().flatMapToDouble(curve -> Arrays.stream(curve.y)).min().orElse(0);
            double high = curves.stream().flatMapToDouble(curve -> Arrays.stream(curve.y)).max().orElse(1);
            return new Range(low, high);
        }

        double size() {
            return high - low;
        }

        /** From the lower low to the higher high. */
        Range with(Range other) {
            return new Range(Math.min(low, other.low), Math.max(high, other.high));
        }
    }

    /** The value under {@code key} over {@code step}; lines where either is missing or null give no point. */
    static Curve of(List<JsonNode> lines, String key) {
        return of(lines, key, line -> true);
    }

    /** As {@link #of(List, String)}, from the lines that are {@code wanted}. */
    static Curve of(List<JsonNode> lines, String key, Predicate<JsonNode> wanted) {
        return where(lines.stream().filter(line -> line.path(key).isNumber()).filter(wanted).toList(),
                line -> line.path(key).asDouble());
    }

    /** A value of each line that has a step. */
    static Curve where(List<JsonNode> lines, ToDoubleFunction<JsonNode> value) {
        List<JsonNode> points = lines.stream().filter(line -> line.path("step").isNumber()).toList();
        return new Curve(
                points.stream().mapToDouble(line -> line.path("step").asDouble()).toArray(),
                points.stream().mapToDouble(value).toArray());
    }

    /** The mean of several curves, at the places that all of them have: a curve that ends early must not bend the mean. */
    static Curve meanOf(List<Curve> curves) {
        return across(curves, values -> values.average().orElseThrow());
    }

    /** What {@code figure} makes of the values of several curves, at the places that all of them have. */
    static Curve across(List<Curve> curves, ToDoubleFunction<DoubleStream> figure) {
        Map<Double, List<Double>> values = new TreeMap<>();
        for (Curve curve : curves) {
            for (int i = 0; i < curve.x.length; i++) {
                values.computeIfAbsent(curve.x[i], place -> new ArrayList<>()).add(curve.y[i]);
            }
        }
        values.values().removeIf(atPlace -> atPlace.size() < curves.size());
        return new Curve(
                values.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                values.values().stream()
                        .mapToDouble(atPlace -> figure.applyAsDouble(atPlace.stream().mapToDouble(Double::doubleValue)))
                        .toArray());
    }

    /** Each value replaced by the mean of itself and up to {@code reach} points on either side, fewer at the ends. */
    Curve smoothed(int reach) {
        double[] smooth = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            int around = Math.min(reach, Math.min(i, y.length - 1 - i));
            smooth[i] = Arrays.stream(y, i - around, i + around + 1).average().orElseThrow();
        }
        return new Curve(x, smooth);
    }

    /** About {@code most} of the points, evenly spread, the last among them. */
    Curve thinned(int most) {
        int stride = Math.max(1, (x.length + most - 1) / most);
        int[] kept = IntStream.range(0, x.length).filter(i -> i % stride == 0 || i == x.length - 1).toArray();
        return new Curve(IntStream.of(kept).mapToDouble(i -> x[i]).toArray(), IntStream.of(kept).mapToDouble(i -> y[i]).toArray());
    }

    boolean isEmpty() {
        return x.length == 0;
    }
}
