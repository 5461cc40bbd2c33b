package org.soarj.tensor.reference;

import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.KernelShapes;
import org.soarj.tensor.backend.UnaryOp;

/** Kernels in which each number of the result needs one number of each input. */
interface Elements extends Backend {

    @Override
    default void map(UnaryOp op, Tensor x, Tensor y) {
        KernelShapes.map(x, y);
        for (int i = 0; i < x.size(); i++) {
            y.put(i, (float) apply(op, x.at(i)));
        }
    }

    @Override
    default void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.mapBackward(x, y, dy, dx);
        for (int i = 0; i < x.size(); i++) {
            dx.put(i, (float) (dy.at(i) * derivative(op, x.at(i), y.at(i))));
        }
    }

    private static double apply(UnaryOp op, double x) {
        return switch (op) {
            case NEG -> -x;
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case SQUARE -> x * x;
            case RSQRT -> 1 / Math.sqrt(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case SILU -> x * sigmoid(x);
        };
    }

    private static double derivative(UnaryOp op, double x, double y) {
        return switch (op) {
            case NEG -> -1;
            case EXP -> y;
            case LOG -> 1 / x;
            case SQUARE -> 2 * x;
            case RSQRT -> -y * y * y / 2;
            case TANH -> 1 - y * y;
            case SIGMOID -> y * (1 - y);
            case SILU -> siluDerivative(x);
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double siluDerivative(double x) {
        double s = sigmoid(x);
        return s * (1 + x * (1 - s));
    }

    @Override
    default void zip(BinaryOp op, Tensor a, Tensor b, Tensor out) {
        KernelShapes.zip(a, b, out);
        int[] stridesA = KernelShapes.broadcastStrides(a.shape(), out.shape());
        int[] stridesB = KernelShapes.broadcastStrides(b.shape(), out.shape());
        for (int i = 0; i < out.size(); i++) {
            float left = a.at(source(i, out.shape(), stridesA));
            float right = b.at(source(i, out.shape(), stridesB));
            out.put(i, switch (op) {
                case ADD -> left + right;
                case SUB -> left - right;
                case MUL -> left * right;
                case DIV -> left / right;
            });
        }
    }

    @Override
    default void sumTo(Tensor x, Tensor out) {
        KernelShapes.sumTo(x, out);
        int[] strides = KernelShapes.broadcastStrides(out.shape(), x.shape());
        double[] sums = new double[out.size()];
        for (int i = 0; i < x.size(); i++) {
            sums[source(i, x.shape(), strides)] += x.at(i);
        }
        for (int i = 0; i < sums.length; i++) {
            out.put(i, (float) sums[i]);
        }
    }

    /** Where element {@code i} of a tensor of this shape lies in the one that these strides broadcast to it. */
    private static int source(int i, Shape shape, int[] strides) {
        int source = 0;
        for (int dim = shape.rank() - 1; dim >= 0; dim--) {
            source += i % shape.dim(dim) * strides[dim];
            i /= shape.dim(dim);
        }
        return source;
    }

    @Override
    default void addScaled(float alpha, Tensor x, Tensor y) {
        KernelShapes.addScaled(x, y);
        for (int i = 0; i < x.size(); i++) {
            y.put(i, (float) (y.at(i) + (double) alpha * x.at(i)));
        }
    }

    @Override
    default void swiglu(Tensor gate, Tensor up, Tensor y) {
        KernelShapes.swiglu(gate, up, y);
        for (int i = 0; i < y.size(); i++) {
            y.put(i, (float) (apply(UnaryOp.SILU, gate.at(i)) * up.at(i)));
        }
    }

    @Override
    default void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        KernelShapes.swigluBackward(gate, up, dy, dgate, dup);
        for (int i = 0; i < dy.size(); i++) {
            double g = gate.at(i);
            dgate.put(i, (float) (dy.at(i) * up.at(i) * siluDerivative(g)));
            dup.put(i, (float) (dy.at(i) * apply(UnaryOp.SILU, g)));
        }
    }
}
