package org.soarj.rl;

/**
 * How the terms of a batch become one loss. The choice decides how long completions weigh against short ones, so every
 * report should name it. Names after verl's {@code loss_agg_mode}.
 */
public enum Aggregation {
    /**
     * One ratio a sequence, {@code exp(sum_t new - sum_t old)}, summed over the sequences and divided by their number,
     * masked ones included: TRL's RLOO, and the only form here that suits SOAR's resampled teacher outputs, whose
     * correction needs every completion to count with its summed log-probability and equal weight (SOAR prop. 1).
     */
    SEQUENCE_SUM,
    /** One ratio a token; sum over all tokens divided by the tokens of the batch. Long completions weigh more. */
    TOKEN_MEAN,
    /** One ratio a token; sums of the sequences, averaged over the unmasked sequences. */
    SEQUENCE_MEAN_TOKEN_SUM,
    /** One ratio a token; means of the sequences, averaged over the unmasked ones. Tokens of long ones weigh less. */
    SEQUENCE_MEAN_TOKEN_MEAN,
    /** One ratio a token; sum over all tokens divided by a constant, not by the batch (Dr. GRPO, Liu et al. 2025). */
    TOKEN_SUM_OVER_CONSTANT
}
