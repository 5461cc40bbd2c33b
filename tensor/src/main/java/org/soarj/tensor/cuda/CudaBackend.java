package org.soarj.tensor.cuda;

import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.KernelShapes;
import org.soarj.tensor.backend.RowChooser;
import org.soarj.tensor.backend.UnaryOp;

/**
 * The twin of {@link org.soarj.tensor.reference.ReferenceBackend} on an NVIDIA card: our own kernels, and cuBLAS for products.
 *
 * <p>Tensors that it makes are on the card and stay there; others are uploaded when a kernel first reads them, and again when
 * the host has changed them. Kernels are put into one queue and run while the caller goes on; only who asks for numbers
 * waits. Safe for several threads, which take turns. Two of them must not be used at a time where they have a tensor in common: its
 * numbers are in the memory of one, and each would wait for the other to give them up. Threads share one instead.
 *
 * <p>{@link #memory} counts the copies of tensors that others made, too.
 *
 * <p>The order of each call: shapes, what is read, what is written; a tensor may be both.
 */
final class CudaBackend implements Backend {
    private static final int MAX_RANK = 8;
    private static final int WARP = 32;
    /** Rows of one part of a sum over rows, see rows.cu. */
    private static final int ROWS_OF_PART = 64;
    private static final int MOST_PARTS = 1024;
    private static final int NUMBERS_OF_PART = 1024;

    private final DevicePool pool;
    private final KernelLaunch kernel;
    private final CudaProducts products;
    private final CudaAttention attention;
    private final CudaChooser chooser;

    /**
     * A backend on this card, which it closes.
     *
     * @param rounding what products of floats round their inputs to
     */
    CudaBackend(Device device, FloatProducts rounding) {
        pool = new DevicePool(device, device.totalBytes() / 2, CudaBackend.class.desiredAssertionStatus());
        kernel = pool.kernel();
        products = new CudaProducts(pool, kernel, rounding);
        attention = new CudaAttention(pool, kernel);
        chooser = new CudaChooser(pool, kernel);
    }

    @Override
    public String name() {
        return "cuda";
    }

    /** cuBLAS chooses how to cut a sum by the shape of the whole product. */
    @Override
    public boolean isBatchInvariant() {
        return false;
    }

    @Override
    public void await() {
        synchronized (pool) {
            pool.device().synchronise();
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    // ---- memory

    @Override
    public Tensor empty(Shape shape) {
        return Tensor.onDevice(shape, pool.allocate((long) Float.BYTES * shape.size()));
    }

    @Override
    public MemoryUse memory() {
        return pool.use();
    }

    @Override
    public void resetPeak() {
        pool.resetPeak();
    }

    // ---- products

    @Override
    public void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        KernelShapes.matmul(a, transposeA, b, transposeB, c);
        synchronized (pool) {
            products.product(1, c.rows(), a, transposeA, b, transposeB, alpha, beta, c);
        }
    }

    @Override
    public void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        KernelShapes.batchedMatmul(a, transposeA, b, transposeB, c);
        int m = c.shape().dim(-2);
        synchronized (pool) {
            products.product(m == 0 ? 0 : c.rows() / m, m, a, transposeA, b, transposeB, alpha, beta, c);
        }
    }

    // ---- element by element

    @Override
    public void map(UnaryOp op, Tensor x, Tensor y) {
        KernelShapes.map(x, y);
        synchronized (pool) {
            kernel.of("map").number(op.ordinal()).read(x).write(y).elements(y.size());
        }
    }

    @Override
    public void mapBackward(UnaryOp op, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.mapBackward(x, y, dy, dx);
        synchronized (pool) {
            kernel.of("mapBackward").number(op.ordinal()).read(x).read(y).read(dy).write(dx).elements(dx.size());
        }
    }

    @Override
    public void zip(BinaryOp op, Tensor a, Tensor b, Tensor out) {
        KernelShapes.zip(a, b, out);
        synchronized (pool) {
            if (a.shape().equals(b.shape())) {
                kernel.of("zip").number(op.ordinal()).read(a).read(b).write(out).elements(out.size());
            } else {
                kernel.of("zipBroadcast").number(op.ordinal()).read(a).read(b).write(out)
                        .struct(broadcast("zip", out.shape(), a.shape(), b.shape())).elements(out.size());
            }
        }
    }

