package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;

/**
 * y = softmax(q k^T / sqrt(D)) v, causal, head by head, within each sequence of a packed batch.
 *
 * <p>With p the probabilities and s the scaled scores:   dv = p^T dy, dp = dy v^T, ds = p (dp - sum(dy y)),
 * dq = ds k / sqrt(D), dk = ds^T q / sqrt(D). p is made again from the saved logsumexp (Dao et al. 2022, sec. 3.1).
 */
public final class Attention implements Op {
    private final Variable q;
    private final Variable k;
    private final Variable v;
    private final int[] offsets;
    private final AttentionShape shape;
    private Tensor y;
    private Tensor lse;

    public Attention(Variable q, Variable k, Variable v, int[] offsets, AttentionShape shape) {
        this.q = q;
        this.k = k;
        this.v = v;
        this.offsets = offsets;
        this.shape = shape;
    }

    @Override
    public int arity() {
        return 3;
    }

    @Override
    public Variable input(int i) {
        return i == 0 ? q : i == 1 ? k : v;
    }

    @Override
    public boolean savesValue() {
        return true;
    }

    @Override
    public Tensor forward(Backend backend) {
        y = backend.empty(q.shape());
        lse = backend.empty(q.shape().withCols(shape.heads()));
        backend.attention(q.operand(), k.operand(), v.operand(), offsets, shape, y, lse);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        Tensor dq = backend.empty(q.shape());
        Tensor dk = backend.empty(k.shape());
        Tensor dv = backend.empty(v.shape());
        backend.attentionBackward(q.operand(), k.operand(), v.operand(), offsets, shape, y, lse, dy, dq, dk, dv);
        into.give(q, dq);
        into.give(k, dk);
        into.give(v, dv);
    }

    @Override
    public void release(Backend backend) {
        backend.surrender(lse);
    }
}
