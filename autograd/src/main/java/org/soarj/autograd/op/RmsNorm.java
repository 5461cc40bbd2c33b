package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * y = x r w, r = 1/sqrt(mean(x^2) + epsilon) for each row.
 *
 * <p>dx = r (dy w - x r^2 mean(dy w x)), dw = sum over rows of dy x r.
 */
public final class RmsNorm implements Op {
    private final Variable x;
    private final Variable weight;
    private final float epsilon;
    private Tensor rstd;

    public RmsNorm(Variable x, Variable weight, float epsilon) {
        this.x = x;
        this.weight = weight;
        this.epsilon = epsilon;
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public Variable input(int i) {
        return i == 0 ? x : weight;
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(x.shape());
        rstd = backend.empty(x.shape().withCols(1));
        backend.rmsNorm(x.operand(), weight.operand(), epsilon, y, rstd);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dx = backend.empty(x.shape());
        Tensor dweight = into.wants(weight) ? into.accumulator(weight) : backend.zeros(weight.shape());
        backend.rmsNormBackward(x.operand(), weight.operand(), rstd, dy, dx, dweight);
        into.give(x, dx);
        if (!into.wants(weight)) {
            backend.surrender(dweight);
        }
    }

    @Override
    public void release(Backend backend) {
        backend.surrender(rstd);
    }
}
