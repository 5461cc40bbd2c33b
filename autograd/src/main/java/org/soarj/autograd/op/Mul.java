package org.soarj.autograd.op;

import java.util.List;
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
    public List<Variable> inputs() {
        return List.of(a, b);
    }

    @Override
    public List<Variable> saved() {
        return Factors.saved(a, b);
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.broadcast(a.shape(), b.shape()));
        backend.zip(BinaryOp.MUL, a.value(), b.value(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            Tensor da = backend.empty(dy.shape());
            backend.zip(BinaryOp.MUL, dy, b.value(), da);
            Reduction.give(backend, a, da, into);
        }
        if (into.wants(b)) {
            Tensor db = backend.empty(dy.shape());
            backend.zip(BinaryOp.MUL, dy, a.value(), db);
            Reduction.give(backend, b, db, into);
        }
    }
}
