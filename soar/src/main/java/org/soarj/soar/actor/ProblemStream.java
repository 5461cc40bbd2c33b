package org.soarj.soar.actor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/** Batches from a data set, shuffled anew for every pass over it; a batch may reach into the next pass. */
public final class ProblemStream {
    private final List<Problem> problems;
    private final Rng rng;
    private int[] order = {};
    private int next;
    private int epoch;

    /** @throws IllegalArgumentException when there is no problem */
    public ProblemStream(List<Problem> problems, Rng rng) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problem stream: the data set is empty; give at least one problem");
        }
        this.problems = List.copyOf(problems);
        this.rng = rng;
    }

    /** The next {@code size} problems. */
    public List<Problem> batch(int size) {
        List<Problem> batch = new ArrayList<>(size);
        while (batch.size() < size) {
            if (next == order.length) {
                order = IntStream.range(0, problems.size()).toArray();
                rng.split("epoch", epoch++).shuffle(order);
                next = 0;
            }
            batch.add(problems.get(order[next++]));
        }
        return batch;
    }
}
