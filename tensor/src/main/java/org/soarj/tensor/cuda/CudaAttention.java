package org.soarj.tensor.cuda;

import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;

/** Launches the kernels of attention, which come in widths of a head. */
final class CudaAttention {
    private static final int NARROWEST = 32;
    private static final int WIDEST = 256;
    /** Rows of a block, see tiles.cuh: half as many for heads that are wider than these. */
    private static final int ROWS = 64;
    private static final int WIDE_QUERIES = 128;
    private static final int WIDE_KEYS = 64;
    /** Heads of a block of attentionDelta: a warp each. */
    private static final int WARPS = 8;

    private final DevicePool pool;
    private final KernelLaunch kernel;

    CudaAttention(DevicePool pool, KernelLaunch kernel) {
        this.pool = pool;
        this.kernel = kernel;
    }

    void forward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        int width = width("attention", shape);
        heads(kernel.of("attention" + width).read(q).read(k).read(v).indices(offsets), shape).write(out).write(lse)
                .number(offsets.length - 1).grid(blocks(width > WIDE_QUERIES, q.rows(), offsets), shape.heads());
    }

    void backward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse, Tensor dout,
                  Tensor dq, Tensor dk, Tensor dv) {
        int width = width("attentionBackward", shape);
        long n = (long) q.rows() * shape.heads();
        DeviceBlock delta = pool.allocate(Float.BYTES * n);                                                       // (N,H)
        kernel.of("attentionDelta").read(out).read(dout).block(delta).number(shape.headDim()).number(n)
                .grid(Math.ceilDiv(n, (long) WARPS), 1);
        heads(kernel.of("attentionQueries" + width).read(q).read(k).read(v).indices(offsets), shape).read(lse).block(delta)
                .read(dout).write(dq).number(offsets.length - 1)
                .grid(blocks(width > WIDE_QUERIES, q.rows(), offsets), shape.heads());
        heads(kernel.of("attentionKeys" + width).read(q).read(k).read(v).indices(offsets), shape).read(lse).block(delta)
                .read(dout).write(dk).write(dv).number(offsets.length - 1)
                .grid(blocks(width > WIDE_KEYS, q.rows(), offsets), shape.kvHeads());
        delta.release();
    }

    void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values) {
        kernel.of("cacheWrite").read(k).read(v).indices(slots).indices(positions).number(shape.kvHeads()).number(shape.headDim())
                .update(keys).update(values).number(values.shape().dim(2)).elements(k.size());
    }

    void cached(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values, Tensor out) {
        width("cachedAttention", shape);
        heads(kernel.of("cachedAttention").read(q).indices(slots).indices(positions), shape).read(keys).read(values).write(out)
                .number(values.shape().dim(2)).grid(slots.length, shape.heads());
    }

    /** The arguments that an {@link AttentionShape} is to a kernel with scores. */
    private static KernelLaunch heads(KernelLaunch call, AttentionShape shape) {
        return call.number(shape.heads()).number(shape.kvHeads()).number(shape.headDim()).number(shape.scale());
    }

    /** The width of the kernel that takes heads of this one. */
    private static int width(String name, AttentionShape shape) {
        ShapeException.require(shape.headDim() <= WIDEST, "%s: the cuda backend takes heads of up to %d numbers, got %d", name,
                WIDEST, shape.headDim());
        return Math.max(NARROWEST, Integer.highestOneBit(2 * shape.headDim() - 1));
    }

    /** At least as many as the sequences have blocks of rows. */
    private static long blocks(boolean wide, int rows, int[] offsets) {
        return rows == 0 ? 0 : rows / (wide ? ROWS / 2 : ROWS) + offsets.length - 1L;
    }
}
