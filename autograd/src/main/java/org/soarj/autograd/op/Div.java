package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.UnaryOp;

/** y = a / b with broadcasting.   da = sum(dy / b), db = -sum(dy y / b) over what was broadcast. */
public final class Div implements Op {
    private final Variable a;
    private final Variable b;
    private Tensor y;

    public Div(Variable a, Variable b) {
        this.a = a;
        this.b = b;
    }

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
        return i == 1;
    }

    @Override
    public boolean savesValue() {
        return true;
    }

    @Override
    public Tensor forward(Backend backend) {
        y = backend.empty(Shape.broadcast(a.shape(), b.shape()));
        backend.zip(BinaryOp.DIV, a.operand(), b.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        backend.zip(BinaryOp.DIV, dy, b.operand(), dy);
        Reduction.add(backend, a, dy, into);
        if (into.wants(b)) {
            backend.zip(BinaryOp.MUL, dy, y, dy);
            backend.map(UnaryOp.NEG, dy, dy);
            Reduction.give(backend, b, dy, into);
        }
    }
}
