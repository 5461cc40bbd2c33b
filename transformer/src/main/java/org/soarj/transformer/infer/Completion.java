package org.soarj.transformer.infer;

/**
 * What was generated after one prompt.
 *
 * @param ids token ids, the ending one included, [T]
 * @param logProbs log-probability of each, [T]: of the whole distribution at the temperature (1 where that is 0), also when
 *     tokens were drawn from a part of it
 * @param finish why it ended
 */
public record Completion(int[] ids, float[] logProbs, Finish finish) {

    /** Reasons to end. */
    public enum Finish {
        /** An ending token or a stop string was generated. */
        STOP,
        /** The limit of tokens or of the context was reached. */
        LENGTH,
        /** Whoever listened asked for it. */
        INTERRUPTED
    }
}
