package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = sum of all elements.   dx = dy everywhere. */
public record Sum(Variable x) implements Op {
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
        Tensor y = backend.empty(Shape.of());
        backend.sumTo(x.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dx = backend.empty(x.shape());
        dx.fill(dy.item());
        into.give(x, dx);
    }
}
