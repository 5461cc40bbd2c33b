package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;

/** y = a b with broadcasting.   da = sum(dy b), db = sum(dy a) over what was broadcast. */
public record Mul(Variable a, Variable b) implements Op {
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
        // The gradient of one factor is made of the other.
        return input(1 - i).needsGradient();
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.broadcast(a.shape(), b.shape()));
        backend.zip(BinaryOp.MUL, a.operand(), b.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            Tensor da = backend.empty(dy.shape());
            backend.zip(BinaryOp.MUL, dy, b.operand(), da);
            Reduction.give(backend, a, da, into);
        }
        if (into.wants(b)) {
            Tensor db = backend.empty(dy.shape());
            backend.zip(BinaryOp.MUL, dy, a.operand(), db);
            Reduction.give(backend, b, db, into);
        }
    }
}
