package org.soarj.rl;

/**
 * One sampled completion, with the ids and log-probabilities of the very tokens that were sampled.
 *
 * <p>Training uses these ids and never the tokens of {@code text}: decoding and encoding again need not give them back.
 * The arrays are not copied, since rollouts are many; they must not be changed afterwards.
 *
 * @param promptIds tokens of the prompt, special tokens included
 * @param completionIds sampled tokens, the end token included if there was one; (T)
 * @param logProbs log-probability of each sampled token at sampling time and temperature, in nats; (T)
 * @param text the completion as decoded for the verifier
 */
public record Rollout(int[] promptIds, int[] completionIds, float[] logProbs, FinishReason finishReason, String text) {
    /** @throws IllegalArgumentException when there is not one log-probability for each completion token */
    public Rollout {
        if (completionIds.length != logProbs.length) {
            throw new IllegalArgumentException("rollout: " + completionIds.length + " completion ids but " + logProbs.length
                    + " log-probabilities; record one for each sampled token");
        }
    }

    /** Number of sampled tokens. */
    public int length() {
        return completionIds.length;
    }

    /** Whether the token budget cut this completion off. */
    public boolean truncated() {
        return finishReason == FinishReason.LENGTH;
    }
}
