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

    /** The stream after {@code drawn} problems were taken from it: where a run that was stopped goes on. */
    public static ProblemStream after(long drawn, List<Problem> problems, Rng rng) {
        ProblemStream stream = new ProblemStream(problems, rng);
        stream.epoch = (int) (drawn / problems.size());
        int within = (int) (drawn % problems.size());
        if (within > 0) {
            stream.batch(within);
        }
        return stream;
    }

    /** Problems taken so far. */
    public long drawn() {
        return order.length == 0 ? (long) epoch * problems.size() : (epoch - 1L) * problems.size() + next;
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
