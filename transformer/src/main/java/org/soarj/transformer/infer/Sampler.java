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
     * @throws ArithmeticException when a score is NaN or the highest is infinite: no choice follows from them
     */
    int choose(float[] logits, int from, int size, Rng rng);

    /** The highest score; the lowest id among equals. */
    Sampler GREEDY = (logits, from, size, rng) -> {
        int best = 0;
        boolean numbers = true;
        for (int i = 0; i < size; i++) {
            float score = logits[from + i];
            numbers &= score == score;
            if (score > logits[from + best]) {
                best = i;
            }
        }
        if (!numbers || Float.isInfinite(logits[from + best])) {
            throw new ArithmeticException("sample: the scores of a row of " + size + " hold NaN or have no finite maximum; have "
                    + "the weights diverged?");
        }
        return best;
    };

    /** In proportion to the softmax of the scores; for one thread. */
    static Sampler softmax() {
        return new SoftmaxSampler();
    }
}
