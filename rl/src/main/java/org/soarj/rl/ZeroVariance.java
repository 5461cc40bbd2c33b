package org.soarj.rl;

/** What is done with groups whose rewards are all equal: they teach nothing, but count in what the loss is divided by. */
public enum ZeroVariance {
    /** Nothing: the loss is divided by the whole batch. */
    KEEP,
    /** They leave the batch before the loss is divided, so that the others keep their weight. */
    DROP,
    /** They leave the batch and more problems are sampled in their place (DAPO's dynamic sampling, Yu et al. 2025, sec. 3.2). */
    RESAMPLE
}
