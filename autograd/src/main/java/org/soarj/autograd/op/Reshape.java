package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** The same numbers under another shape.   dx = dy under the old shape. */
public record Reshape(Variable x, int... dims) implements Op {
    @Override
    public int arity() {
        return 1;
    }

    @Override
    public Variable input(int i) {
        return x;
    }

    @Override
    public boolean saves(int i) {
        return false;
    }

    @Override
    public Tensor forward(Backend backend) {
        return x.operand().reshape(dims);
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        into.give(x, dy.reshape(x.shape()));
    }
}
