package org.soarj.autograd;

import java.util.List;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * One differentiable function: its inputs, its value and its derivative, side by side.
 *
 * <p>An op is made for one application. What {@code forward} finds out and {@code backward} needs is kept in fields; both
 * are called once.
 */
public interface Op {

    /** The name for errors and tables: the class name, unless one class serves several functions. */
    default String name() {
        return getClass().getSimpleName();
    }

    List<Variable> inputs();

    /** Computes the value. */
    Tensor forward(Backend backend);

    /**
     * Adds this op's share to the gradients of its inputs.
     *
     * @param dy gradient of the value; the op may give it away, nobody reads it afterwards
     */
    void backward(Backend backend, Tensor dy, Gradients into);
}
