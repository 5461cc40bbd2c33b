package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = factor x.   dx = factor dy. */
public record Scale(float factor, Variable x) implements Op {
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
        Tensor y = backend.zeros(x.shape());
        backend.addScaled(factor, x.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dx = backend.zeros(x.shape());
        backend.addScaled(factor, dy, dx);
        into.give(x, dx);
    }
}
