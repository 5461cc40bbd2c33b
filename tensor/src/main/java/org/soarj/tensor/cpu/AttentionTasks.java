package org.soarj.tensor.cpu;

import java.util.function.IntConsumer;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;

/**
 * How the attention of a packed batch is cut into tasks: by the lengths of its sequences alone. The numbers do not depend
 * on the cut; it only keeps one long sequence from being one long task. An object is used again for the next call.
 */
final class AttentionTasks {
    private static final int BLOCK = HeadBlocks.QUERIES;
    /** Blocks of queries of a task that makes dq alone. */
    private static final int QUERY_BLOCKS = 4;
    /** A long sequence is split when one of its key-value heads is more than this part of all work. */
    private static final int PARTS = 4;

    private final WorkPool pool;
    private final Scratch scratch;
    private final Attention attention = new Attention();
    private final AttentionBackward gradients = new AttentionBackward();
    private final IntConsumer forward = this::forward;
    private final IntConsumer backward = this::backward;
    private int[] offsets;
    /** Units of work of the sequences up to and with each; the same for each head. */
    private int[] ends = {};
    private int units;
    /** Squares of the lengths, added up, for each key-value head. */
    private double total;

    AttentionTasks(WorkPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    private static int blocks(int length, int block) {
        return (length + block - 1) / block;
    }

    private void over(int[] offsetsOf) {
        offsets = offsetsOf;
        units = 0;
        if (ends.length < sequences()) {
            ends = new int[sequences()];
        }
    }

    private int sequences() {
        return offsets.length - 1;
    }

    private int length(int sequence) {
        return offsets[sequence + 1] - offsets[sequence];
    }

    /**
     * A task for each block of queries of each head. Head by head: the keys and values of one stay in the cache, and threads
     * that work side by side write to rows of their own, where two heads of one row would fight for its lines. Of a
     * sequence the late blocks, which see more keys, come first.
     */
    void forward(Tensor q, Tensor k, Tensor v, int[] offsetsOf, AttentionShape shape, Tensor out, Tensor lse) {
        over(offsetsOf);
        attention.over(shape, q, k, v, out, lse);
        for (int s = 0; s < sequences(); s++) {
            units += blocks(length(s), BLOCK);
            ends[s] = units;
        }
        pool.run(units * shape.heads(), forward);
        attention.clear();
        offsets = null;
    }

    private void forward(int task) {
        int unit = task % units;
        int s = sequence(unit);
        int position = (ends[s] - 1 - unit) * BLOCK;
        float[] work = scratch.take(attention.scratch());
        attention.block(offsets[s], position, Math.min(BLOCK, length(s) - position), task / units, work);
        scratch.give(work);
    }

    /** The first of the sequences whose end is after {@code unit}. */
    private int sequence(int unit) {
        int low = 0;
        int high = sequences() - 1;
        while (low < high) {
            int middle = (low + high) / 2;
            if (ends[middle] > unit) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * A task for each key-value head of each sequence. A sequence that outweighs the others has its scores made twice: by
     * tasks that make dk and dv of one block of keys, and by tasks that make dq of some blocks of queries. Head by head, as
     * forwards.
     */
    void backward(Tensor q, Tensor k, Tensor v, int[] offsetsOf, AttentionShape shape, Tensor out, Tensor lse, Tensor dout,
                  Tensor dq, Tensor dk, Tensor dv) {
        over(offsetsOf);
        gradients.over(shape);
        gradients.forward(q, k, v, out, lse);
        gradients.gradients(dout, dq, dk, dv);
        total = 0;
        for (int s = 0; s < sequences(); s++) {
            total += work(s) * shape.kvHeads();
        }
        for (int s = 0; s < sequences(); s++) {
            int parts = blocks(length(s), BLOCK) + blocks(length(s), QUERY_BLOCKS * BLOCK);
            units += outweighs(s) ? parts : length(s) > 0 ? 1 : 0;
            ends[s] = units;
        }
        pool.run(units * shape.kvHeads(), backward);
        gradients.clear();
        offsets = null;
    }

    private void backward(int task) {
        int unit = task % units;
        int kv = task / units;
        int s = sequence(unit);
        float[] work = scratch.take(gradients.scratch());
        if (outweighs(s)) {
            part(offsets[s], length(s), kv, unit - (s == 0 ? 0 : ends[s - 1]), work);
        } else {
            gradients.all(offsets[s], length(s), kv, work);
        }
        scratch.give(work);
    }

    private boolean outweighs(int sequence) {
        return length(sequence) > QUERY_BLOCKS * BLOCK && work(sequence) * PARTS > total;
    }

    private double work(int sequence) {
        double length = length(sequence);
        return length * length;
    }

    /** Part {@code number} of a sequence: first the blocks of keys, then of queries; what takes longest comes first. */
    private void part(int first, int length, int kv, int number, float[] work) {
        int keyBlocks = blocks(length, BLOCK);
        if (number < keyBlocks) {
            gradients.keys(first, length, kv, number * BLOCK, work);
        } else {
            int last = blocks(length, QUERY_BLOCKS * BLOCK) - 1;
            int from = (last - (number - keyBlocks)) * QUERY_BLOCKS * BLOCK;
            gradients.queries(first, kv, from, Math.min(length, from + QUERY_BLOCKS * BLOCK), work);
        }
    }
}
