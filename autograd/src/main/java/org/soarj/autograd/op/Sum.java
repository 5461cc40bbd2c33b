package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = sum of all elements.   dx = dy everywhere. */
public record Sum(Variable x) implements Op {
    @Override
    public List<Variable> inputs() {
        return List.of(x);
    }

    @Override
    public List<Variable> saved() {
        return List.of();
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.of());
        backend.sumTo(x.value(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dx = backend.empty(x.shape());
        dx.fill(dy.item());
        into.give(x, dx);
    }
}
