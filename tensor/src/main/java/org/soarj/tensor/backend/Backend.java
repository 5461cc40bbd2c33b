package org.soarj.tensor.backend;

import org.soarj.tensor.BufferPool;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * The kernels that every implementation gives: all that training and running a Llama needs, and no more.
 *
 * <p>Every output is a tensor that the caller made; outputs may not share numbers with inputs unless a method says so.
 * A "matrix" is any tensor read as rows of its innermost dimension. Each method checks its shapes first and throws
 * {@link org.soarj.tensor.ShapeException} with both of them.
 *
 * <p>Numbers: results do not depend on the number of threads, and, where {@link #isBatchInvariant} says so, a row of a result
 * depends on the same row of the inputs alone, never on how many other rows there are. That is what lets generation and
 * training agree bit for bit.
 *
 * <p>Memory: a training step makes the same tensors again and again, so a backend lends them ({@link #empty}) and takes
 * them back ({@link #recycle}).
 */
public interface Backend extends AutoCloseable {

    /** A short name: {@code reference}, {@code cpu}, {@code cuda}. */
    String name();

    /**
     * Whether the bits of a row do not depend on how many other rows there are, so that a log-probability that was recorded
     * while sampling is the very number that training computes. Where it is false, the two differ by rounding.
     */
    default boolean isBatchInvariant() {
        return true;
    }

    /** Waits for the kernels called so far; for who measures them. Numbers are waited for by whoever reads them. */
    default void await() {}

    @Override
    void close();

    // ---- memory

    /**
     * A tensor whose numbers are undefined until a kernel writes them, in the memory that this backend computes in. Its
     * array may be longer than its size.
     */
    Tensor empty(Shape shape);

    /** A tensor of zeros, otherwise as {@link #empty}. */
    default Tensor zeros(Shape shape) {
        Tensor tensor = empty(shape);
        tensor.fill(0f);
        return tensor;
    }

    /**
     * Takes the numbers of {@code tensor} for later tensors: reading them, through it or a reshape, is an error from now on.
     * Those of a tensor that {@link #empty} did not make are only given up.
     *
     * @throws IllegalStateException when they were recycled before
     */
    default void recycle(Tensor tensor) {
        BufferPool.recycle(tensor);
    }

    /**
     * {@link #recycle} by the only holder of {@code tensor}: not even the object is left to the garbage collector, but lent
     * again as another tensor. Who hands out tensors to be kept calls {@link #recycle}, which shows when one is read too late.
     *
     * @throws IllegalStateException when the numbers were recycled before
     */
    default void surrender(Tensor tensor) {
        BufferPool.surrender(tensor);
    }

    /** What the tensors made by {@link #empty} take. */
    MemoryUse memory();

    /** Counts {@link MemoryUse#peak} from now on. */
    void resetPeak();

    // ---- products

    /**
     * c = alpha op(a) op(b) + beta c over matrices, op = transpose where asked.
     * op(a) is (M,K), op(b) is (K,N), c is (M,N). Each element is one sum over k in ascending order.
     * With beta 0, c is only written. b may be stored as BF16 or F16; the result is that of {@code b.to(F32)}, bit for bit,
     * but for a backend that says that it rounds a to the type of b.
     */
    void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c);

    /** {@link #matmul} for each leading index: a, b and c have the same leading sizes and rank 3 or more. */
    void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c);

    // ---- element by element

    /** y = op(x); same shapes; y may be x. */
    void map(UnaryOp op, Tensor x, Tensor y);

    /** dx = dy op'(x), where y = op(x); same shapes; dx may be dy. */
    void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx);

    /** out = a op b with broadcasting; out has the broadcast shape; out may be an input of that shape. */
    void zip(BinaryOp op, Tensor a, Tensor b, Tensor out);

    /** out = x summed over the dimensions in which out has size 1 or lacks a leading dimension: broadcasting in reverse. */
    void sumTo(Tensor x, Tensor out);

    /** y = y + alpha x; same shapes. */
    void addScaled(float alpha, Tensor x, Tensor y);

    /** y = silu(gate) up; all of one shape. SwiGLU of Shazeer 2020 without its projections. */
    void swiglu(Tensor gate, Tensor up, Tensor y);

    /** Writes dgate = dy up silu'(gate) and dup = dy silu(gate). */
    void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup);

    // ---- rows

    /** Each row of y is the softmax of the same row of x. */
    void softmax(Tensor x, Tensor y);

    /** dx = y (dy - sum(dy y)), row by row. */
    void softmaxBackward(Tensor y, Tensor dy, Tensor dx);

    /** Each row of y is x - logsumexp(x). */
    void logSoftmax(Tensor x, Tensor y);

    /** dx = dy - e^y sum(dy), row by row. */
    void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx);

    /** y = x rstd weight, rstd = 1/sqrt(mean(x^2) + epsilon) for each row (Zhang and Sennrich 2019). x, y (N,C), weight (C), rstd (N). */
    void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd);

    /** Writes dx (N,C) and adds to dweight (C). */
    void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight);

    /**
     * Rotates each head of each row by the angles of the row's position (Su et al. 2021), pairing element i of a head
     * with element i + D/2 as Hugging Face's Llama does. x, y (N, heads*D), positions [N], cos and sin (T, D/2).
     * {@code inverse} rotates back, which is also the gradient. y may be x.
     */
    void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y);

    /** out[i] = table[ids[i]], row by row. table (V,C), out (N,C). The table may be stored as BF16 or F16. */
    void gather(Tensor table, int[] ids, Tensor out);

    /** dtable[ids[i]] += dy[i], row by row, in ascending i. */
    void scatterAdd(Tensor dy, int[] ids, Tensor dtable);

    /**
     * Log-probability of each row's target: logp[i] = logits[i, targets[i]] - logsumexp(logits[i]); 0 where the target is
     * -1. logits (N,V), logp (N). The cross-entropy of a batch is the negative of a weighted sum of these.
     */
    void logProb(Tensor logits, int[] targets, Tensor logp);

    /** dlogits[i] = dlogp[i] (onehot(targets[i]) - softmax(logits[i])), 0 where the target is -1. dlogits may be logits. */
    void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits);

    // ---- attention

    /**
     * Causal attention over a packed batch: sequence b is rows offsets[b] to offsets[b+1]-1, and a row sees itself and the
     * rows before it in its own sequence. q, out (N, H*D), k, v (N, K*D), lse (N,H) takes the logsumexp of each row's
     * scaled scores, which the backward pass needs. Never holds a TxT matrix.
     */
    void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse);

    /** Writes dq, dk and dv, given what {@link #attention} made (Dao et al. 2022, algorithm 4). */
    void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                           Tensor dout, Tensor dq, Tensor dk, Tensor dv);

    /**
     * Copies row i of k and v (N, K*D) to position positions[i] of cache line slots[i].
     * keys is (slots, K, D, T), transposed so that scores are sums over whole vectors; values is (slots, K, T, D).
     * T is a multiple of 16.
     */
    void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values);

    /**
     * Attention of row i of q (N, H*D) over positions 0 to positions[i] of cache line slots[i]; out (N, H*D).
     * Bit for bit what {@link #attention} gives for the same row.
     */
    void cachedAttention(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values,
                         Tensor out);

    // ---- sampling

    /** What chooses from scores where they are; null where whoever chooses may as well read them. */
    default RowChooser chooser() {
        return null;
    }

    // ---- optimiser

    /** Sum of squares of all elements of some tensors, in double precision: each tensor's, then these in their order. */
    double sumOfSquares(Tensor... tensors);

    /**
     * Updates all parameters in one pass, each with its m and v in place; entry i of the four arrays has one shape.
     *
     * @throws org.soarj.tensor.ShapeException before any number is changed
     */
    void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v);
}
