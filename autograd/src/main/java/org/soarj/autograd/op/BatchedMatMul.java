package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y[i] = op(a[i]) op(b[i]) for each leading index i; the derivative is that of {@link MatMul}, for each i. */
public record BatchedMatMul(Variable a, boolean transposeA, Variable b, boolean transposeB) implements Op {
    @Override
    public List<Variable> inputs() {
        return List.of(a, b);
    }

    @Override
    public Tensor forward(Backend backend) {
        int[] dims = a.shape().toArray();
        dims[dims.length - 2] = a.shape().dim(transposeA ? -1 : -2);
        dims[dims.length - 1] = b.shape().dim(transposeB ? -2 : -1);
        Tensor y = Tensor.zeros(dims);
        backend.batchedMatmul(a.value(), transposeA, b.value(), transposeB, 1f, 0f, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            if (transposeA) {
                backend.batchedMatmul(b.value(), transposeB, dy, true, 1f, 1f, into.accumulator(a));
            } else {
                backend.batchedMatmul(dy, false, b.value(), !transposeB, 1f, 1f, into.accumulator(a));
            }
        }
        if (into.wants(b)) {
            if (transposeB) {
                backend.batchedMatmul(dy, true, a.value(), transposeA, 1f, 1f, into.accumulator(b));
            } else {
                backend.batchedMatmul(a.value(), !transposeA, dy, false, 1f, 1f, into.accumulator(b));
            }
        }
    }
}
