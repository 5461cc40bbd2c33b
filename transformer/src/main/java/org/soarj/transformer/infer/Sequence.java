package org.soarj.transformer.infer;

import java.util.Arrays;
import org.soarj.tensor.Rng;

/** One running sequence: what it began with, what was generated so far, and its own randomness. */
final class Sequence {
    private final int[] prompt;
    private final int limit;
    private final Rng rng;
    private final TokenListener listener;
    private int slot;
    private int length;
    private int[] generated = new int[16];
    private float[] logProbs = new float[16];
    private Completion.Finish finish;

    /** @param limit positions that it may fill, those of the prompt included */
    Sequence(int[] prompt, int limit, Rng rng, TokenListener listener) {
        this.prompt = prompt;
        this.limit = limit;
        this.rng = rng;
        this.listener = listener;
    }

    int[] prompt() {
        return prompt;
    }

    Rng rng() {
        return rng;
    }

    int limit() {
        return limit;
    }

    /** Its line of the cache. */
    int slot() {
        return slot;
    }

    void moveTo(int line) {
        slot = line;
    }

    /** Tokens generated so far. */
    int length() {
        return length;
    }

    /** The generated tokens are the first {@link #length} of these. */
    int[] generated() {
        return generated;
    }

    int lastToken() {
        return generated[length - 1];
    }

    boolean ended() {
        return finish != null;
    }

    /** @param stops whether this token ends a sequence */
    void append(int id, float logProb, boolean stops) {
        if (length == generated.length) {
            generated = Arrays.copyOf(generated, 2 * length);
            logProbs = Arrays.copyOf(logProbs, 2 * length);
        }
        generated[length] = id;
        logProbs[length++] = logProb;
        Completion.Finish asked = listener.accept(id).orElse(null);
        if (stops) {
            finish = Completion.Finish.STOP;
        } else if (asked != null) {
            finish = asked;
        } else if (prompt.length + length >= limit) {
            finish = Completion.Finish.LENGTH;
        }
    }

    Completion completion() {
        return new Completion(Arrays.copyOf(generated, length), Arrays.copyOf(logProbs, length), finish);
    }
}
