package org.soarj.autograd;

import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Where ops leave the gradients of their inputs during one backward sweep. */
public final class Gradients {
    private final Backend backend;

    Gradients(Backend backend) {
        this.backend = backend;
    }

    /** Whether anybody asks for the gradient of {@code variable}; if not, the op need not compute it. */
    public boolean wants(Variable variable) {
        return variable.needsGradient();
    }

    /** Adds {@code dx}; the tensor may become the gradient itself, so the op must not use it again. */
    public void give(Variable variable, Tensor dx) {
        if (!variable.needsGradient()) {
            return;
        }
        if (variable.gradient() == null) {
            variable.gradient(dx);
        } else {
            backend.addScaled(1f, dx, variable.gradient());
        }
    }

    /** Adds {@code dx}, which stays the op's own. */
    public void add(Variable variable, Tensor dx) {
        if (variable.needsGradient()) {
            give(variable, variable.gradient() == null ? dx.copy() : dx);
        }
    }

    /** The gradient so far, zeros at first, for kernels that add into it. Ask {@link #wants} before. */
    public Tensor accumulator(Variable variable) {
        if (variable.gradient() == null) {
            variable.gradient(Tensor.zeros(variable.shape()));
        }
        return variable.gradient();
    }
}