    @Override
    public void sumTo(Tensor x, Tensor out) {
        KernelShapes.sumTo(x, out);
        if (out.size() == 0) {
            return;
        }
        int terms = x.size() / out.size();
        int[] broadcast = broadcast("sumTo", x.shape(), out.shape(), out.shape());
        boolean inner = out.cols() == 1;
        synchronized (pool) {
            kernel.of(inner ? "sumToInner" : "sumToOuter").read(x).write(out).struct(broadcast).number(terms);
            if (inner) {
                kernel.rows(out.size());
            } else {
                kernel.number(out.size()).grid(Math.ceilDiv(out.size(), WARP), 1);
            }
        }
    }

    /** The kernels' struct of this name: a rank, and places for eight sizes and twice eight strides. */
    private static int[] broadcast(String kernel, Shape to, Shape first, Shape second) {
        ShapeException.require(to.rank() <= MAX_RANK, "%s: the cuda backend takes up to %d dimensions, got %s", kernel, MAX_RANK,
                to);
        int[] struct = new int[1 + 3 * MAX_RANK];
        struct[0] = to.rank();
        System.arraycopy(to.toArray(), 0, struct, 1, to.rank());
        System.arraycopy(KernelShapes.broadcastStrides(first, to), 0, struct, 1 + MAX_RANK, to.rank());
        System.arraycopy(KernelShapes.broadcastStrides(second, to), 0, struct, 1 + 2 * MAX_RANK, to.rank());
        return struct;
    }

    @Override
    public void addScaled(float alpha, Tensor x, Tensor y) {
        KernelShapes.addScaled(x, y);
        synchronized (pool) {
            kernel.of("addScaled").number(alpha).read(x).update(y).elements(y.size());
        }
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, Tensor y) {
        KernelShapes.swiglu(gate, up, y);
        synchronized (pool) {
            kernel.of("swiglu").read(gate).read(up).write(y).elements(y.size());
        }
    }

