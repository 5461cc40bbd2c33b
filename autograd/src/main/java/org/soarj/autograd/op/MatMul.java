package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * y = op(a) op(b) over matrices, op = transpose where asked.
 *
 * <p>With y = A B:   dA = dy B^T, dB = A^T dy; where a holds A^T, da is the transpose: da = B dy^T. Likewise for b.
 */
public record MatMul(Variable a, boolean transposeA, Variable b, boolean transposeB) implements Op {
    @Override
    public List<Variable> inputs() {
        return List.of(a, b);
    }

    @Override
    public Tensor forward(Backend backend) {
        int n = transposeB ? b.value().rows() : b.value().cols();
        Tensor y = transposeA ? Tensor.zeros(a.value().cols(), n) : Tensor.zeros(withCols(a.shape().toArray(), n));
        backend.matmul(a.value(), transposeA, b.value(), transposeB, 1f, 0f, y);
        return y;
    }

    private static int[] withCols(int[] dims, int cols) {
        dims[dims.length - 1] = cols;
        return dims;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            if (transposeA) {
                backend.matmul(b.value(), transposeB, dy, true, 1f, 1f, into.accumulator(a));
            } else {
                backend.matmul(dy, false, b.value(), !transposeB, 1f, 1f, into.accumulator(a));
            }
        }
        if (into.wants(b)) {
            if (transposeB) {
                backend.matmul(dy, true, a.value(), transposeA, 1f, 1f, into.accumulator(b));
            } else {
                backend.matmul(a.value(), !transposeA, dy, false, 1f, 1f, into.accumulator(b));
            }
        }
    }
}
