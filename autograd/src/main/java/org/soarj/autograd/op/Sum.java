package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = sum of all elements.   dx = dy everywhere. */
public record Sum(Variable x) implements Op {
    @Override
    public List<Variable> inputs() {
        return List.of(x);
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = Tensor.zeros();
        backend.sumTo(x.value(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        into.give(x, Tensor.full(dy.item(), x.shape().toArray()));
    }
}
