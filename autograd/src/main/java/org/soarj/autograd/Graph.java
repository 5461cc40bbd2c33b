package org.soarj.autograd;

import org.soarj.autograd.op.Add;
import org.soarj.autograd.op.Attention;
import org.soarj.autograd.op.BatchedMatMul;
import org.soarj.autograd.op.Div;
import org.soarj.autograd.op.Gather;
import org.soarj.autograd.op.LogProb;
import org.soarj.autograd.op.LogSoftmax;
import org.soarj.autograd.op.Map;
import org.soarj.autograd.op.MatMul;
import org.soarj.autograd.op.Mul;
import org.soarj.autograd.op.Reshape;
import org.soarj.autograd.op.RmsNorm;
import org.soarj.autograd.op.Rope;
import org.soarj.autograd.op.Scale;
import org.soarj.autograd.op.Softmax;
import org.soarj.autograd.op.Sub;
import org.soarj.autograd.op.Sum;
import org.soarj.autograd.op.SwiGlu;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;

/**
 * Applies ops on a backend; a recording graph remembers them for {@link Backward}, the other kind forgets at once.
 *
 * <p>Whether gradients are wanted is a property of this object and not of the thread or the program, so that a forward
 * pass written once serves training and generation.
 */
public final class Graph {
    private final Backend backend;
    private final boolean recording;

    private Graph(Backend backend, boolean recording) {
        this.backend = backend;
        this.recording = recording;
    }

    /** A graph for training. */
    public static Graph recording(Backend backend) {
        return new Graph(backend, true);
    }

    /** A graph for values alone: nothing is kept. */
    public static Graph inference(Backend backend) {
        return new Graph(backend, false);
    }

    public Backend backend() {
        return backend;
    }

    /** Computes {@code op} and, if this graph records and an input needs a gradient, remembers it. */
    public Variable apply(Op op) {
        Tensor value = op.forward(backend);
        boolean remember = recording && op.inputs().stream().anyMatch(Variable::needsGradient);
        return remember ? Variable.made(value, op) : Variable.constant(value);
    }

    /** a + b with broadcasting. */
    public Variable add(Variable a, Variable b) {
        return apply(new Add(a, b));
    }

    /** a - b with broadcasting. */
    public Variable sub(Variable a, Variable b) {
        return apply(new Sub(a, b));
    }

    /** a b element by element, with broadcasting. */
    public Variable mul(Variable a, Variable b) {
        return apply(new Mul(a, b));
    }

    /** a / b element by element, with broadcasting. */
    public Variable div(Variable a, Variable b) {
        return apply(new Div(a, b));
    }

    /** factor x. */
    public Variable scale(float factor, Variable x) {
        return apply(new Scale(factor, x));
    }

    public Variable map(UnaryOp op, Variable x) {
        return apply(new Map(op, x));
    }

    public Variable silu(Variable x) {
        return map(UnaryOp.SILU, x);
    }

    public Variable square(Variable x) {
        return map(UnaryOp.SQUARE, x);
    }

    /** op(a) op(b) over matrices. */
    public Variable matmul(Variable a, boolean transposeA, Variable b, boolean transposeB) {
        return apply(new MatMul(a, transposeA, b, transposeB));
    }

    /** op(a) op(b) for each leading index. */
    public Variable batchedMatmul(Variable a, boolean transposeA, Variable b, boolean transposeB) {
        return apply(new BatchedMatMul(a, transposeA, b, transposeB));
    }

    /** x w^T, the product of a layer whose weight is (out,in) as in a checkpoint. */
    public Variable linear(Variable x, Variable weight) {
        return matmul(x, false, weight, true);
    }

    /** silu(gate) up. */
    public Variable swiglu(Variable gate, Variable up) {
        return apply(new SwiGlu(gate, up));
    }

    public Variable softmax(Variable x) {
        return apply(new Softmax(x));
    }

    public Variable logSoftmax(Variable x) {
        return apply(new LogSoftmax(x));
    }

    public Variable rmsNorm(Variable x, Variable weight, float epsilon) {
        return apply(new RmsNorm(x, weight, epsilon));
    }

    public Variable rope(Variable x, int[] positions, Tensor cos, Tensor sin) {
        return apply(new Rope(x, positions, cos, sin));
    }

    /** Rows {@code ids} of {@code table}: an embedding, or a choice of rows. */
    public Variable gather(Variable table, int[] ids) {
        return apply(new Gather(table, ids));
    }

    /** Log-probability of each row's target, (N). */
    public Variable logProb(Variable logits, int[] targets) {
        return apply(new LogProb(logits, targets));
    }

    /** Causal attention over a packed batch. */
    public Variable attention(Variable q, Variable k, Variable v, int[] offsets, AttentionShape shape) {
        return apply(new Attention(q, k, v, offsets, shape));
    }

    /** Sum of all elements, a scalar. */
    public Variable sum(Variable x) {
        return apply(new Sum(x));
    }

    public Variable reshape(Variable x, int... dims) {
        return apply(new Reshape(x, dims));
    }
}
