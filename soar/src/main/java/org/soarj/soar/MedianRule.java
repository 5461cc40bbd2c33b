package org.soarj.soar;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which of the two middle values is the median of an even number; the paper (sec. 3.4, r = 4) does not say. */
public enum MedianRule {
    /** The smaller one: the promoted student is no better than typical. */
    LOWER,
    /** The larger one. */
    UPPER;

    /** Index of the median of {@code values}, NaN left out; among equal values the earlier counts as smaller. */
    public int indexIn(List<Double> values) {
        List<Integer> ranked = IntStream.range(0, values.size())
                .boxed()
                .filter(i -> !values.get(i).isNaN())
                .sorted(Comparator.comparing(values::get))
                .toList();
        if (ranked.isEmpty()) {
            throw new IllegalArgumentException("median: asked of no values; give at least one");
        }
        return ranked.get(this == LOWER ? (ranked.size() - 1) / 2 : ranked.size() / 2);
    }
}
