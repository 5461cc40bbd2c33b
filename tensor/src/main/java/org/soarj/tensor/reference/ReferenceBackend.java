package org.soarj.tensor.reference;

import org.soarj.tensor.BufferPool;
import org.soarj.tensor.backend.PooledBackend;

/**
 * The readable definition of every kernel: plain loops, double sums, one thread. Keeps no buffers, and is safe to share.
 *
 * <p>Its empty tensors are full of NaN, so that reading what nobody wrote shows.
 */
public final class ReferenceBackend implements Products, Elements, Rows, Tables, Attention, Optimiser,
        PooledBackend {
    private final BufferPool buffers = new BufferPool(0, true);

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void close() {}

    @Override
    public BufferPool buffers() {
        return buffers;
    }
}
