package org.soarj.transformer.infer;

import java.util.Arrays;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.RowChooser;

/**
 * Chooses tokens as a {@link Decoding} says. Where it neither penalises nor truncates this is {@link Sampler#softmax} or
 * {@link Sampler#GREEDY} on the scores as they are.
 */
final class DecodingSampler {
    private final Decoding decoding;
    private final SoftmaxSampler softmax = new SoftmaxSampler();
    private float[] scores = new float[0];
    private float[] copy;
    private double[] weights;
    private long[] order;
    private int[] penalised;
    private int round;

    DecodingSampler(Decoding decoding) {
        this.decoding = decoding;
    }

    /** Whether a choice follows from the scores and one draw alone. */
    boolean isPlain() {
        return !decoding.penalises() && (decoding.greedy() || !decoding.truncates());
    }

    /** What decides a plain choice in a sequence's turn, as {@link RowChooser} takes it. */
    double draw(Sequence sequence) {
        return decoding.greedy() ? -1 : sequence.rng().nextDouble();
    }

    /** The plain choice that this draw makes. */
    int choose(float[] logits, int from, int size, double draw) {
        int highest = Sampler.GREEDY.choose(logits, from, size, null);
        return decoding.greedy() ? highest : softmax.choose(logits, from, size, logits[from + highest], draw);
    }

    /**
     * @param logits scores, already divided by the temperature
     * @param from where the row begins
     * @param size V
     * @param sequence whose turn it is: its tokens so far and its randomness
     */
    int choose(float[] logits, int from, int size, Sequence sequence) {
        if (isPlain()) {
            return choose(logits, from, size, draw(sequence));
        }
        // Refuses rows without a choice before anything is cut off.
        Sampler.GREEDY.choose(logits, from, size, sequence.rng());
        makeRoom(size);
        System.arraycopy(logits, from, scores, 0, size);
        if (decoding.penalises()) {
            penalise(sequence.prompt(), sequence.prompt().length);
            penalise(sequence.generated(), sequence.length());
            round++;
        }
        if (decoding.greedy() || !decoding.truncates()) {
            return choose(scores, 0, size, draw(sequence));
        }
        if (decoding.topK() > 0 && decoding.topK() < size) {
            keepHighest(size, decoding.topK());
        }
        weigh(size);
        if (decoding.topP() < 1) {
            keepMass(size, decoding.topP());
        }
        for (int i = 0; i < size; i++) {
            if (weights[i] < decoding.minP()) {
                weights[i] = 0;
            }
        }
        return draw(size, sequence.rng());
    }

    private void makeRoom(int size) {
        if (scores.length < size) {
            scores = new float[size];
            copy = new float[size];
            weights = new double[size];
            order = new long[size];
            penalised = new int[size];
            round = 1;
        }
    }

    /** Every token once, however often it came. On scores already divided by the temperature it comes to the same. */
    private void penalise(int[] ids, int count) {
        for (int i = 0; i < count; i++) {
            int id = ids[i];
            if (penalised[id] != round) {
                penalised[id] = round;
                scores[id] = scores[id] > 0 ? scores[id] / decoding.repetitionPenalty()
                        : scores[id] * decoding.repetitionPenalty();
            }
        }
    }

    /** Drops what is below the k-th highest score; equals of it stay, as in Hugging Face's TopKLogitsWarper. */
    private void keepHighest(int size, int k) {
        System.arraycopy(scores, 0, copy, 0, size);
        float least = kthHighest(copy, size, k);
        for (int i = 0; i < size; i++) {
            if (scores[i] < least) {
                scores[i] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /** Hoare's selection; reorders {@code x}. */
    private static float kthHighest(float[] x, int size, int k) {
        int low = 0;
        int high = size - 1;
        while (low < high) {
            float pivot = x[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (x[i] > pivot) {
                    i++;
                }
                while (x[j] < pivot) {
                    j--;
                }
                if (i <= j) {
                    float swapped = x[i];
                    x[i++] = x[j];
                    x[j--] = swapped;
                }
            }
            if (k - 1 <= j) {
                high = j;
            } else if (k - 1 >= i) {
                low = i;
            } else {
                break;
            }
        }
        return x[k - 1];
    }

    /** Weights in proportion to the probabilities, the highest 1. */
    private void weigh(int size) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            max = Math.max(max, scores[i]);
        }
        for (int i = 0; i < size; i++) {
            weights[i] = Exponential.of((double) scores[i] - max);
        }
    }

    /**
     * Drops the least probable tokens whose sum is at most 1 - p of the whole, and never the most probable one, as in Hugging
     * Face's TopPLogitsWarper; among equals the higher id goes first.
     */
    private void keepMass(int size, double p) {
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += weights[i];
        }
        double dropped = (1 - p) * total;
        // All that weigh less than an equal share of what is dropped go together: no need to sort them.
        double share = dropped / size;
        double sum = 0;
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (weights[i] > share) {
                order[count++] = (long) ordered(scores[i]) << 32 | (Integer.MAX_VALUE - i);
            } else {
                sum += weights[i];
                weights[i] = 0;
            }
        }
        Arrays.sort(order, 0, count);
        for (int n = 0; n < count - 1; n++) {
            int id = Integer.MAX_VALUE - (int) order[n];
            sum += weights[id];
            if (sum > dropped) {
                return;
            }
            weights[id] = 0;
        }
    }

    /** A whole number that is the greater the greater the score is: bits of floats are ordered so but for the sign. */
    private static int ordered(float score) {
        // The sum turns -0 into 0, which is its equal.
        int bits = Float.floatToRawIntBits(score + 0f);
        return bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }

    private int draw(int size, Rng rng) {
        double total = 0;
        for (int i = 0; i < size; i++) {
            total += weights[i];
        }
        return SoftmaxSampler.invert(weights, size, rng.nextDouble() * total);
    }
}
