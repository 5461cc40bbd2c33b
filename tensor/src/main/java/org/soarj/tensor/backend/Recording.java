package org.soarj.tensor.backend;

import java.util.ArrayList;
import java.util.List;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * Passes the calls of kernels on to another backend and remembers them, so that {@link #replay} can do the same work again,
 * on the same tensors and index arrays, with other numbers in them: a step of a decoder without the objects of its graph.
 *
 * <p>Tensors made meanwhile belong to the recording. One that is recycled is used again within it, in the same order every
 * time, and none goes back to the other backend before {@link #close}. For one thread.
 */
public final class Recording implements Backend {
    private final Backend backend;
    private final List<Runnable> calls = new ArrayList<>();
    private final List<Tensor> lent = new ArrayList<>();
    private final List<Tensor> idle = new ArrayList<>();

    /** Records calls to {@code backend}, which it does not close. */
    public Recording(Backend backend) {
        this.backend = backend;
    }

    private void run(Runnable call) {
        call.run();
        calls.add(call);
    }

    /** Makes all calls again, in their order; allocates nothing itself. */
    public void replay() {
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).run();
        }
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public boolean isBatchInvariant() {
        return backend.isBatchInvariant();
    }

    @Override
    public void await() {
        backend.await();
    }

    /** Forgets the calls and gives the tensors back, those that were kept too. */
    @Override
    public void close() {
        calls.clear();
        lent.forEach(backend::recycle);
        idle.forEach(backend::recycle);
        lent.clear();
        idle.clear();
    }

    @Override
    public Tensor empty(Shape shape) {
        Tensor tensor = null;
        for (int i = idle.size() - 1; i >= 0 && tensor == null; i--) {
            tensor = idle.get(i).shape().equals(shape) ? idle.remove(i) : null;
        }
        tensor = tensor == null ? backend.empty(shape) : tensor;
        lent.add(tensor);
        return tensor;
    }

    /** A tensor that is zeros again at each replay. */
    @Override
    public Tensor zeros(Shape shape) {
        Tensor tensor = empty(shape);
        run(() -> tensor.fill(0f));
        return tensor;
    }

    /** Lets later calls of this recording use the numbers; unlike that of other backends, the tensor stays readable. */
    @Override
    public void recycle(Tensor tensor) {
        for (int i = lent.size() - 1; i >= 0; i--) {
            if (lent.get(i).sharesWith(tensor)) {
                idle.add(lent.remove(i));
                return;
            }
        }
    }

    /** As {@link #recycle}: a replay needs the object that the recording saw. */
    @Override
    public void surrender(Tensor tensor) {
        recycle(tensor);
    }

    @Override
    public MemoryUse memory() {
        return backend.memory();
    }

    @Override
    public void resetPeak() {
        backend.resetPeak();
    }

    /** @throws UnsupportedOperationException always: a number that goes to the caller cannot be replayed */
    @Override
    public double sumOfSquares(Tensor... tensors) {
        throw new UnsupportedOperationException("sumOfSquares: its result is a number, which a replay cannot hand over; call it "
                + "on the backend itself");
    }

    @Override
    public void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        run(() -> backend.matmul(a, transposeA, b, transposeB, alpha, beta, c));
    }

    @Override
    public void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        run(() -> backend.batchedMatmul(a, transposeA, b, transposeB, alpha, beta, c));
    }

    @Override
    public void map(UnaryOp op, Tensor x, Tensor y) {
        run(() -> backend.map(op, x, y));
    }

    @Override
    public void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        run(() -> backend.mapBackward(op, x, y, dy, dx));
    }

    @Override
    public void zip(BinaryOp op, Tensor a, Tensor b, Tensor out) {
        run(() -> backend.zip(op, a, b, out));
    }

    @Override
    public void sumTo(Tensor x, Tensor out) {
        run(() -> backend.sumTo(x, out));
    }

    @Override
    public void addScaled(float alpha, Tensor x, Tensor y) {
        run(() -> backend.addScaled(alpha, x, y));
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        run(() -> backend.swiglu(gate, up, y));
    }

    @Override
    public void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        run(() -> backend.swigluBackward(gate, up, dy, dgate, dup));
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        run(() -> backend.softmax(x, y));
    }

    @Override
    public void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        run(() -> backend.softmaxBackward(y, dy, dx));
    }

    @Override
    public void logSoftmax(Tensor x, Tensor y) {
        run(() -> backend.logSoftmax(x, y));
    }

    @Override
    public void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        run(() -> backend.logSoftmaxBackward(y, dy, dx));
    }

    @Override
    public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        run(() -> backend.rmsNorm(x, weight, epsilon, y, rstd));
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        run(() -> backend.rmsNormBackward(x, weight, rstd, dy, dx, dweight));
    }

    @Override
    public void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        run(() -> backend.rope(x, positions, cos, sin, inverse, y));
    }

    @Override
    public void gather(Tensor table, int[] ids, Tensor out) {
        run(() -> backend.gather(table, ids, out));
    }

    @Override
    public void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        run(() -> backend.scatterAdd(dy, ids, dtable));
    }

    @Override
    public void logProb(Tensor logits, int[] targets, Tensor logp) {
        run(() -> backend.logProb(logits, targets, logp));
    }

    @Override
    public void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        run(() -> backend.logProbBackward(logits, targets, dlogp, dlogits));
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        run(() -> backend.attention(q, k, v, offsets, shape, out, lse));
    }

    @Override
    public void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                                  Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        run(() -> backend.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv));
    }

    @Override
    public void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values) {
        run(() -> backend.cacheWrite(k, v, slots, positions, shape, keys, values));
    }

    @Override
    public void cachedAttention(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values,
                                Tensor out) {
        run(() -> backend.cachedAttention(q, slots, positions, shape, keys, values, out));
    }

    @Override
    public void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        run(() -> backend.adamW(step, parameters, gradients, m, v));
    }
}
