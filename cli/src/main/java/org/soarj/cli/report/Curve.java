package org.soarj.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Points to draw, by rising x.
 *
 * @param x where
 * @param y as many values, all finite
 */
record Curve(double[] x, double[] y) {

    /** The value under {@code key} over {@code step}; lines where either is missing or null give no point. */
    static Curve of(List<JsonNode> lines, String key) {
        return of(lines, key, line -> true);
    }

    /** As {@link #of(List, String)}, from the lines that are {@code wanted}. */
    static Curve of(List<JsonNode> lines, String key, Predicate<JsonNode> wanted) {
        List<JsonNode> points = lines.stream()
                .filter(line -> line.path("step").isNumber() && line.path(key).isNumber())
                .filter(wanted)
                .toList();
        return new Curve(
                points.stream().mapToDouble(line -> line.path("step").asDouble()).toArray(),
                points.stream().mapToDouble(line -> line.path(key).asDouble()).toArray());
    }

    /** The mean of several curves, at the places that all of them have: a curve that ends early must not bend the mean. */
    static Curve meanOf(List<Curve> curves) {
        Map<Double, List<Double>> values = new TreeMap<>();
        for (Curve curve : curves) {
            for (int i = 0; i < curve.x.length; i++) {
                values.computeIfAbsent(curve.x[i], place -> new ArrayList<>()).add(curve.y[i]);
            }
        }
        values.values().removeIf(atPlace -> atPlace.size() < curves.size());
        return new Curve(
                values.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
                values.values().stream().mapToDouble(Curve::mean).toArray());
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

    boolean isEmpty() {
        return x.length == 0;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
