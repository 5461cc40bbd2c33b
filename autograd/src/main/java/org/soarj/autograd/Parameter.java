package org.soarj.autograd;

import org.soarj.tensor.Tensor;

/**
 * A tensor with the dotted name it has in a checkpoint; trainable, unless its variable is a constant.
 *
 * @param name such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param variable the leaf that ops read and gradients collect in
 */
public record Parameter(String name, Variable variable) {
    public Parameter(String name, Tensor value) {
        this(name, Variable.leaf(value));
    }

    public Tensor value() {
        return variable.value();
    }

    /** The gradient collected so far, or null. */
    public Tensor gradient() {
        return variable.gradient();
    }
}
