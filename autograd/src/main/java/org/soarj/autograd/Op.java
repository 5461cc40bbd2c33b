package org.soarj.autograd;

import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * One differentiable function: its inputs, its value and its derivative, side by side.
 *
 * <p>An op is made for one application. What {@code forward} finds out and {@code backward} needs is kept in fields; both
 * are called once. Every tensor an op makes comes from {@link Backend#empty}, and goes back when it has served. It reads its
 * inputs by {@link Variable#operand}. What it made, read or was given it must not keep after its last call: the sweep
 * {@linkplain Backend#surrender surrenders} it.
 */
public interface Op {

    /** The name for errors and tables: the class name, unless one class serves several functions. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** How many inputs there are. */
    int arity();

    /** Input {@code i}, counted from 0. */
    Variable input(int i);

    /**
     * Whether {@code backward} reads the value of input {@code i}. Such a value must stay as it was: the sweep refuses when it
     * was written to in the meantime.
     */
    default boolean saves(int i) {
        return true;
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
