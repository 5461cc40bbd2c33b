package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.ShapeRules.columns;
import static org.soarj.tensor.backend.ShapeRules.floats;
import static org.soarj.tensor.backend.ShapeRules.heads;
import static org.soarj.tensor.backend.ShapeRules.indices;
import static org.soarj.tensor.backend.ShapeRules.matrix;
import static org.soarj.tensor.backend.ShapeRules.output;
import static org.soarj.tensor.backend.ShapeRules.same;
import static org.soarj.tensor.backend.ShapeRules.vector;

import java.util.Arrays;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;

/**
 * The checks that every kernel of {@link Backend} makes before it touches a number: one method for each kernel, under its
 * name, so that all implementations refuse the same calls with the same words.
 *
 * <p>Each throws {@link ShapeException} when sizes do not fit, when a tensor is stored in 16 bits that must be F32, when an
 * index is out of range, or when an output shares its numbers with a tensor that the contract of {@link Backend} keeps
 * apart from it, and then marks the outputs as changed, which is how an op notices that what it saved was written to. A
 * matrix such as (N,C) is any tensor of N rows of C; a vector such as (N) is any tensor of N numbers.
 */
public final class KernelShapes {
    /** Cache lines are padded to this many positions, one AVX-512 vector of floats. */
    public static final int CACHE_MULTIPLE = 16;

    private KernelShapes() {}

    // ---- products

