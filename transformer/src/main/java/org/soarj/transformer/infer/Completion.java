package org.soarj.transformer.infer;

/**
 * What was generated after one prompt.
 *
 * @param ids token ids, the ending one included, [T]
 * @param logProbs log-probability of each under the distribution it was drawn from, [T]
 * @param finish why it ended
 */
public record Completion(int[] ids, float[] logProbs, Finish finish) {

    /** Reasons to end. */
    public enum Finish {
        /** An ending token was generated. */
        STOP,
        /** The limit of tokens or of the context was reached. */
        LENGTH
    }
}
