package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** The gradient of broadcasting: what was read many times gets the sum of the gradients. */
final class Reduction {
    private Reduction() {}

    /** Adds {@code dy}, summed to the variable's shape; the tensor is used up. */
    static void give(Backend backend, Variable variable, Tensor dy, Gradients into) {
        if (variable.shape().equals(dy.shape())) {
            into.give(variable, dy);
        } else {
            add(backend, variable, dy, into);
            into.discard(dy);
        }
    }

    /** Adds {@code dy}, summed to the variable's shape; the tensor stays the caller's. */
    static void add(Backend backend, Variable variable, Tensor dy, Gradients into) {
        if (!into.wants(variable)) {
            return;
        }
        if (variable.shape().equals(dy.shape())) {
            into.add(variable, dy);
        } else {
            Tensor sum = backend.empty(variable.shape());
            backend.sumTo(dy, sum);
            into.give(variable, sum);
        }
    }
}
