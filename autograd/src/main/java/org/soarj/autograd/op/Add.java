package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;

/** y = a + b with broadcasting.   da = sum(dy), db = sum(dy) over what was broadcast. */
public record Add(Variable a, Variable b) implements Op {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public Variable input(int i) {
        return i == 0 ? a : b;
    }

    @Override
    public boolean saves(int i) {
        return false;
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.broadcast(a.shape(), b.shape()));
        backend.zip(BinaryOp.ADD, a.operand(), b.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(b)) {
            Reduction.add(backend, a, dy, into);
            Reduction.give(backend, b, dy, into);
        } else {
            Reduction.give(backend, a, dy, into);
        }
    }
}
