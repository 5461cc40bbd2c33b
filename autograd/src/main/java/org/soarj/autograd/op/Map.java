package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;

/** y = f(x), element by element, f one of {@link UnaryOp}, where the derivatives stand.   dx = dy f'(x). */
public final class Map implements Op {
    private final UnaryOp function;
    private final Variable x;
    private Tensor y;

    public Map(UnaryOp function, Variable x) {
        this.function = function;
        this.x = x;
    }

    @Override
    public String name() {
        return function.name();
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
    public boolean savesValue() {
        return true;
    }

    @Override
    public Tensor forward(Backend backend) {
        y = backend.empty(x.shape());
        backend.map(function, x.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        backend.mapBackward(function, x.operand(), y, dy, dy);
        into.give(x, dy);
    }
}
