package org.soarj.tensor.reference;

import org.soarj.tensor.BufferPool;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * The readable definition of every kernel: plain loops, double sums, one thread. Keeps no buffers, and is safe to share.
 *
 * <p>Its empty tensors are full of NaN, so that reading what nobody wrote shows.
 */
public final class ReferenceBackend implements Products, Elements, Rows, Tables, Attention, Optimiser {
    private final BufferPool buffers = new BufferPool(0, true);

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void close() {}

    @Override
    public Tensor empty(Shape shape) {
        return buffers.take(shape);
    }

    @Override
    public void recycle(Tensor tensor) {
        BufferPool.recycle(tensor);
    }

    @Override
    public MemoryUse memory() {
        return buffers.use();
    }

    @Override
    public void resetPeak() {
        buffers.resetPeak();
    }
}
