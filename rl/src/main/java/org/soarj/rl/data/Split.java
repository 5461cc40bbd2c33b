package org.soarj.rl.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/** A data set in two disjoint parts, each in the order of the original. */
public record Split(List<Problem> train, List<Problem> test) {
    public Split {
        train = List.copyOf(train);
        test = List.copyOf(test);
    }

    /**
     * Random halves; of an odd number the test half gets one more, as in SOAR (719 MATH problems: 359 and 360).
     *
     * @throws IllegalArgumentException when there are fewer than two problems
     */
    public static Split halves(List<Problem> problems, Rng rng) {
        if (problems.size() < 2) {
            throw new IllegalArgumentException("split: two halves need at least 2 problems, got " + problems.size());
        }
        int[] order = IntStream.range(0, problems.size()).toArray();
        rng.shuffle(order);
        int half = order.length / 2;
        return new Split(pick(problems, order, 0, half), pick(problems, order, half, order.length));
    }

    private static List<Problem> pick(List<Problem> problems, int[] order, int from, int to) {
        int[] chosen = Arrays.copyOfRange(order, from, to);
        Arrays.sort(chosen);
        List<Problem> picked = new ArrayList<>(chosen.length);
        for (int index : chosen) {
            picked.add(problems.get(index));
        }
        return picked;
    }
}
