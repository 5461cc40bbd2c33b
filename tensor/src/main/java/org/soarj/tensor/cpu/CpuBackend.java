package org.soarj.tensor.cpu;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.soarj.tensor.BufferPool;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.KernelShapes;
import org.soarj.tensor.backend.PooledBackend;
import org.soarj.tensor.backend.UnaryOp;

/**
 * The fast twin of {@link org.soarj.tensor.reference.ReferenceBackend}: Vector API kernels shared out over a fixed pool.
 *
 * <p>This class cuts work into tasks by shape alone (never by the number of threads) and leaves the arithmetic to
 * {@link Gemm}, {@link Elementwise}, {@link Rows} and {@link Attention}.
 */
public final class CpuBackend implements PooledBackend {
    /** Elements of one task of an element-wise or row kernel; a multiple of every vector width. */
    private static final int CHUNK = 16_384;

    private final WorkPool pool;
    private final Gemm gemm;
    private final BufferPool buffers;

    /** A backend that keeps buffers of up to half the heap for the next tensors. */
    public CpuBackend(int threads) {
        this(threads, Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * @param threads threads that a kernel may use, the caller's included; at least 1
     * @param idleBytes most bytes of recycled tensors that are kept for the next ones
     */
    public CpuBackend(int threads, long idleBytes) {
        pool = new WorkPool(threads);
        gemm = new Gemm(pool);
        buffers = new BufferPool(idleBytes, CpuBackend.class.desiredAssertionStatus());
    }

    @Override
    public String name() {
        return "cpu";
    }

    /** Threads that a kernel may use. */
    public int threads() {
        return pool.threads();
    }

    @Override
    public void close() {
        pool.close();
    }

    @Override
    public BufferPool buffers() {
        return buffers;
    }

    @Override
    public void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        product(KernelShapes.matmul(a, transposeA, b, transposeB, c), a, transposeA, b, transposeB, alpha, beta, c);
    }

    @Override
    public void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta,
                              Tensor c) {
        product(KernelShapes.batchedMatmul(a, transposeA, b, transposeB, c), a, transposeA, b, transposeB, alpha, beta, c);
    }

    private void product(KernelShapes.Product sizes, Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha,
                         float beta, Tensor c) {
        boolean floats = b.dtype() == DType.F32;
        gemm.run(new Gemm.Product(sizes.batches(), sizes.m(), sizes.n(), sizes.k(), a.data(), transposeA,
                floats ? b.data() : null, floats ? null : HalfBits.of(b), transposeB, alpha, beta, c.data()));
    }

    @Override
    public void map(UnaryOp op, Tensor x, Tensor y) {
        KernelShapes.map(x, y);
        chunks(x.size(), (from, to) -> Elementwise.map(op, x.data(), y.data(), from, to));
    }

