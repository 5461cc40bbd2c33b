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
    /** Tasks that are enough for eight threads to end together: of more, one takes several heads. */
    private static final int ENOUGH = 32;
    /** A long sequence is split when one of its key-value heads is more than this part of all work. */
    private static final int PARTS = 4;

    private final WorkPool pool;
    private final Scratch scratch;
    private final Attention attention = new Attention();
    private final AttentionBackward gradients = new AttentionBackward();
    private final IntConsumer forward = this::forward;
    private final IntConsumer backward = this::backward;
    private AttentionShape shape;
    private int[] offsets;
    /** Heads of a task. */
    private int group;
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

    private void over(AttentionShape heads, int[] offsetsOf) {
        shape = heads;
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
     * A task for each block of queries and group of heads. Group by group: the keys and values of one stay in the cache, and
     * threads that work side by side write to rows of their own, where two heads of one row would fight for its lines. Of a
     * sequence the late blocks, which see more keys, come first.
     */
    void forward(Tensor q, Tensor k, Tensor v, int[] offsetsOf, AttentionShape of, Tensor out, Tensor lse) {
        over(of, offsetsOf);
        attention.over(shape, q, k, v, out, lse);
        for (int s = 0; s < sequences(); s++) {
            units += blocks(length(s), BLOCK);
            ends[s] = units;
        }
        run(shape.heads(), forward);
        attention.clear();
        offsets = null;
    }

    private void forward(int task) {
        int unit = task % units;
        int s = sequence(unit);
        int position = (ends[s] - 1 - unit) * BLOCK;
        float[] work = scratch.take(attention.scratch());
        int rows = Math.min(BLOCK, length(s) - position);
        int head = task / units * group;
        for (int end = Math.min(shape.heads(), head + group); head < end; head++) {
            attention.block(offsets[s], position, rows, head, work);
        }
        scratch.give(work);
    }

    /**
     * Runs the units of each group of heads. A task takes as many as leave ENOUGH tasks: neighbouring heads lie side by side in a row,
     * and one task reads and writes them before they leave the cache, which for sequences of 64 is a tenth to a fifth of the time.
     */
    private void run(int heads, IntConsumer task) {
        group = Math.clamp((long) units * heads / ENOUGH, 1, heads);
        pool.run(units * Math.ceilDiv(heads, group), task);
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
     * A task for each sequence and group of key-value heads. A sequence that outweighs the others has its scores made twice: by
     * tasks that make dk and dv of one block of keys, and by tasks that make dq of some blocks of queries. Group by group,
     * as forwards.
     */
    void backward(Tensor q, Tensor k, Tensor v, int[] offsetsOf, AttentionShape of, Tensor out, Tensor lse, Tensor dout,
                  Tensor dq, Tensor dk, Tensor dv) {
        over(of, offsetsOf);
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
        run(shape.kvHeads(), backward);
        gradients.clear();
        offsets = null;
    }

    private void backward(int task) {
        int unit = task % units;
        int s = sequence(unit);
        float[] work = scratch.take(gradients.scratch());
        int kv = task / units * group;
        for (int end = Math.min(shape.kvHeads(), kv + group); kv < end; kv++) {
            if (outweighs(s)) {
                part(offsets[s], length(s), kv, unit - (s == 0 ? 0 : ends[s - 1]), work);
            } else {
                gradients.all(offsets[s], length(s), kv, work);
            }
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
