package org.soarj.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The numbers that a tensor and its reshapes share: an array of floats, or 16-bit numbers outside the Java heap.
 *
 * <p>A pool lends one storage again and again. Each lease has a number, and a tensor remembers its own, so that a tensor
 * of an earlier lease can be told from one that may still read the numbers.
 */
final class Storage {
    final DType dtype;
    /** Null unless the type is F32. */
    final float[] data;
    /** Null if the type is F32. */
    final MemorySegment bits;
    /** Where the numbers go when they are recycled; null for an array that somebody else made. */
    final BufferPool home;
    int lease;
    /** Counts the writes; an op that saved these numbers sees by it that they were changed. */
    int version;
    /** When the storage was last given back, on the pool's own clock. */
    long idleSince;
    BufferPool.Loan loan;
    /** A tensor of an earlier lease that nobody holds any more and that will do for the next; or null. */
    Tensor surrendered;
    /** What backends made of the numbers, see {@link Tensor#derived}. */
    volatile Derived derived;

    /** A form of the numbers as a matrix of this shape, made of their {@code version}. */
    record Derived(Class<?> kind, Shape shape, int version, Object form, Derived next) {}

    Storage(float[] data, BufferPool home) {
        this.dtype = DType.F32;
        this.data = data;
        this.bits = null;
        this.home = home;
    }

    Storage(DType dtype, MemorySegment bits) {
        this.dtype = dtype;
        this.data = null;
        this.bits = bits;
        this.home = null;
    }
}
