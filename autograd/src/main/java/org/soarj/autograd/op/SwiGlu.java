package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y = silu(gate) up, silu(g) = g s, s = sigmoid(g).   dgate = dy up s (1 + g (1 - s)), dup = dy silu(gate). */
public record SwiGlu(Variable gate, Variable up) implements Op {
    @Override
    public int arity() {
        return 2;
    }

    @Override
    public Variable input(int i) {
        return i == 0 ? gate : up;
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(gate.shape());
        backend.swiglu(gate.operand(), up.operand(), y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dgate = backend.empty(dy.shape());
        Tensor dup = backend.empty(dy.shape());
        backend.swigluBackward(gate.operand(), up.operand(), dy, dgate, dup);
        into.give(gate, dgate);
        into.give(up, dup);
    }
}
