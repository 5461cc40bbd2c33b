package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.DType;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * y = op(a) op(b) over matrices, op = transpose where asked.
 *
 * <p>With y = A B:   dA = dy B^T, dB = A^T dy; where a holds A^T, da is the transpose: da = B dy^T. Likewise for b.
 * A constant b may be stored in 16 bits.
 */
public record MatMul(Variable a, boolean transposeA, Variable b, boolean transposeB) implements Op {
    @Override
    public List<Variable> inputs() {
        return List.of(a, b);
    }

    @Override
    public List<Variable> saved() {
        return Factors.saved(a, b);
    }

    @Override
    public Tensor forward(Backend backend) {
        int n = transposeB ? b.value().rows() : b.value().cols();
        Tensor y = backend.empty(transposeA ? Shape.of(a.value().cols(), n) : withCols(a.shape(), n));
        backend.matmul(a.value(), transposeA, b.value(), transposeB, 1f, 0f, y);
        return y;
    }

    private static Shape withCols(Shape shape, int cols) {
        int[] dims = shape.rank() == 0 ? new int[1] : shape.toArray();
        dims[dims.length - 1] = cols;
        return Shape.of(dims);
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            if (transposeA) {
                // Here b is the left operand, which kernels take as floats alone.
                backend.matmul(b.value().to(DType.F32), transposeB, dy, true, 1f, into.beta(a), into.target(a));
            } else {
                backend.matmul(dy, false, b.value(), !transposeB, 1f, into.beta(a), into.target(a));
            }
        }
        if (into.wants(b)) {
            if (transposeB) {
                backend.matmul(dy, true, a.value(), transposeA, 1f, into.beta(b), into.target(b));
            } else {
                backend.matmul(a.value(), !transposeA, dy, false, 1f, into.beta(b), into.target(b));
            }
        }
    }
}
