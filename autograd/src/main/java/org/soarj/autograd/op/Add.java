package org.soarj.autograd.op;

import java.util.List;
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
    public List<Variable> inputs() {
        return List.of(a, b);
    }

    @Override
    public List<Variable> saved() {
        return List.of();
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.broadcast(a.shape(), b.shape()));
        backend.zip(BinaryOp.ADD, a.value(), b.value(), y);
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
