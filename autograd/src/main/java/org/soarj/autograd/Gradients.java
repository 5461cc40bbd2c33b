package org.soarj.autograd;

import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Where ops leave the gradients of their inputs during one backward sweep. */
public final class Gradients {
    private final Backend backend;
    /** Came from a caller, who may have kept it. */
    private final Tensor seed;
    /** The gradient that the present op was given, until it hands it on. */
    private Tensor dy;

    Gradients(Backend backend, Tensor seed) {
        this.backend = backend;
        this.seed = seed;
    }

    /** Runs the backward pass of one op and takes back {@code dy} unless the op has handed it on. */
    void run(Op op, Tensor gradient) {
        dy = gradient;
        op.backward(backend, gradient, this);
        if (dy != null) {
            giveBack(dy);
        }
    }

    /** Whether anybody asks for the gradient of {@code variable}; if not, the op need not compute it. */
    public boolean wants(Variable variable) {
        return variable.needsGradient();
    }

    /**
     * Adds {@code dx}, which is used up: it becomes the gradient itself or is recycled, so the op must not use it again.
     */
    public void give(Variable variable, Tensor dx) {
        if (variable.needsGradient() && variable.gradient() == null) {
            variable.gradient(dx);
            if (dy != null && dx.sharesWith(dy)) {
                dy = null;
            }
        } else {
            add(variable, dx);
            discard(dx);
        }
    }

    /** Recycles a tensor that the op has no more use for; it may be the gradient that the op was given. */
    public void discard(Tensor tensor) {
        if (dy != null && tensor.sharesWith(dy)) {
            dy = null;
        }
        giveBack(tensor);
    }

    private void giveBack(Tensor tensor) {
        if (tensor == seed) {
            backend.recycle(tensor);
        } else {
            backend.surrender(tensor);
        }
    }

    /** Adds {@code dx}, which stays the op's own. */
    public void add(Variable variable, Tensor dx) {
        if (!variable.needsGradient()) {
            return;
        }
        if (variable.gradient() == null) {
            Tensor copy = backend.empty(dx.shape());
            copy.copyFrom(dx);
            variable.gradient(copy);
        } else {
            backend.addScaled(1f, dx, variable.gradient());
        }
    }

    /** The gradient so far, zeros at first, for kernels that add into it. Ask {@link #wants} before. */
    public Tensor accumulator(Variable variable) {
        if (variable.gradient() == null) {
            variable.gradient(backend.zeros(variable.shape()));
        }
        return variable.gradient();
    }

    /** What a kernel that computes {@code beta c + ...} has to keep of {@link #target}: 0 at first, then 1. */
    public float beta(Variable variable) {
        return variable.gradient() == null ? 0f : 1f;
    }

    /** The gradient so far, undefined at first: ask {@link #wants} and {@link #beta} before. */
    public Tensor target(Variable variable) {
        if (variable.gradient() == null) {
            variable.gradient(backend.empty(variable.shape()));
        }
        return variable.gradient();
    }

    /** Takes the gradient so far away from {@code variable}; null when there is none. */
    Tensor take(Variable variable) {
        Tensor gradient = variable.gradient();
        variable.gradient(null);
        return gradient;
    }

    /** Leaves the gradient that now belongs to {@code variable}, which has none. */
    void put(Variable variable, Tensor gradient) {
        variable.gradient(gradient);
    }

    /** Says that {@code dy} was used up. */
    void handedOn() {
        dy = null;
    }
}
