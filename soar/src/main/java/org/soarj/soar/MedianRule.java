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

    /** Index of the median of {@code values}; among equal values the earlier counts as smaller. */
    public int indexIn(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("median: asked of no values; give at least one");
        }
        int rank = this == LOWER ? (values.size() - 1) / 2 : values.size() / 2;
        return IntStream.range(0, values.size())
                .boxed()
                .sorted(Comparator.comparing(values::get))
                .toList()
                .get(rank);
    }
}
