package org.soarj.rl;

/** Why the sampler stopped. */
public enum FinishReason {
    /** An end token was sampled; it is the last completion id. */
    STOP,
    /** The token budget ran out; the completion is truncated. */
    LENGTH
}
