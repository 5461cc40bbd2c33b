package org.soarj.transformer.checkpoint;

/** How the weights of a loaded model are held. */
public enum Precision {
    /** Every weight as an array of floats: what training needs. */
    F32,
    /**
     * Matrices of BF16 and F16 as they lie in the file, which is mapped and read when they are first used: half the memory,
     * and no time to open. Such matrices are frozen. Norms and biases become floats, and so does what is stored otherwise.
     */
    STORED
}