    @Override
    public void swigluBackward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup) {
        KernelShapes.swigluBackward(gate, up, dy, dgate, dup);
        synchronized (pool) {
            kernel.of("swigluBackward").read(gate).read(up).read(dy).write(dgate).write(dup).elements(dy.size());
        }
    }

    // ---- rows

    @Override
    public void softmax(Tensor x, Tensor y) {
        KernelShapes.softmax(x, y);
        synchronized (pool) {
            kernel.of("softmax").read(x).write(y).number(x.cols()).rows(x.rows());
        }
    }

    @Override
    public void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.softmaxBackward(y, dy, dx);
        synchronized (pool) {
            kernel.of("softmaxBackward").read(y).read(dy).write(dx).number(y.cols()).rows(y.rows());
        }
    }

    @Override
    public void logSoftmax(Tensor x, Tensor y) {
        KernelShapes.logSoftmax(x, y);
        synchronized (pool) {
            kernel.of("logSoftmax").read(x).write(y).number(x.cols()).rows(x.rows());
        }
    }

    @Override
    public void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.logSoftmaxBackward(y, dy, dx);
        synchronized (pool) {
            kernel.of("logSoftmaxBackward").read(y).read(dy).write(dx).number(y.cols()).rows(y.rows());
        }
    }

    @Override
    public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        KernelShapes.rmsNorm(x, weight, y, rstd);
        synchronized (pool) {
            kernel.of("rmsNorm").read(x).read(weight).number(epsilon).write(y).write(rstd).number(x.cols()).rows(x.rows());
        }
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        KernelShapes.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        int rows = x.rows();
        int cols = x.cols();
        int parts = Math.ceilDiv(rows, ROWS_OF_PART);
        int stripes = Math.ceilDiv(cols, WARP);
        synchronized (pool) {
            kernel.of("rmsNormBackward").read(x).read(weight).read(rstd).read(dy).write(dx).number(cols).rows(rows);
            DeviceBlock work = pool.allocate((long) Float.BYTES * parts * cols);
            kernel.of("rmsNormWeightParts").read(x).read(rstd).read(dy).block(work).number(rows).number(cols)
                    .grid(stripes, parts);
            kernel.of("addColumnSums").block(work).update(dweight).number(parts).number(cols).grid(stripes, 1);
            work.release();
        }
    }

    @Override
    public void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        KernelShapes.rope(x, positions, cos, sin, y);
        int half = cos.cols();
        synchronized (pool) {
            kernel.of("rope").read(x).indices(positions).read(cos).read(sin).number(inverse ? 1 : 0).write(y)
                    .number(x.cols() / (2 * half)).number(half).elements(x.size() / 2);
        }
    }

    @Override
    public void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        synchronized (pool) {
            kernel.of("gather", table.dtype()).read(table).indices(ids).write(out).number(out.cols()).elements(out.size());
        }
    }

    @Override
    public void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        synchronized (pool) {
            kernel.of("scatterAdd").read(dy).indices(ids).update(dtable).number(ids.length).number(dy.cols())
                    .grid(ids.length, Math.ceilDiv(dy.cols(), KernelLaunch.BLOCK));
        }
    }

    @Override
    public void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        synchronized (pool) {
            kernel.of("logProb").read(logits).indices(targets).write(logp).number(logits.cols()).rows(targets.length);
        }
    }

    @Override
    public void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        synchronized (pool) {
            kernel.of("logProbBackward").read(logits).indices(targets).read(dlogp).write(dlogits).number(logits.cols())
                    .rows(targets.length);
        }
    }

    // ---- attention

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        KernelShapes.attention(q, k, v, offsets, shape, out, lse);
        synchronized (pool) {
            attention.forward(q, k, v, offsets, shape, out, lse);
        }
    }

    @Override
    public void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                                  Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        KernelShapes.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        synchronized (pool) {
            attention.backward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        }
    }

    @Override
    public void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys,
                           Tensor values) {
        KernelShapes.cacheWrite(k, v, slots, positions, shape, keys, values);
        synchronized (pool) {
            attention.cacheWrite(k, v, slots, positions, shape, keys, values);
        }
    }

    @Override
    public void cachedAttention(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values,
                                Tensor out) {
        KernelShapes.cachedAttention(q, slots, positions, shape, keys, values, out);
        synchronized (pool) {
            attention.cached(q, slots, positions, shape, keys, values, out);
        }
    }

    // ---- sampling

    @Override
    public RowChooser chooser() {
        return chooser;
    }

    // ---- optimiser

    @Override
    public double sumOfSquares(Tensor... tensors) {
        KernelShapes.sumOfSquares(tensors);
        int parts = 0;
        for (Tensor x : tensors) {
            parts += partsOf(x);
        }
        synchronized (pool) {
            DeviceBlock shares = pool.allocate((long) Double.BYTES * parts);
            DeviceBlock total = pool.allocate(Double.BYTES);
            int at = 0;
            for (Tensor x : tensors) {
                int own = partsOf(x);
                kernel.of("sumOfSquaresParts").read(x).block(shares).number(at).number((long) x.size()).grid(own, 1);
                at += own;
            }
            kernel.of("sumOfSquaresTotal").block(shares).block(total).number(parts).grid(1, 1);
            double sum = pool.device().downloadDouble(total.address());
            shares.release();
            total.release();
            return sum;
        }
    }

    private static int partsOf(Tensor x) {
        return Math.min(MOST_PARTS, Math.ceilDiv(x.size(), NUMBERS_OF_PART));
    }

    @Override
    public void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        KernelShapes.adamW(parameters, gradients, m, v);
        synchronized (pool) {
            for (int i = 0; i < parameters.length; i++) {
                kernel.of("adamW").number(step.decay()).number((float) step.beta1()).number((float) step.beta2())
                        .number((float) step.epsilon()).number(step.stepSize()).number(step.rootCorrection())
                        .number((float) step.gradientScale()).update(parameters[i]).read(gradients[i]).update(m[i]).update(v[i])
                        .elements(parameters[i].size());
            }
        }
    }
}
