package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = x - logsumexp(x), row by row.   dx = dy - e^y sum(dy). */
public final class LogSoftmax implements Op {
    private final Variable x;
    private Tensor y;

    public LogSoftmax(Variable x) {
        this.x = x;
    }

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
    public boolean savesValue() {
        return true;
    }

    @Override
    public Tensor forward(Backend backend) {
        y = backend.empty(x.shape());
        backend.logSoftmax(x.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dx = backend.empty(x.shape());
        backend.logSoftmaxBackward(y, dy, dx);
        into.give(x, dx);
    }
}
