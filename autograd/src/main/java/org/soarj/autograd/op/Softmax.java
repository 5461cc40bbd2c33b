package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = softmax(x), row by row.   dx = y (dy - sum(dy y)). */
public final class Softmax implements Op {
    private final Variable x;
    private Tensor y;

    public Softmax(Variable x) {
        this.x = x;
    }

    @Override
    public List<Variable> inputs() {
        return List.of(x);
    }

    @Override
    public List<Variable> saved() {
        return List.of();
    }

    @Override
    public boolean savesValue() {
        return true;
    }

    @Override
    public Tensor forward(Backend backend) {
        y = backend.empty(x.shape());
        backend.softmax(x.value(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dx = backend.empty(x.shape());
        backend.softmaxBackward(y, dy, dx);
        into.give(x, dx);
    }
}
