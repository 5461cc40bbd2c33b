package org.soarj.autograd;

import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * A tensor in a computation, with the op that made it and, after {@link Backward}, its gradient.
 *
 * <p>Leaves have no op. A leaf made by {@link #leaf} collects gradients over backward sweeps until they are cleared;
 * the gradient of an intermediate variable is freed as soon as the sweep has used it.
 */
public final class Variable {
    private final Tensor value;
    private final boolean needsGradient;
    private Op op;
    private boolean swept;
    private Tensor gradient;

    private Variable(Tensor value, boolean needsGradient, Op op) {
        this.value = value;
        this.needsGradient = needsGradient;
        this.op = op;
    }

    /** A leaf that no gradient is asked for. */
    public static Variable constant(Tensor value) {
        return new Variable(value, false, null);
    }

    /** A leaf that collects its gradient. */
    public static Variable leaf(Tensor value) {
        return new Variable(value, true, null);
    }

    static Variable made(Tensor value, Op op) {
        return new Variable(value, true, op);
    }

    public Tensor value() {
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    /** Whether a backward sweep has to reach this variable. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** The gradient collected so far, or null before any sweep. */
    public Tensor gradient() {
        return gradient;
    }

    /** Forgets the gradient. */
    public void clearGradient() {
        gradient = null;
    }

    void gradient(Tensor newGradient) {
        gradient = newGradient;
    }

    /** The op that made this variable; null for a leaf. */
    Op op() {
        if (swept) {
            throw new IllegalStateException("backward: this part of the graph was swept before and its saved tensors are "
                    + "freed; compute the forward pass again");
        }
        return op;
    }

    boolean isLeaf() {
        return op == null && !swept;
    }

    void release() {
        op = null;
        swept = true;
        gradient = null;
    }

    @Override
    public String toString() {
        return "Variable" + value.shape() + (op == null ? "" : " from " + op.name());
    }
}
