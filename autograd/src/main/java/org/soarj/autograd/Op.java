package org.soarj.autograd;

import java.util.List;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * One differentiable function: its inputs, its value and its derivative, side by side.
 *
 * <p>An op is made for one application. What {@code forward} finds out and {@code backward} needs is kept in fields; both
 * are called once. Every tensor an op makes comes from {@link Backend#empty}, and goes back when it has served.
 */
public interface Op {

    /** The name for errors and tables: the class name, unless one class serves several functions. */
    default String name() {
        return getClass().getSimpleName();
    }

    List<Variable> inputs();

    /**
     * The inputs whose values {@code backward} reads. They must stay as they were: the sweep refuses when one was written
     * to in the meantime.
     */
    default List<Variable> saved() {
        return inputs();
    }

    /** Whether {@code backward} reads the value that {@code forward} made. */
    default boolean savesValue() {
        return false;
    }

    /** Computes the value. */
    Tensor forward(Backend backend);

    /**
     * Adds this op's share to the gradients of its inputs.
     *
     * @param dy gradient of the value; the op may overwrite it or hand it on, and recycles it in no case
     */
    void backward(Backend backend, Tensor dy, Gradients into);

    /** Recycles what {@code forward} kept for {@code backward} besides its inputs and its value; called last. */
    default void release(Backend backend) {}
}
