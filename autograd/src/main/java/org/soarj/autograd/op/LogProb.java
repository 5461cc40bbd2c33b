package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * y[i] = logits[i, target[i]] - logsumexp(logits[i]), 0 where the target is -1; no probability matrix is kept.
 *
 * <p>dlogits[i] = dy[i] (onehot(target[i]) - softmax(logits[i])).
 */
public record LogProb(Variable logits, int[] targets) implements Op {
    @Override
    public int arity() {
        return 1;
    }

    @Override
    public Variable input(int i) {
        return logits;
    }

    @Override
    public Tensor forward(Backend backend) {
        Tensor y = backend.empty(Shape.of(targets.length));
        backend.logProb(logits.operand(), targets, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dlogits = backend.empty(logits.shape());
        backend.logProbBackward(logits.operand(), targets, dy, dlogits);
        into.give(logits, dlogits);
    }
}