    @Override
    public void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.mapBackward(x, y, dy, dx);
        chunks(x.size(), (from, to) -> Elementwise.mapBackward(op, x.data(), y.data(), dy.data(), dx.data(), from, to));
    }

    @Override
    public void zip(BinaryOp op, Tensor a, Tensor b, Tensor out) {
        KernelShapes.zip(a, b, out);
        if (a.shape().equals(b.shape())) {
            chunks(out.size(), (from, to) -> Elementwise.zipFlat(op, a.data(), b.data(), out.data(), from, to));
            return;
        }
        int cols = out.cols();
        int[] aRows = Broadcast.rowStarts(a.shape(), out.shape());
        int[] bRows = Broadcast.rowStarts(b.shape(), out.shape());
        int aStep = a.cols() == cols ? 1 : 0;
        int bStep = b.cols() == cols ? 1 : 0;
        rows(out.rows(), cols, row -> Elementwise.zip(op, a.data(), aRows[row], aStep, b.data(), bRows[row], bStep,
                out.data(), row * cols, cols));
    }

    @Override
    public void sumTo(Tensor x, Tensor out) {
        KernelShapes.sumTo(x, out);
        float[] from = x.data();
        float[] to = out.data();
        Arrays.fill(to, 0, out.size(), 0f);
        int cols = x.cols();
        int[] target = Broadcast.rowStarts(out.shape(), x.shape());
        boolean wholeRows = out.cols() == cols;
        for (int row = 0; row < x.rows(); row++) {
            if (wholeRows) {
                Elementwise.zip(BinaryOp.ADD, to, target[row], 1, from, row * cols, 1, to, target[row], cols);
            } else {
                to[target[row]] += Lanes.sum(from, row * cols, cols);
            }
        }
    }

    @Override
    public void addScaled(float alpha, Tensor x, Tensor y) {
        KernelShapes.addScaled(x, y);
        chunks(x.size(), (from, to) -> Elementwise.addScaled(alpha, x.data(), y.data(), from, to));
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        KernelShapes.swiglu(gate, up, y);
        chunks(y.size(), (from, to) -> Elementwise.swiglu(gate.data(), up.data(), y.data(), from, to));
    }

    @Override
    public void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        KernelShapes.swigluBackward(gate, up, dy, dgate, dup);
        chunks(dy.size(), (from, to) ->
                Elementwise.swigluBackward(gate.data(), up.data(), dy.data(), dgate.data(), dup.data(), from, to));
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        KernelShapes.softmax(x, y);
        int n = x.cols();
        rows(x.rows(), n, row -> Rows.softmax(x.data(), row * n, y.data(), row * n, n));
    }

    @Override
    public void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.softmaxBackward(y, dy, dx);
        int n = y.cols();
        rows(y.rows(), n, row -> Rows.softmaxBackward(y.data(), dy.data(), dx.data(), row * n, n));
    }

    @Override
    public void logSoftmax(Tensor x, Tensor y) {
        KernelShapes.logSoftmax(x, y);
        int n = x.cols();
        rows(x.rows(), n, row -> Rows.logSoftmax(x.data(), y.data(), row * n, n, new float[n]));
    }

    @Override
    public void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.logSoftmaxBackward(y, dy, dx);
        int n = y.cols();
        rows(y.rows(), n, row -> Rows.logSoftmaxBackward(y.data(), dy.data(), dx.data(), row * n, n, new float[n]));
    }

    @Override
    public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        KernelShapes.rmsNorm(x, weight, y, rstd);
        int n = x.cols();
        rows(x.rows(), n, row ->
                rstd.data()[row] = Rows.rmsNorm(x.data(), row * n, weight.data(), epsilon, y.data(), n));
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        KernelShapes.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        int n = x.cols();
        rows(x.rows(), n, row -> Rows.rmsNormBackward(x.data(), row * n, weight.data(), rstd.data()[row], dy.data(),
                dx.data(), n, new float[n]));
        float[] sum = dweight.data();
        for (int row = 0; row < x.rows(); row++) {
            float scale = rstd.data()[row];
            for (int i = 0, at = row * n; i < n; i++, at++) {
                sum[i] += dy.data()[at] * x.data()[at] * scale;
            }
        }
    }

    @Override
    public void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        KernelShapes.rope(x, positions, cos, sin, y);
        int width = x.cols();
        int half = cos.cols();
        rows(x.rows(), width, row -> Rows.rope(x.data(), row * width, width, 2 * half, cos.data(), sin.data(),
                positions[row] * half, inverse ? -1f : 1f, y.data()));
    }

    @Override
    public void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        int n = table.cols();
        if (table.dtype() != DType.F32) {
            HalfBits from = HalfBits.of(table);
            rows(ids.length, n, row -> from.widen((long) ids[row] * n, n, out.data(), row * n));
            return;
        }
        rows(ids.length, n, row -> System.arraycopy(table.data(), ids[row] * n, out.data(), row * n, n));
    }

    @Override
    public void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        int n = dy.cols();
        for (int row = 0; row < ids.length; row++) {
            Elementwise.zip(BinaryOp.ADD, dtable.data(), ids[row] * n, 1, dy.data(), row * n, 1, dtable.data(),
                    ids[row] * n, n);
        }
    }

    @Override
    public void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        int n = logits.cols();
        rows(targets.length, n, row -> logp.data()[row] = targets[row] < 0 ? 0f
                : Rows.logProb(logits.data(), row * n, n, targets[row], new float[n]));
    }

    @Override
    public void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        int n = logits.cols();
        rows(targets.length, n, row -> Rows.logProbBackward(logits.data(), row * n, n, targets[row],
                dlogp.data()[row], dlogits.data()));
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        KernelShapes.attention(q, k, v, offsets, shape, out, lse);
        int kv = shape.kvHeads();
        pool.run((offsets.length - 1) * kv, task -> Attention.forward(q.data(), k.data(), v.data(),
                offsets[task / kv], offsets[task / kv + 1], task % kv, shape, out.data(), lse.data()));
    }

    @Override
    public void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                                  Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        KernelShapes.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        int kv = shape.kvHeads();
        Attention.Backward x = new Attention.Backward(q.data(), k.data(), v.data(), out.data(), lse.data(), dout.data(),
                dq.data(), dk.data(), dv.data());
        pool.run((offsets.length - 1) * kv, task ->
                Attention.backward(x, offsets[task / kv], offsets[task / kv + 1], task % kv, shape));
    }

    @Override
    public void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys,
                           Tensor values) {
        KernelShapes.cacheWrite(k, v, slots, positions, shape, keys, values);
        int d = shape.headDim();
        int length = values.shape().dim(2);
        for (int row = 0; row < slots.length; row++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                int from = (row * shape.kvHeads() + head) * d;
                int line = (slots[row] * shape.kvHeads() + head) * d * length;
                System.arraycopy(v.data(), from, values.data(), line + positions[row] * d, d);
                for (int i = 0; i < d; i++) {
                    keys.data()[line + i * length + positions[row]] = k.data()[from + i];
                }
            }
        }
    }

    @Override
    public void cachedAttention(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values,
                                Tensor out) {
        KernelShapes.cachedAttention(q, slots, positions, shape, keys, values, out);
        int d = shape.headDim();
        int length = values.shape().dim(2);
        int heads = shape.heads();
        rows(slots.length, heads * length, row -> {
            float[] scores = new float[length];
            for (int head = 0; head < heads; head++) {
                int line = (slots[row] * shape.kvHeads() + head / shape.groups()) * d * length;
                int at = (row * heads + head) * d;
                Attention.row(q.data(), at, new Attention.Head(keys.data(), line, length),
                        new Attention.Head(values.data(), line, d), positions[row] + 1, d, shape.scale(), out.data(), at,
                        scores);
            }
        });
    }

    @Override
    public double sumOfSquares(Tensor x) {
        KernelShapes.sumOfSquares(x);
        double sum = 0;
        float[] data = x.data();
        for (int i = 0; i < x.size(); i++) {
            sum += (double) data[i] * data[i];
        }
        return sum;
    }

    @Override
    public void adamW(AdamWStep step, Tensor parameter, Tensor gradient, Tensor m, Tensor v) {
        KernelShapes.adamW(parameter, gradient, m, v);
        chunks(parameter.size(), (from, to) ->
                Elementwise.adamW(step, parameter.data(), gradient.data(), m.data(), v.data(), from, to));
    }

    private interface Range {
        void accept(int from, int to);
    }

    private void chunks(int size, Range body) {
        pool.run((size + CHUNK - 1) / CHUNK, task ->
                body.accept(task * CHUNK, Math.min(size, task * CHUNK + CHUNK)));
    }

    /** Runs {@code body} for every row, in tasks of about CHUNK elements. */
    private void rows(int rows, int cols, IntConsumer body) {
        int perTask = Math.max(1, CHUNK / Math.max(1, cols));
        pool.run((rows + perTask - 1) / perTask, task -> {
            int to = Math.min(rows, task * perTask + perTask);
            for (int row = task * perTask; row < to; row++) {
                body.accept(row);
            }
        });
    }
}
