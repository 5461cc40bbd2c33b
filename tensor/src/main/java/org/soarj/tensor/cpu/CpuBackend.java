package org.soarj.tensor.cpu;

import java.util.Arrays;
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
 * {@link Gemm}, {@link Elementwise}, {@link Broadcast}, {@link Sums}, {@link Rows} and {@link Attention}.
 */
public final class CpuBackend implements PooledBackend {
    /** Elements of one task of an element-wise or row kernel; a multiple of every vector width. */
    private static final int CHUNK = 16_384;
    /** Rows that are added up before their sums are, unless {@link #CHUNK} makes it more. */
    private static final int SUM_ROWS = 64;
    /** Columns of one task where every task goes over all rows. */
    private static final int COLUMNS = 64;

    private final WorkPool pool;
    private final Gemm gemm;
    private final BufferPool buffers;
    private final Scratch scratch;

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
        scratch = new Scratch(2 * threads + 2);
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
        GemmCall call = gemm.take();
        call.product.sizes(sizes.batches(), sizes.m(), sizes.n(), sizes.k());
        call.product.operands(a.data(), transposeA, floats ? b.data() : null, floats ? null : HalfBits.of(b), transposeB);
        call.product.result(alpha, beta, c.data());
        call.run();
        gemm.giveBack(call);
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
            chunks(out.size(), (from, to) ->
                    Broadcast.rows(op, a.data(), from, b.data(), from, out.data(), from, to - from));
            return;
        }
        int cols = out.cols();
        int[] aRows = Broadcast.rowStarts(a.shape(), out.shape());
        int[] bRows = Broadcast.rowStarts(b.shape(), out.shape());
        int aStep = a.cols() == cols ? 1 : 0;
        int bStep = b.cols() == cols ? 1 : 0;
        rows(out.rows(), cols, (from, to) -> {
            for (int row = from; row < to; row++) {
                Broadcast.zip(op, a.data(), aRows[row], aStep, b.data(), bRows[row], bStep, out.data(), row * cols, cols);
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
            sumColumns(x.rows(), cols, out.data(), (from, to, sums, at) -> {
                Arrays.fill(sums, at, at + cols, 0f);
                Sums.addRows(x.data(), cols, from, to, sums, at, 0, cols);
            });
        } else {
            Arrays.fill(out.data(), 0, out.size(), 0f);
            int[] target = Broadcast.rowStarts(out.shape(), x.shape());
            columns(cols, (from, to) -> {
                for (int row = 0; row < target.length; row++) {
                    Sums.add(x.data(), row * cols + from, out.data(), target[row] + from, to - from);
                }
            });
        }
    }

    private float sum(float[] x, int size) {
        int count = (size + CHUNK - 1) / CHUNK;
        float[] sums = scratch.take(count);
        chunks(size, (from, to) -> sums[from / CHUNK] = Lanes.sum(x, from, to - from));
        float sum = Lanes.sum(sums, 0, count);
        scratch.give(sums);
        return sum;
    }

    /** Sums within rows, each added to the number of {@code out} that the row belongs to. */
    private void sumRows(Tensor x, Tensor out) {
        int cols = x.cols();
        boolean each = out.size() == x.rows();
        float[] sums = each ? out.data() : scratch.take(x.rows());
        rows(x.rows(), cols, (from, to) -> {
            for (int row = from; row < to; row++) {
                sums[row] = Lanes.sum(x.data(), row * cols, cols);
            }
        });
        if (!each) {
            Arrays.fill(out.data(), 0, out.size(), 0f);
            int[] target = Broadcast.rowStarts(out.shape(), x.shape());
            for (int row = 0; row < target.length; row++) {
                out.data()[target[row]] += sums[row];
            }
            scratch.give(sums);
        }
    }

    /** Makes the sums of the columns of rows [from, to), at sums[at]. */
    private interface ColumnSums {
        void accept(int from, int to, float[] sums, int at);
    }

    /** Adds to {@code to} the sums that {@code body} makes of blocks of rows, block by block in ascending order. */
    private void sumColumns(int rows, int cols, float[] to, ColumnSums body) {
        int perBlock = Math.max(SUM_ROWS, CHUNK / Math.max(1, cols));
        int blocks = (rows + perBlock - 1) / perBlock;
        float[] sums = scratch.take(blocks * cols);
        pool.run(blocks, block -> body.accept(block * perBlock, Math.min(rows, block * perBlock + perBlock), sums,
                block * cols));
        columns(cols, (from, until) -> Sums.addRows(sums, cols, 0, blocks, to, 0, from, until));
        scratch.give(sums);
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
        rows(x.rows(), n, (from, to) -> Rows.softmax(x.data(), y.data(), n, from, to));
    }

    @Override
    public void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.softmaxBackward(y, dy, dx);
        int n = y.cols();
        rows(y.rows(), n, (from, to) -> Rows.softmaxBackward(y.data(), dy.data(), dx.data(), n, from, to));
    }

    @Override
    public void logSoftmax(Tensor x, Tensor y) {
        KernelShapes.logSoftmax(x, y);
        int n = x.cols();
        rows(x.rows(), n, (from, to) -> Rows.logSoftmax(x.data(), y.data(), n, from, to));
    }

    @Override
    public void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.logSoftmaxBackward(y, dy, dx);
        int n = y.cols();
        rows(y.rows(), n, (from, to) -> Rows.logSoftmaxBackward(y.data(), dy.data(), dx.data(), n, from, to));
    }

    @Override
    public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        KernelShapes.rmsNorm(x, weight, y, rstd);
        int n = x.cols();
        rows(x.rows(), n, (from, to) ->
                Rows.rmsNorm(x.data(), weight.data(), epsilon, y.data(), rstd.data(), n, from, to));
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        KernelShapes.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        int n = x.cols();
        sumColumns(x.rows(), n, dweight.data(), (from, to, sums, at) -> Rows.rmsNormBackward(x.data(), weight.data(),
                rstd.data(), dy.data(), dx.data(), n, sums, at, from, to));
    }

    @Override
    public void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        KernelShapes.rope(x, positions, cos, sin, y);
        int width = x.cols();
        rows(x.rows(), width, (from, to) -> Rows.rope(x.data(), positions, cos.data(), sin.data(), cos.cols(),
                inverse ? -1f : 1f, y.data(), width, from, to));
    }

    @Override
    public void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        int n = table.cols();
        rows(ids.length, n, (from, to) -> Rows.gather(table, ids, out.data(), n, from, to));
    }

    @Override
    public void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        int n = dy.cols();
        columns(n, (from, to) -> {
            for (int row = 0; row < ids.length; row++) {
                Sums.add(dy.data(), row * n + from, dtable.data(), ids[row] * n + from, to - from);
            }
        });
    }

    @Override
    public void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        int n = logits.cols();
        rows(targets.length, n, (from, to) -> Rows.logProb(logits.data(), targets, logp.data(), n, from, to));
    }

    @Override
    public void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        int n = logits.cols();
        rows(targets.length, n, (from, to) ->
                Rows.logProbBackward(logits.data(), targets, dlogp.data(), dlogits.data(), n, from, to));
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
        int perTask = Math.max(1, CHUNK / Math.max(1, length * group));
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
        double[] sums = new double[(x.size() + CHUNK - 1) / CHUNK];
        chunks(x.size(), (from, to) -> sums[from / CHUNK] = Sums.squares(x.data(), from, to));
        return Arrays.stream(sums).reduce(0, Double::sum);
    }

    @Override
    public void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        KernelShapes.adamW(parameters, gradients, m, v);
        AdamWTasks tasks = new AdamWTasks(step, parameters, gradients, m, v, CHUNK);
        pool.run(tasks.count(), tasks::run);
    }

    private interface Range {
        void accept(int from, int to);
    }

    private void chunks(int size, Range body) {
        pool.run((size + CHUNK - 1) / CHUNK, task ->
                body.accept(task * CHUNK, Math.min(size, task * CHUNK + CHUNK)));
    }

    /** Shares out rows [from, to), in tasks of about CHUNK elements. */
    private void rows(int rows, int cols, Range body) {
        int perTask = Math.max(1, CHUNK / Math.max(1, cols));
        pool.run((rows + perTask - 1) / perTask, task ->
                body.accept(task * perTask, Math.min(rows, task * perTask + perTask)));
    }

    /** Shares out columns [from, to), for kernels in which every task goes over all rows. */
    private void columns(int cols, Range body) {
        pool.run((cols + COLUMNS - 1) / COLUMNS, task ->
                body.accept(task * COLUMNS, Math.min(cols, task * COLUMNS + COLUMNS)));
    }
}
