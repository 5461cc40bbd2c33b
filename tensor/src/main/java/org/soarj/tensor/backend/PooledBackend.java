package org.soarj.tensor.backend;

import org.soarj.tensor.BufferPool;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/** A backend that computes in arrays of the Java heap, which a pool lends it. */
public interface PooledBackend extends Backend {

    /** The pool of this backend alone. */
    BufferPool buffers();

    @Override
    default Tensor empty(Shape shape) {
        return buffers().take(shape);
    }

    @Override
    default MemoryUse memory() {
        return buffers().use();
    }

    @Override
    default void resetPeak() {
        buffers().resetPeak();
    }
}
