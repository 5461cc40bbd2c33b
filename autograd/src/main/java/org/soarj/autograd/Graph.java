package org.soarj.autograd;

import java.util.ArrayList;
import java.util.List;
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
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;

/**
 * Applies ops on a backend; a recording graph remembers them for {@link Backward}, the other kind forgets at once.
 *
 * <p>Whether gradients are wanted, and whether activations are kept or computed twice, are properties of this object and
 * not of the thread or the program, so that a forward pass written once serves training and generation. A graph is for one
 * thread. A loop that keeps its graph from step to step makes fewer objects.
 */
public final class Graph {
    private final Backend backend;
    private final boolean recording;
    private final boolean checkpointing;
    /** Leaves that want a gradient and that ops read, in a graph that a {@link Checkpoint} watches; else null. */
    private final List<Variable> read;
    private Scope scope;
    /** In a {@link #checkpointing} graph, the one that computes segments again. */
    private final Graph again;
    /** How many segments are open. */
    private int segments;
    /** Variables of segments that were swept, linked by {@link Variable#next}. */
    private Variable spare;

    private Graph(Backend backend, boolean recording, boolean checkpointing, List<Variable> read) {
        this.backend = backend;
        this.recording = recording;
        this.checkpointing = checkpointing;
        this.read = read;
        again = checkpointing ? recording(backend) : null;
    }

    /** A graph for training. */
    public static Graph recording(Backend backend) {
        return new Graph(backend, true, false, null);
    }

    /**
     * A graph for training that keeps of each {@link #segment} only its inputs and its result, and computes the rest again in the
     * backward pass: less memory for a second forward pass, and the same gradients bit for bit (Chen et al. 2016).
     */
    public static Graph checkpointing(Backend backend) {
        return new Graph(backend, true, true, null);
    }

    /** A graph for values alone: nothing is kept. */
    public static Graph inference(Backend backend) {
        return new Graph(backend, false, false, null);
    }

    /** An inference graph that adds to {@code read} the leaves that want a gradient, and refuses intermediate variables. */
    static Graph watching(Backend backend, List<Variable> read) {
        return new Graph(backend, false, false, read);
    }

    public Backend backend() {
        return backend;
    }

    /** Computes {@code op} and, if this graph records and an input needs a gradient, remembers it. */
    public Variable apply(Op op) {
        if (read != null) {
            watch(op);
        }
        Tensor value;
        try {
            value = op.forward(backend);
        } catch (ShapeException e) {
            throw named(op, e);
        }
        if (recording && wantsGradient(op)) {
            return remember(value, op);
        }
        op.release(backend);
        return Variable.sharesWithAnInput(op, value) ? Variable.constant(value) : own(value);
    }

    /** Within a segment, where variables are out of reach afterwards, in an object that an earlier step has left. */
    private Variable remember(Tensor value, Op op) {
        if (segments == 0) {
            return Variable.made(value, op);
        }
        Variable variable = spare;
        if (variable == null) {
            variable = Variable.made(value, op);
        } else {
            spare = variable.next;
            variable.next = null;
            variable.madeAgain(value, op);
        }
        variable.home(this);
        return variable;
    }

    /** Takes a variable of a segment that was swept. */
    void reuse(Variable variable) {
        variable.next = spare;
        spare = variable;
    }

    private static boolean wantsGradient(Op op) {
        for (int i = 0; i < op.arity(); i++) {
            if (op.input(i).needsGradient()) {
                return true;
            }
        }
        return false;
    }

    private void watch(Op op) {
        for (int i = 0; i < op.arity(); i++) {
            Variable input = op.input(i);
            if (!input.isLeaf()) {
                throw new IllegalStateException("segment: " + op.name() + " reads " + input + ", which was made outside of the "
                        + "segment; hand it over as an input");
            }
            if (input.needsGradient() && !read.contains(input)) {
                read.add(input);
            }
        }
    }

    /** Kernels name themselves; what went wrong before one was called does not tell the op. */
    private static ShapeException named(Op op, ShapeException e) {
        String message = e.getMessage();
        boolean named = message.regionMatches(true, 0, op.name(), 0, op.name().length());
        return named ? e : new ShapeException(op.name() + ": " + message);
    }

    /** A constant over a tensor that was made for this graph by other means than an op; an open scope recycles it. */
    public Variable own(Tensor value) {
        if (scope != null) {
            scope.values.add(value);
        }
        return Variable.constant(value);
    }

    /**
     * Opens a scope: when it is closed, all that this graph made in the meantime is recycled, except what was kept. Scopes
     * may be nested. Without a scope the garbage collector takes the values.
     *
     * @throws IllegalStateException when this graph records; the backward sweep recycles what it made
     */
    public Scope scope() {
        if (recording) {
            throw new IllegalStateException("scope: this graph records, and its values are recycled by the backward sweep; use "
                    + "an inference graph");
        }
        scope = new Scope(scope);
        return scope;
    }

    /** The time in which an inference graph's values live. */
    public final class Scope implements AutoCloseable {
        private final Scope outer;
        private final List<Tensor> values = new ArrayList<>();

        private Scope(Scope outer) {
            this.outer = outer;
        }

        /** Hands {@code variable} to the enclosing scope, or to the caller for good if there is none. */
        public Variable keep(Variable variable) {
            Tensor kept = variable.value();
            for (int i = values.size() - 1; i >= 0; i--) {
                if (values.get(i).sharesWith(kept)) {
                    Tensor value = values.remove(i);
                    if (outer != null) {
                        outer.values.add(value);
                    }
                }
            }
            return variable;
        }

        /** Recycles what was not kept. */
        @Override
        public void close() {
            for (Tensor value : values) {
                // A reshape went with the tensor that it shares its numbers with.
                if (!value.isRecycled()) {
                    backend.recycle(value);
                }
            }
            scope = outer;
        }
    }

    /** A part of a forward pass: a function of its inputs, of leaves and of constants, and of nothing else. */
    @FunctionalInterface
    public interface Segment {
        /** @param graph the graph to apply ops with; not always the one that the segment was given to */
        Variable apply(Graph graph, List<Variable> inputs);
    }

    /**
     * The result of {@code segment}, such as one layer. What it makes on the way is out of reach afterwards: an inference
     * graph recycles it at once, a {@link #checkpointing} graph does so too and computes it again in the backward pass, a plain
     * recording graph keeps it for the backward pass and uses the {@link Variable} objects again in the next step.
     */
    public Variable segment(Segment segment, Variable... inputs) {
        if (checkpointing) {
            return apply(new Checkpoint(segment, List.of(inputs), again));
        }
        if (recording) {
            return within(segment, List.of(inputs));
        }
        try (Scope inner = scope()) {
            return inner.keep(segment.apply(this, List.of(inputs)));
        }
    }

    /** The result of {@code segment}, in a recording graph. */
    Variable within(Segment segment, List<Variable> inputs) {
        segments++;
        try {
            Variable result = segment.apply(this, inputs);
            if (segments == 1) {
                result.home(null);
            }
            return result;
        } finally {
            segments--;
        }
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
