package org.soarj.tensor.cpu;

import java.util.Arrays;
import java.util.function.Function;
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
 * <p>This class has work cut into {@link Tasks} by shape alone (never by the number of threads) and leaves the arithmetic to
 * {@link Gemm}, {@link Elementwise}, {@link Broadcast}, {@link Sums}, {@link Rows} and {@link Attention}.
 */
public final class CpuBackend implements PooledBackend {
    private final WorkPool pool;
    private final Gemm gemm;
    private final BufferPool buffers;
    private final Scratch scratch;
    private final Tasks tasks;
    private final Function<Tensor, WeightPanels> pack;

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
        scratch = new Scratch();
        tasks = new Tasks(pool, scratch);
        pack = weights -> WeightPanels.of(pool, weights);
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
        GemmCall call = gemm.take();
        call.product.sizes(sizes.batches(), sizes.m(), sizes.n(), sizes.k());
        call.product.left(a.data(), transposeA);
        if (b.dtype() == DType.F32) {
            call.product.right(b.data(), null, null, transposeB);
        } else if (transposeB) {
            call.product.right(null, null, b.derived(WeightPanels.class, pack), true);
        } else {
            call.product.right(null, HalfBits.of(b), null, false);
        }
        call.product.result(alpha, beta, c.data());
        call.run();
        gemm.giveBack(call);
    }

    @Override
    public void map(UnaryOp op, Tensor x, Tensor y) {
        KernelShapes.map(x, y);
        tasks.chunks(x.size(), (from, to) -> Elementwise.map(op, x.data(), y.data(), from, to));
    }

    @Override
    public void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.mapBackward(x, y, dy, dx);
        tasks.chunks(x.size(), (from, to) -> Elementwise.mapBackward(op, x.data(), y.data(), dy.data(), dx.data(), from, to));
    }

    @Override
    public void zip(BinaryOp op, Tensor a, Tensor b, Tensor out) {
        KernelShapes.zip(a, b, out);
        if (a.shape().equals(b.shape())) {
            tasks.chunks(out.size(), (from, to) ->
                    Broadcast.rows(op, a.data(), from, b.data(), from, out.data(), from, to - from));
            return;
        }
        int cols = out.cols();
        Broadcast.Starts aRows = Broadcast.starts(a.shape(), out.shape());
        Broadcast.Starts bRows = Broadcast.starts(b.shape(), out.shape());
        int aStep = a.cols() == cols ? 1 : 0;
        int bStep = b.cols() == cols ? 1 : 0;
        tasks.rows(out.rows(), cols, (from, to) -> {
            for (int row = from; row < to; row++) {
                Broadcast.zip(op, a.data(), aRows.of(row), aStep, b.data(), bRows.of(row), bStep, out.data(), row * cols, cols);
            }
        });
    }

    @Override
    public void sumTo(Tensor x, Tensor out) {
        KernelShapes.sumTo(x, out);
        int cols = x.cols();
        if (out.size() == 1) {
            out.data()[0] = sum(x.data(), x.size());
        } else if (out.cols() != cols) {
            sumRows(x, out);
        } else if (out.size() == cols) {
            Arrays.fill(out.data(), 0, out.size(), 0f);
            tasks.sumColumns(x.rows(), cols, out.data(), (from, to, sums, at) ->
                    Sums.addRows(x.data(), cols, from, to, sums, at, 0, cols));
        } else {
            Arrays.fill(out.data(), 0, out.size(), 0f);
            Broadcast.Starts target = Broadcast.starts(out.shape(), x.shape());
            tasks.columns(cols, (from, to) -> {
                for (int row = 0; row < x.rows(); row++) {
                    Sums.add(x.data(), row * cols + from, out.data(), target.of(row) + from, to - from);
                }
            });
        }
    }

    private float sum(float[] x, int size) {
        int count = (size + Tasks.CHUNK - 1) / Tasks.CHUNK;
        float[] sums = scratch.take(count);
        tasks.chunks(size, (from, to) -> sums[from / Tasks.CHUNK] = Lanes.sum(x, from, to - from));
        float sum = Lanes.sum(sums, 0, count);
        scratch.give(sums);
        return sum;
    }

    /** Sums within rows, each added to the number of {@code out} that the row belongs to. */
    private void sumRows(Tensor x, Tensor out) {
        int cols = x.cols();
        boolean each = out.size() == x.rows();
        float[] sums = each ? out.data() : scratch.take(x.rows());
        tasks.rows(x.rows(), cols, (from, to) -> {
            for (int row = from; row < to; row++) {
                sums[row] = Lanes.sum(x.data(), row * cols, cols);
            }
        });
        if (!each) {
            Arrays.fill(out.data(), 0, out.size(), 0f);
            Broadcast.Starts target = Broadcast.starts(out.shape(), x.shape());
            for (int row = 0; row < x.rows(); row++) {
                out.data()[target.of(row)] += sums[row];
            }
            scratch.give(sums);
        }
    }

    @Override
    public void addScaled(float alpha, Tensor x, Tensor y) {
        KernelShapes.addScaled(x, y);
        tasks.chunks(x.size(), (from, to) -> Elementwise.addScaled(alpha, x.data(), y.data(), from, to));
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        KernelShapes.swiglu(gate, up, y);
        tasks.chunks(y.size(), (from, to) -> Elementwise.swiglu(gate.data(), up.data(), y.data(), from, to));
    }

    @Override
    public void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        KernelShapes.swigluBackward(gate, up, dy, dgate, dup);
        tasks.chunks(dy.size(), (from, to) ->
                Elementwise.swigluBackward(gate.data(), up.data(), dy.data(), dgate.data(), dup.data(), from, to));
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        KernelShapes.softmax(x, y);
        int n = x.cols();
        tasks.fewRows(x.rows(), n, (from, to, work) -> Rows.softmax(x.data(), y.data(), n, work, from, to));
    }

    @Override
    public void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.softmaxBackward(y, dy, dx);
        int n = y.cols();
        tasks.fewRows(y.rows(), n, (from, to, work) -> Rows.softmaxBackward(y.data(), dy.data(), dx.data(), n, work, from, to));
    }

    @Override
    public void logSoftmax(Tensor x, Tensor y) {
        KernelShapes.logSoftmax(x, y);
        int n = x.cols();
        tasks.fewRows(x.rows(), n, (from, to, work) -> Rows.logSoftmax(x.data(), y.data(), n, work, from, to));
    }

    @Override
    public void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.logSoftmaxBackward(y, dy, dx);
        int n = y.cols();
        tasks.fewRows(y.rows(), n, (from, to, work) ->
                Rows.logSoftmaxBackward(y.data(), dy.data(), dx.data(), n, work, from, to));
    }

    @Override
    public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        KernelShapes.rmsNorm(x, weight, y, rstd);
        int n = x.cols();
        tasks.fewRows(x.rows(), n, (from, to, work) ->
                Rows.rmsNorm(x.data(), weight.data(), epsilon, y.data(), rstd.data(), n, from, to));
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        KernelShapes.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        int n = x.cols();
        tasks.sumColumns(x.rows(), n, dweight.data(), (start, end, sums, at) -> {
            float[] work = scratch.take(Rows.WORK);
            Tasks.fewRows(start, end, n, work, (from, to, inner) -> Rows.rmsNormBackward(x.data(), weight.data(), rstd.data(),
                    dy.data(), dx.data(), n, sums, at, inner, from, to));
            scratch.give(work);
        });
    }

    @Override
    public void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        KernelShapes.rope(x, positions, cos, sin, y);
        int width = x.cols();
        tasks.rows(x.rows(), width, (from, to) -> Rows.rope(x.data(), positions, cos.data(), sin.data(), cos.cols(),
                inverse ? -1f : 1f, y.data(), width, from, to));
    }

    @Override
    public void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        int n = table.cols();
        tasks.rows(ids.length, n, (from, to) -> Rows.gather(table, ids, out.data(), n, from, to));
    }

    @Override
    public void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        int n = dy.cols();
        tasks.columns(n, (from, to) -> {
            for (int row = 0; row < ids.length; row++) {
                Sums.add(dy.data(), row * n + from, dtable.data(), ids[row] * n + from, to - from);
            }
        });
    }

    @Override
    public void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        int n = logits.cols();
        tasks.fewRows(targets.length, n, (from, to, work) ->
                Rows.logProb(logits.data(), targets, logp.data(), n, work, from, to));
    }

    @Override
    public void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        int n = logits.cols();
        tasks.fewRows(targets.length, n, (from, to, work) ->
                Rows.logProbBackward(logits.data(), targets, dlogp.data(), dlogits.data(), n, work, from, to));
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        KernelShapes.attention(q, k, v, offsets, shape, out, lse);
        AttentionTasks.forward(pool, scratch, offsets,
                new Attention(shape, q.data(), k.data(), v.data(), out.data(), lse.data()));
    }

    @Override
    public void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                                  Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        KernelShapes.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        AttentionTasks.backward(pool, scratch, offsets, new AttentionBackward(shape, q.data(), k.data(), v.data(), out.data(),
                lse.data(), dout.data(), dq.data(), dk.data(), dv.data()));
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
        int length = values.shape().dim(2);
        int kvHeads = shape.kvHeads();
        int group = shape.groups() * shape.headDim();
        int heads = slots.length * kvHeads;
        // By the room of a line and not by what is in it: how many positions a row sees is not a matter of shape.
        int perTask = Math.max(1, Tasks.CHUNK / Math.max(1, length * group));
        pool.run((heads + perTask - 1) / perTask, task -> {
            float[] work = scratch.take(CachedAttention.scratch(shape));
            for (int head = task * perTask; head < Math.min(heads, task * perTask + perTask); head++) {
                int line = (slots[head / kvHeads] * kvHeads + head % kvHeads) * shape.headDim() * length;
                CachedAttention.row(shape, q.data(), head * group, keys.data(), values.data(), line, length,
                        positions[head / kvHeads] + 1, out.data(), work);
            }
            scratch.give(work);
        });
    }

    @Override
    public double sumOfSquares(Tensor x) {
        KernelShapes.sumOfSquares(x);
        if (x.size() <= Tasks.CHUNK) {
            return squares(x, 0, x.size());
        }
        double[] sums = new double[Math.ceilDiv(x.size(), Tasks.CHUNK)];
        tasks.chunks(x.size(), (from, to) -> sums[from / Tasks.CHUNK] = squares(x, from, to));
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return sum;
    }

    private double squares(Tensor x, int from, int to) {
        float[] work = scratch.take(Sums.WORK);
        double sum = Sums.squares(x.data(), from, to, work);
        scratch.give(work);
        return sum;
    }

    @Override
    public void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        KernelShapes.adamW(parameters, gradients, m, v);
        AdamWTasks updates = new AdamWTasks(step, parameters, gradients, m, v, Tasks.CHUNK);
        pool.run(updates.count(), updates::run);
    }
}
