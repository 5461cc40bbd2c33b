package org.soarj.autograd.op;

import org.soarj.autograd.Gradients;
import org.soarj.autograd.Op;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** y[i] = op(a[i]) op(b[i]) for each leading index i; the derivative is that of {@link MatMul}, for each i. */
public record BatchedMatMul(Variable a, boolean transposeA, Variable b, boolean transposeB) implements Op {
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
        ShapeException.require(a.shape().rank() >= 3 && b.shape().rank() >= 3,
                "batchedMatmul: a and b need a rank of 3 or more, got %s and %s; use matmul", a.shape(), b.shape());
        int[] dims = a.shape().toArray();
        dims[dims.length - 2] = a.shape().dim(transposeA ? -1 : -2);
        dims[dims.length - 1] = b.shape().dim(transposeB ? -2 : -1);
        Tensor y = backend.empty(Shape.of(dims));
        backend.batchedMatmul(a.operand(), transposeA, b.operand(), transposeB, 1f, 0f, y);
        return y;
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        if (into.wants(a)) {
            if (transposeA) {
                backend.batchedMatmul(b.operand(), transposeB, dy, true, 1f, into.beta(a), into.target(a));
            } else {
                backend.batchedMatmul(dy, false, b.operand(), !transposeB, 1f, into.beta(a), into.target(a));
            }
        }
        if (into.wants(b)) {
            if (transposeB) {
                backend.batchedMatmul(dy, true, a.operand(), transposeA, 1f, into.beta(b), into.target(b));
            } else {
                backend.batchedMatmul(a.operand(), !transposeA, dy, false, 1f, into.beta(b), into.target(b));
            }
        }
    }
}
