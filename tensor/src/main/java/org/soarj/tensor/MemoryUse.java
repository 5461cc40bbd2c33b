package org.soarj.tensor;

/**
 * The memory that tensors of a {@link BufferPool}, or on a device, take, in bytes, counted at the sizes of the arrays or blocks
 * and not of the tensors.
 *
 * @param inUse arrays that are lent: neither recycled nor garbage collected
 * @param peak the largest {@code inUse} since {@link BufferPool#resetPeak}
 * @param idle arrays kept for the next tensors
 */
public record MemoryUse(long inUse, long peak, long idle) {}