    public static void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
        floats("matmul", "a", a);
        product("matmul", a, a.rows(), transposeA, b, b.rows(), transposeB, c, c.rows());
    }

    public static void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c) {
        floats("batchedMatmul", "a", a);
        floats("batchedMatmul", "b", b);
        Shape as = a.shape();
        Shape bs = b.shape();
        Shape cs = c.shape();
        int rank = as.rank();
        if (rank < 3 || bs.rank() != rank || cs.rank() != rank) {
            throw ShapeException.of("batchedMatmul: a, b and c need one rank of 3 or more, got %s, %s and %s", as, bs, cs);
        }
        for (int i = 0; i < rank - 2; i++) {
            if (as.dim(i) != bs.dim(i) || as.dim(i) != cs.dim(i)) {
                throw ShapeException.of("batchedMatmul: leading sizes differ: a is %s, b is %s, c is %s", as, bs, cs);
            }
        }
        product("batchedMatmul", a, as.dim(-2), transposeA, b, bs.dim(-2), transposeB, c, cs.dim(-2));
    }

    private static void product(String kernel, Tensor a, int aRows, boolean transposeA, Tensor b, int bRows, boolean transposeB,
                                Tensor c, int cRows) {
        int m = transposeA ? a.cols() : aRows;
        int n = transposeB ? bRows : b.cols();
        int ofA = transposeA ? aRows : a.cols();
        int ofB = transposeB ? b.cols() : bRows;
        if (ofA != ofB) {
            String remedy = ofA == n ? flip("b", transposeB) : m == ofB ? flip("a", transposeA)
                    : "the columns of op(a) must be as many as the rows of op(b)";
            throw ShapeException.of("%s: inner sizes differ: %s, %s; %s", kernel, text("a", a, transposeA),
                    text("b", b, transposeB), remedy);
        }
        if (cRows != m || c.cols() != n) {
            throw ShapeException.of("%s: %s and %s give %s(%d,%d), c is %s", kernel, text("a", a, transposeA),
                    text("b", b, transposeB), kernel.equals("matmul") ? "" : "matrices ", m, n, c.shape());
        }
        output(kernel, "c", c, a, b);
    }

    private static String text(String name, Tensor x, boolean transposed) {
        return name + " is " + x.shape() + (transposed ? " transposed" : "");
    }

    private static String flip(String name, boolean transposed) {
        return (transposed ? "do not transpose " : "transpose ") + name + "?";
    }

    // ---- element by element

    public static void map(Tensor x, Tensor y) {
        same("map", "x", x, "y", y);
        y.markChanged();
    }

    public static void mapBackward(Tensor x, Tensor y, Tensor dy, Tensor dx) {
        same("mapBackward", "x", x, "y", y);
        same("mapBackward", "x", x, "dy", dy);
        same("mapBackward", "x", x, "dx", dx);
        output("mapBackward", "dx", dx, x, y);
    }

    public static void zip(Tensor a, Tensor b, Tensor out) {
        floats("zip", "a", a);
        floats("zip", "b", b);
        floats("zip", "out", out);
        Shape shape = a.shape().equals(b.shape()) ? a.shape() : Shape.broadcast(a.shape(), b.shape());
        if (!out.shape().equals(shape)) {
            throw ShapeException.of("zip: %s and %s broadcast to %s, out is %s", a.shape(), b.shape(), shape, out.shape());
        }
        if (!a.shape().equals(shape)) {
            output("zip", "out", out, a);
        }
        if (!b.shape().equals(shape)) {
            output("zip", "out", out, b);
        }
        out.markChanged();
    }

    public static void sumTo(Tensor x, Tensor out) {
        floats("sumTo", "x", x);
        boolean fits = out.shape().rank() <= x.shape().rank();
        for (int i = 1; fits && i <= out.shape().rank(); i++) {
            fits = out.shape().dim(-i) == 1 || out.shape().dim(-i) == x.shape().dim(-i);
        }
        if (!fits) {
            throw ShapeException.of("sumTo: out is %s, which does not broadcast to x, %s; its sizes must be 1 or those of x",
                    out.shape(), x.shape());
        }
        output("sumTo", "out", out, x);
    }

    /**
     * For each dimension of {@code to}, how far to go in the numbers of a tensor of shape {@code from} that is broadcast to
     * it; 0 where it is repeated.
     */
    public static int[] broadcastStrides(Shape from, Shape to) {
        int[] strides = new int[to.rank()];
        int stride = 1;
        for (int i = 1; i <= from.rank(); i++) {
            strides[to.rank() - i] = from.dim(-i) == 1 ? 0 : stride;
            stride *= from.dim(-i);
        }
        return strides;
    }

    public static void addScaled(Tensor x, Tensor y) {
        same("addScaled", "x", x, "y", y);
        output("addScaled", "y", y, x);
    }

    public static void swiglu(Tensor gate, Tensor up, Tensor y) {
        same("swiglu", "gate", gate, "up", up);
        same("swiglu", "gate", gate, "y", y);
        output("swiglu", "y", y, gate, up);
    }

    public static void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        same("swigluBackward", "gate", gate, "up", up);
        same("swigluBackward", "gate", gate, "dy", dy);
        same("swigluBackward", "gate", gate, "dgate", dgate);
        same("swigluBackward", "gate", gate, "dup", dup);
        output("swigluBackward", "dgate", dgate, gate, up, dy);
        output("swigluBackward", "dup", dup, gate, up, dy);
        output("swigluBackward", "dup", dup, dgate);
    }

    // ---- rows

    public static void softmax(Tensor x, Tensor y) {
        rowwise("softmax", x, y);
    }

    public static void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        rowwiseBackward("softmaxBackward", y, dy, dx);
    }

    public static void logSoftmax(Tensor x, Tensor y) {
        rowwise("logSoftmax", x, y);
    }

    public static void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        rowwiseBackward("logSoftmaxBackward", y, dy, dx);
    }

    private static void rowwise(String kernel, Tensor x, Tensor y) {
        columns(kernel, "x", x);
        same(kernel, "x", x, "y", y);
        output(kernel, "y", y, x);
    }

    private static void rowwiseBackward(String kernel, Tensor y, Tensor dy, Tensor dx) {
        columns(kernel, "y", y);
        same(kernel, "y", y, "dy", dy);
        same(kernel, "y", y, "dx", dx);
        output(kernel, "dx", dx, y, dy);
    }

    public static void rmsNorm(Tensor x, Tensor weight, Tensor y, Tensor rstd) {
        columns("rmsNorm", "x", x);
        same("rmsNorm", "x", x, "y", y);
        vector("rmsNorm", "weight", weight, "column", x.cols(), "x", x);
        vector("rmsNorm", "rstd", rstd, "row", x.rows(), "x", x);
        output("rmsNorm", "y", y, x, weight);
        output("rmsNorm", "rstd", rstd, x, weight, y);
    }

    public static void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        columns("rmsNormBackward", "x", x);
        vector("rmsNormBackward", "weight", weight, "column", x.cols(), "x", x);
        vector("rmsNormBackward", "rstd", rstd, "row", x.rows(), "x", x);
        same("rmsNormBackward", "x", x, "dy", dy);
        same("rmsNormBackward", "x", x, "dx", dx);
        vector("rmsNormBackward", "dweight", dweight, "column", x.cols(), "x", x);
        output("rmsNormBackward", "dx", dx, x, weight, rstd);
        output("rmsNormBackward", "dx", dx, dy);
        output("rmsNormBackward", "dweight", dweight, x, weight, rstd);
        output("rmsNormBackward", "dweight", dweight, dy, dx);
    }

    public static void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, Tensor y) {
        same("rope", "x", x, "y", y);
        same("rope", "cos", cos, "sin", sin);
        int headDim = 2 * cos.cols();
        if (cos.shape().rank() != 2 || headDim == 0 || x.cols() % headDim != 0) {
            throw ShapeException.of("rope: cos is %s, for heads of twice its last size; rows of x %s are no whole number of such "
                    + "heads", cos.shape(), x.shape());
        }
        indices("rope", "positions", positions, x, 0, cos.rows(), "cos", cos);
        output("rope", "y", y, cos, sin);
    }

    public static void gather(Tensor table, int[] ids, Tensor out) {
        if (table.cols() != out.cols()) {
            throw ShapeException.of("gather: row lengths differ: table is %s, out is %s", table.shape(), out.shape());
        }
        indices("gather", "ids", ids, out, 0, table.rows(), "table", table);
        output("gather", "out", out, table);
    }

    public static void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        floats("scatterAdd", "dy", dy);
        if (dtable.cols() != dy.cols()) {
            throw ShapeException.of("scatterAdd: row lengths differ: dy is %s, dtable is %s", dy.shape(), dtable.shape());
        }
        indices("scatterAdd", "ids", ids, dy, 0, dtable.rows(), "dtable", dtable);
        output("scatterAdd", "dtable", dtable, dy);
    }

    public static void logProb(Tensor logits, int[] targets, Tensor logp) {
        columns("logProb", "logits", logits);
        vector("logProb", "logp", logp, "row", logits.rows(), "logits", logits);
        indices("logProb", "targets", targets, logits, -1, logits.cols(), "logits", logits);
        output("logProb", "logp", logp, logits);
    }

    public static void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        columns("logProbBackward", "logits", logits);
        same("logProbBackward", "logits", logits, "dlogits", dlogits);
        vector("logProbBackward", "dlogp", dlogp, "row", logits.rows(), "logits", logits);
        indices("logProbBackward", "targets", targets, logits, -1, logits.cols(), "logits", logits);
        output("logProbBackward", "dlogits", dlogits, dlogp);
    }

    // ---- attention

    public static void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        packed("attention", q, k, v, offsets, shape, out, lse);
        output("attention", "out", out, q, k, v);
        output("attention", "lse", lse, q, k, v);
        output("attention", "lse", lse, out);
    }

    public static void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out,
                                         Tensor lse, Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        packed("attentionBackward", q, k, v, offsets, shape, out, lse);
        int queryWidth = shape.heads() * shape.headDim();
        int keyWidth = shape.kvHeads() * shape.headDim();
        matrix("attentionBackward", "dout", dout, q.rows(), queryWidth, "q", q);
        matrix("attentionBackward", "dq", dq, q.rows(), queryWidth, "q", q);
        matrix("attentionBackward", "dk", dk, q.rows(), keyWidth, "q", q);
        matrix("attentionBackward", "dv", dv, q.rows(), keyWidth, "q", q);
        output("attentionBackward", "dq", dq, q, k, v);
        output("attentionBackward", "dq", dq, out, lse, dout);
        output("attentionBackward", "dk", dk, q, k, v);
        output("attentionBackward", "dk", dk, out, lse, dout);
        output("attentionBackward", "dk", dk, dq);
        output("attentionBackward", "dv", dv, q, k, v);
        output("attentionBackward", "dv", dv, out, lse, dout);
        output("attentionBackward", "dv", dv, dq, dk);
    }

    private static void packed(String kernel, Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out,
                               Tensor lse) {
        int rows = q.rows();
        heads(kernel, "q", q, shape.heads(), shape.headDim(), k);
        matrix(kernel, "k", k, rows, shape.kvHeads() * shape.headDim(), "q", q);
        matrix(kernel, "v", v, rows, shape.kvHeads() * shape.headDim(), "q", q);
        matrix(kernel, "out", out, rows, shape.heads() * shape.headDim(), "q", q);
        matrix(kernel, "lse", lse, rows, shape.heads(), "q", q);
        boolean ascending = offsets.length > 0 && offsets[0] == 0 && offsets[offsets.length - 1] == rows;
        for (int i = 1; ascending && i < offsets.length; i++) {
            ascending = offsets[i - 1] <= offsets[i];
        }
        if (!ascending) {
            throw new ShapeException(kernel + ": offsets must ascend from 0 to " + rows + ", the rows of q " + q.shape()
                    + ", got " + Arrays.toString(offsets));
        }
    }

    public static void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys,
                                   Tensor values) {
        heads("cacheWrite", "k", k, shape.kvHeads(), shape.headDim(), keys);
        matrix("cacheWrite", "v", v, k.rows(), k.cols(), "k", k);
        cache("cacheWrite", "k", k, slots, positions, shape, keys, values);
        output("cacheWrite", "keys", keys, k, v);
        output("cacheWrite", "values", values, k, v, keys);
    }

    public static void cachedAttention(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys,
                                        Tensor values, Tensor out) {
        floats("cachedAttention", "keys", keys);
        floats("cachedAttention", "values", values);
        heads("cachedAttention", "q", q, shape.heads(), shape.headDim(), keys);
        matrix("cachedAttention", "out", out, q.rows(), q.cols(), "q", q);
        cache("cachedAttention", "q", q, slots, positions, shape, keys, values);
        output("cachedAttention", "out", out, q, keys, values);
    }

    private static void cache(String kernel, String name, Tensor rows, int[] slots, int[] positions, AttentionShape shape,
                               Tensor keys, Tensor values) {
        Shape ks = keys.shape();
        Shape vs = values.shape();
        if (ks.rank() != 4 || ks.dim(1) != shape.kvHeads() || ks.dim(2) != shape.headDim()) {
            throw ShapeException.of("%s: keys must be (slots,%d,%d,T) for %s %s, got %s",
                    kernel, shape.kvHeads(), shape.headDim(), name, rows.shape(), ks);
        }
        if (vs.rank() != 4 || vs.dim(0) != ks.dim(0) || vs.dim(1) != ks.dim(1) || vs.dim(2) != ks.dim(3)
                || vs.dim(3) != ks.dim(2)) {
            throw ShapeException.of("%s: keys are %s, so values must be (%d,%d,%d,%d), got %s",
                    kernel, ks, ks.dim(0), ks.dim(1), ks.dim(3), ks.dim(2), vs);
        }
        if (ks.dim(3) % CACHE_MULTIPLE != 0) {
            throw ShapeException.of("%s: the last size of keys %s must be a multiple of %d; round it up",
                    kernel, ks, CACHE_MULTIPLE);
        }
        indices(kernel, "slots", slots, rows, 0, ks.dim(0), "keys", keys);
        indices(kernel, "positions", positions, rows, 0, ks.dim(3), "keys", keys);
    }

    // ---- sampling

    public static void choose(Tensor scores, double[] draws, int[] chosen) {
        floats("choose", "scores", scores);
        ShapeException.require(scores.rows() == draws.length && scores.rows() == chosen.length,
                "choose: scores %s have %d rows, draws are %d and choices %d", scores.shape(), scores.rows(), draws.length, chosen.length);
    }

    // ---- optimiser

    public static void sumOfSquares(Tensor... tensors) {
        for (Tensor tensor : tensors) {
            floats("sumOfSquares", "x", tensor);
        }
    }

    public static void adamW(Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        int count = parameters.length;
        if (gradients.length != count || m.length != count || v.length != count) {
            throw ShapeException.of("adamW: %d gradients, %d m and %d v given for the %d parameters; give one for each",
                    gradients.length, m.length, v.length, count);
        }
        for (int i = 0; i < count; i++) {
            same("adamW", "parameter", parameters[i], "gradient", gradients[i]);
            same("adamW", "parameter", parameters[i], "m", m[i]);
            same("adamW", "parameter", parameters[i], "v", v[i]);
        }
        for (int i = 0; i < count; i++) {
            output("adamW", "parameter", parameters[i], gradients[i]);
            output("adamW", "m", m[i], gradients[i], parameters[i]);
            output("adamW", "v", v[i], gradients[i], parameters[i], m[i]);
        }
    }
}
