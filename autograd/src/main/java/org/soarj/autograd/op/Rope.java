package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = R(position) x, a rotation of each head of each row.   dx = R(-position) dy. */
public record Rope(Variable x, int[] positions, Tensor cos, Tensor sin) implements Op {
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
        Tensor y = backend.empty(x.shape());
        backend.rope(x.operand(), positions, cos, sin, false, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        backend.rope(dy, positions, cos, sin, true, dy);
        into.give(x, dy);
    }
}
