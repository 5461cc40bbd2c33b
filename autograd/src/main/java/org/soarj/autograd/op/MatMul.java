package org.soarj.autograd.op;

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
    public int arity() {
        return 2;
    }

    @Override
    public Variable input(int i) {
        return i == 0 ? a : b;
    }

    @Override
    public boolean saves(int i) {
        // The gradient of one factor is made of the other.
        return input(1 - i).needsGradient();
    }

    @Override
    public Tensor forward(Backend backend) {
        int n = transposeB ? b.operand().rows() : b.operand().cols();
        Tensor y = backend.empty(transposeA ? Shape.of(a.operand().cols(), n) : a.shape().withCols(n));
        backend.matmul(a.operand(), transposeA, b.operand(), transposeB, 1f, 0f, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            if (transposeA) {
                // Here b is the left operand, which kernels take as floats alone.
                backend.matmul(b.operand().to(DType.F32), transposeB, dy, true, 1f, into.beta(a), into.target(a));
            } else {
                backend.matmul(dy, false, b.operand(), !transposeB, 1f, into.beta(a), into.target(a));
            }
        }
        if (into.wants(b)) {
            if (transposeB) {
                backend.matmul(dy, true, a.operand(), transposeA, 1f, into.beta(b), into.target(b));
            } else {
                backend.matmul(a.operand(), !transposeA, dy, false, 1f, into.beta(b), into.target(b));
            }
        }
    }
}
