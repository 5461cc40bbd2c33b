package org.soarj.transformer.infer;

import org.soarj.tensor.Rng;

/** Chooses a token from the scores of one row. */
@FunctionalInterface
public interface Sampler {

    /**
     * @param logits scores, already divided by the temperature
     * @param from where the row begins
     * @param size V
     * @param rng the sequence's own randomness
     */
    int choose(float[] logits, int from, int size, Rng rng);

    /** The highest score; the lowest id among equals. */
    Sampler GREEDY = (logits, from, size, rng) -> {
        int best = 0;
        for (int i = 1; i < size; i++) {
            if (logits[from + i] > logits[from + best]) {
                best = i;
            }
        }
        return best;
    };

    /** In proportion to the softmax of the scores, by inverting the distribution function in double precision. */
    Sampler SOFTMAX = (logits, from, size, rng) -> {
        double max = logits[from + GREEDY.choose(logits, from, size, rng)];
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += StrictMath.exp(logits[from + i] - max);
        }
        double left = rng.nextDouble() * total;
        int last = 0;
        for (int i = 0; i < size; i++) {
            double weight = StrictMath.exp(logits[from + i] - max);
            if (weight > 0) {
                last = i;
            }
            left -= weight;
            if (left < 0) {
                return i;
            }
        }
        return last;
    };
}
