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
    private static final int FIRST = Tensor.FIRST;

    private final WorkPool pool;
    private final Gemm gemm;
    private final BufferPool buffers;
    private final Scratch scratch;
    private final Tasks tasks;
    /** One for each thread that calls kernels, like the calls of {@link Tasks}. */
    private final ThreadLocal<AttentionTasks> attention;
    private final ThreadLocal<AdamWTasks> adamW;
    private final KernelCall.Range cachedHeads = this::cachedHeads;
    private final KernelCall.Range squares = this::squares;
    private final KernelCall.Range runSums = this::runSums;
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
        attention = ThreadLocal.withInitial(() -> new AttentionTasks(pool, scratch));
        adamW = ThreadLocal.withInitial(() -> new AdamWTasks(pool, Tasks.CHUNK));
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
        KernelShapes.matmul(a, transposeA, b, transposeB, c);
        product(1, c.rows(), a, transposeA, b, transposeB, alpha, beta, c);
    }

    @Override
    public void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta,
                              Tensor c) {
        KernelShapes.batchedMatmul(a, transposeA, b, transposeB, c);
        int m = c.shape().dim(-2);
        product(m == 0 ? 0 : c.rows() / m, m, a, transposeA, b, transposeB, alpha, beta, c);
    }

    private void product(int batches, int m, Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta,
                         Tensor c) {
        GemmCall call = gemm.take();
        call.product.sizes(batches, m, c.cols(), transposeA ? a.rows() / Math.max(1, batches) : a.cols());
        call.product.left(a.data(), transposeA);
        float[] turned = transposeB && batches == 1 ? TurnedWeights.of(b, m) : null;
        if (turned != null) {
            call.product.right(turned, null, null, false);
        } else if (b.dtype() == DType.F32) {
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
        tasks.with(x, y).op(op).chunksWithWork(x.size(), Elementwise.WORK, (in, from, to, work) ->
                Elementwise.map(in.unary, in.a.data(), in.b.data(), from, to, work));
    }

    @Override
    public void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.mapBackward(x, y, dy, dx);
        tasks.with(x, y, dy, dx).op(op).chunksWithWork(x.size(), Elementwise.WORK, (in, from, to, work) ->
                Elementwise.mapBackward(in.unary, in.a.data(), in.b.data(), in.c.data(), in.d.data(), from, to, work));
    }

    @Override
    public void zip(BinaryOp op, Tensor a, Tensor b, Tensor out) {
        KernelShapes.zip(a, b, out);
        if (a.shape().equals(b.shape())) {
            tasks.with(a, b, out).op(op).chunks(out.size(), (in, from, to) ->
                    Broadcast.rows(in.binary, in.a.data(), from, in.b.data(), from, in.c.data(), from, to - from));
            return;
        }
        Broadcast.Starts aRows = Broadcast.starts(a.shape(), out.shape());
        Broadcast.Starts bRows = Broadcast.starts(b.shape(), out.shape());
        tasks.with(a, b, out).op(op).starts(aRows, bRows).rows(out.rows(), out.cols(), (in, from, to) -> {
            int aStep = in.a.cols() == in.cols ? 1 : 0;
            int bStep = in.b.cols() == in.cols ? 1 : 0;
            for (int row = from; row < to; row++) {
                Broadcast.zip(in.binary, in.a.data(), in.startsA.of(row), aStep, in.b.data(), in.startsB.of(row), bStep,
                        in.c.data(), FIRST + row * in.cols, in.cols);
            }
        });
    }

    @Override
    public void sumTo(Tensor x, Tensor out) {
        KernelShapes.sumTo(x, out);
        int cols = x.cols();
        if (out.size() == 1) {
            out.put(0, sum(x));
        } else if (out.cols() != cols) {
            sumRows(x, out);
        } else if (out.size() == cols) {
            Arrays.fill(out.data(), FIRST, FIRST + out.size(), 0f);
            tasks.with(x).sumColumns(x.rows(), cols, out.data(), 0, (in, from, to, work) -> {
                for (int row = from; row < to; row += in.sumRows) {
                    Sums.addRows(in.a.data(), in.cols, row, Math.min(to, row + in.sumRows), in.sums,
                            FIRST + row / in.sumRows * in.cols, 0, in.cols);
                }
            });
        } else {
            Arrays.fill(out.data(), FIRST, FIRST + out.size(), 0f);
            tasks.with(x, out).starts(null, Broadcast.starts(out.shape(), x.shape())).columns(cols, (in, from, to) -> {
                for (int row = 0; row < in.a.rows(); row++) {
                    Sums.add(in.a.data(), FIRST + row * in.cols + from, in.b.data(), in.startsB.of(row) + from, to - from);
                }
            });
        }
    }

    private float sum(Tensor x) {
        float[] lanes = scratch.take(4 * Lanes.SUM_LANES);
        float sum;
        if (x.size() <= Tasks.CHUNK) {
            sum = Lanes.plainSum(x.data(), FIRST, x.size(), lanes);
        } else {
            int count = Math.ceilDiv(x.size(), Tasks.CHUNK);
            float[] sums = scratch.take(FIRST + count);
            tasks.with(x).sums(sums).runs(x.size(), Tasks.CHUNK, runSums);
            sum = Lanes.plainSum(sums, FIRST, count, lanes);
            scratch.give(sums);
        }
        scratch.give(lanes);
        return sum;
    }

    private void runSums(KernelCall in, int from, int to) {
        float[] work = scratch.take(Lanes.SUM_LANES);
        for (int i = from, n; i < to; i += n) {
            n = Math.min(in.cols, to - i);
            Lanes.sum(in.a.data(), FIRST + i, n, work);
            in.sums[FIRST + i / in.cols] = Lanes.fold(work, 0);
        }
        scratch.give(work);
    }

    /** Sums within rows, each added to the number of {@code out} that the row belongs to. */
    private void sumRows(Tensor x, Tensor out) {
        boolean each = out.size() == x.rows();
        float[] sums = each ? out.data() : scratch.take(FIRST + x.rows());
        tasks.with(x).sums(sums).runs(x.size(), x.cols(), runSums);
        if (!each) {
            Arrays.fill(out.data(), FIRST, FIRST + out.size(), 0f);
            Broadcast.Starts target = Broadcast.starts(out.shape(), x.shape());
            for (int row = 0; row < x.rows(); row++) {
                out.data()[target.of(row)] += sums[FIRST + row];
            }
            scratch.give(sums);
        }
    }

    @Override
    public void addScaled(float alpha, Tensor x, Tensor y) {
        KernelShapes.addScaled(x, y);
        tasks.with(x, y).factor(alpha).chunks(x.size(), (in, from, to) ->
                Elementwise.addScaled(in.factor, in.a.data(), in.b.data(), from, to));
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        KernelShapes.swiglu(gate, up, y);
        tasks.with(gate, up, y).chunksWithWork(y.size(), Elementwise.WORK, (in, from, to, work) ->
                Elementwise.swiglu(in.a.data(), in.b.data(), in.c.data(), from, to, work));
    }

    @Override
    public void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        KernelShapes.swigluBackward(gate, up, dy, dgate, dup);
        tasks.with(gate, up, dy, dgate, dup).chunksWithWork(dy.size(), Elementwise.WORK, (in, from, to, work) ->
                Elementwise.swigluBackward(in.a.data(), in.b.data(), in.c.data(), in.d.data(), in.e.data(), from, to, work));
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        KernelShapes.softmax(x, y);
        tasks.with(x, y).rowsWithWork(x.rows(), x.cols(), (in, from, to, work) ->
                Rows.softmax(in.a.data(), in.b.data(), in.cols, work, from, to));
    }

    @Override
    public void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.softmaxBackward(y, dy, dx);
        tasks.with(y, dy, dx).rowsWithWork(y.rows(), y.cols(), (in, from, to, work) ->
                Rows.softmaxBackward(in.a.data(), in.b.data(), in.c.data(), in.cols, work, from, to));
    }

    @Override
    public void logSoftmax(Tensor x, Tensor y) {
        KernelShapes.logSoftmax(x, y);
        tasks.with(x, y).rowsWithWork(x.rows(), x.cols(), (in, from, to, work) ->
                Rows.logSoftmax(in.a.data(), in.b.data(), in.cols, work, from, to));
    }

    @Override
    public void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.logSoftmaxBackward(y, dy, dx);
        tasks.with(y, dy, dx).rowsWithWork(y.rows(), y.cols(), (in, from, to, work) ->
                Rows.logSoftmaxBackward(in.a.data(), in.b.data(), in.c.data(), in.cols, work, from, to));
    }

    @Override
    public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        KernelShapes.rmsNorm(x, weight, y, rstd);
        tasks.with(x, weight, y, rstd).factor(epsilon).rowsWithWork(x.rows(), x.cols(), (in, from, to, work) ->
                Rows.rmsNorm(in.a.data(), in.b.data(), in.factor, in.c.data(), in.d.data(), in.cols, work, from, to));
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        KernelShapes.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        tasks.with(x, weight, rstd, dy, dx).sumColumns(x.rows(), x.cols(), dweight.data(), Rows.work(x.cols(), 4),
                (in, from, to, work) -> Rows.rmsNormBackward(in.a.data(), in.b.data(), in.c.data(), in.d.data(), in.e.data(),
                        in.cols, in.sums, in.sumRows, work, from, to));
    }

    @Override
    public void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        KernelShapes.rope(x, positions, cos, sin, y);
        tasks.with(x, cos, sin, y).indices(positions).factor(inverse ? -1f : 1f).rows(x.rows(), x.cols(), (in, from, to) ->
                Rows.rope(in.a.data(), in.indices, in.b.data(), in.c.data(), in.b.cols(), in.factor, in.d.data(), in.cols,
                        from, to));
    }

    @Override
    public void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        tasks.with(table, out).indices(ids).rows(ids.length, table.cols(), (in, from, to) ->
                Rows.gather(in.a, in.indices, in.b.data(), in.cols, from, to));
    }

    @Override
    public void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        tasks.with(dy, dtable).indices(ids).columns(dy.cols(), (in, from, to) -> {
            for (int row = 0; row < in.indices.length; row++) {
                Sums.add(in.a.data(), FIRST + row * in.cols + from, in.b.data(),
                        FIRST + in.indices[row] * in.cols + from, to - from);
            }
        });
    }

    @Override
    public void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        tasks.with(logits, logp).indices(targets).rowsWithWork(targets.length, logits.cols(), (in, from, to, work) ->
                Rows.logProb(in.a.data(), in.indices, in.b.data(), in.cols, work, from, to));
    }

    @Override
    public void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        tasks.with(logits, dlogp, dlogits).indices(targets).rowsWithWork(targets.length, logits.cols(), (in, from, to, work) ->
                Rows.logProbBackward(in.a.data(), in.indices, in.b.data(), in.c.data(), in.cols, work, from, to));
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        KernelShapes.attention(q, k, v, offsets, shape, out, lse);
        attention.get().forward(q, k, v, offsets, shape, out, lse);
    }

    @Override
    public void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                                  Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        KernelShapes.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        attention.get().backward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
    }

    @Override
    public void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys,
                           Tensor values) {
        KernelShapes.cacheWrite(k, v, slots, positions, shape, keys, values);
        int d = shape.headDim();
        int length = values.shape().dim(2);
        for (int row = 0; row < slots.length; row++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                int from = FIRST + (row * shape.kvHeads() + head) * d;
                int line = FIRST + (slots[row] * shape.kvHeads() + head) * d * length;
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
        int room = values.shape().dim(2) * shape.groups() * shape.headDim();
        // By the room of a line and not by what is in it: how many positions a row sees is not a matter of shape.
        int perTask = Math.max(1, Tasks.CHUNK / Math.max(1, room));
        tasks.with(q, keys, values, out).slots(shape, slots, positions).share(slots.length * shape.kvHeads(), perTask,
                cachedHeads);
    }

    private void cachedHeads(KernelCall in, int from, int to) {
        int length = in.c.shape().dim(2);
        int kvHeads = in.heads.kvHeads();
        int headDim = in.heads.headDim();
        float[] work = scratch.take(CachedAttention.scratch(in.heads));
        for (int head = from; head < to; head++) {
            int line = FIRST + (in.indices[head / kvHeads] * kvHeads + head % kvHeads) * headDim * length;
            CachedAttention.row(in.heads, in.a.data(), FIRST + head * in.heads.groups() * headDim, in.b.data(), in.c.data(), line,
                    length, in.positions[head / kvHeads] + 1, in.d.data(), work);
        }
        scratch.give(work);
    }

    @Override
    public double sumOfSquares(Tensor... tensors) {
        KernelShapes.sumOfSquares(tensors);
        double total = 0;
        for (Tensor x : tensors) {
            int count = Math.ceilDiv(x.size(), Tasks.CHUNK);
            KernelCall call = tasks.with(x);
            double[] sums = call.squares(count);
            call.runs(x.size(), Tasks.CHUNK, squares);
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += sums[i];
            }
            total += sum;
        }
        return total;
    }

    private void squares(KernelCall in, int from, int to) {
        float[] work = scratch.take(Sums.WORK);
        Sums.squares(in.a.data(), from, to, in.cols, in.squares, work);
        scratch.give(work);
    }

    @Override
    public void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        KernelShapes.adamW(parameters, gradients, m, v);
        adamW.get().update(step, parameters, gradients, m, v);
    }
}
