package org.soarj.tensor;

/**
 * The numbers that a tensor and its reshapes share.
 *
 * <p>A pool lends one storage again and again. Each lease has a number, and a tensor remembers its own, so that a tensor
 * of an earlier lease can be told from one that may still read the numbers.
 */
final class Storage {
    final float[] data;
    /** Where the numbers go when they are recycled; null for an array that somebody else made. */
    final BufferPool home;
    int lease;
    /** Counts the writes; an op that saved these numbers sees by it that they were changed. */
    int version;
    /** When the storage was last given back, on the pool's own clock. */
    long idleSince;
    BufferPool.Loan loan;

    Storage(float[] data, BufferPool home) {
        this.data = data;
        this.home = home;
    }
}
