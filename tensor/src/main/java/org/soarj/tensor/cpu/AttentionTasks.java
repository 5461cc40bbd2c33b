package org.soarj.tensor.cpu;

import org.soarj.tensor.backend.AttentionShape;

/**
 * How the attention of a packed batch is cut into tasks: by the lengths of its sequences alone. The numbers do not depend
 * on the cut; it only keeps one long sequence from being one long task.
 */
final class AttentionTasks {
    private static final int BLOCK = Attention.QUERIES;
    /** Blocks of queries of a task that makes dq alone: it transposes each block of keys once for all of them. */
    private static final int QUERY_BLOCKS = 4;
    /** A long sequence is split when one of its key-value heads is more than this part of all work. */
    private static final int PARTS = 4;

    private AttentionTasks() {}

    private static int blocks(int length, int block) {
        return (length + block - 1) / block;
    }

    /** A task for each block of queries of each head, the late blocks of a sequence, which see more keys, first. */
    static void forward(WorkPool pool, Scratch scratch, int[] offsets, Attention.Forward x) {
        int sequences = offsets.length - 1;
        int[] ends = new int[sequences];
        int total = 0;
        for (int s = 0; s < sequences; s++) {
            total += blocks(offsets[s + 1] - offsets[s], BLOCK);
            ends[s] = total;
        }
        int heads = x.shape().heads();
        int size = Attention.scratch(x.shape().headDim());
        pool.run(total * heads, task -> {
            int s = sequence(ends, task / heads);
            int length = offsets[s + 1] - offsets[s];
            int position = (ends[s] - 1 - task / heads) * BLOCK;
            float[] work = scratch.take(size);
            Attention.block(x, offsets[s], position, Math.min(BLOCK, length - position), task % heads, work);
            scratch.give(work);
        });
    }

    /** The first place whose end is after {@code unit}. */
    private static int sequence(int[] ends, int unit) {
        int low = 0;
        int high = ends.length - 1;
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
     * tasks that make dk and dv of one block of keys, and by tasks that make dq of some blocks of queries.
     */
    static void backward(WorkPool pool, Scratch scratch, int[] offsets, AttentionBackward.Backward x) {
        AttentionShape shape = x.shape();
        int sequences = offsets.length - 1;
        double total = 0;
        for (int s = 0; s < sequences; s++) {
            total += work(offsets, s) * shape.kvHeads();
        }
        int[] ends = new int[sequences];
        boolean[] split = new boolean[sequences];
        int units = 0;
        for (int s = 0; s < sequences; s++) {
            int length = offsets[s + 1] - offsets[s];
            split[s] = length > QUERY_BLOCKS * BLOCK && work(offsets, s) * PARTS > total;
            units += split[s] ? blocks(length, BLOCK) + blocks(length, QUERY_BLOCKS * BLOCK) : length > 0 ? 1 : 0;
            ends[s] = units;
        }
        int size = AttentionBackward.scratch(shape.headDim());
        pool.run(units * shape.kvHeads(), task -> {
            int unit = task / shape.kvHeads();
            int kv = task % shape.kvHeads();
            int s = sequence(ends, unit);
            int length = offsets[s + 1] - offsets[s];
            float[] work = scratch.take(size);
            if (split[s]) {
                part(x, offsets[s], length, kv, unit - (s == 0 ? 0 : ends[s - 1]), work);
            } else {
                AttentionBackward.all(x, offsets[s], length, kv, work);
            }
            scratch.give(work);
        });
    }

    private static double work(int[] offsets, int sequence) {
        double length = offsets[sequence + 1] - offsets[sequence];
        return length * length;
    }

    /** Part {@code number} of a sequence: first the blocks of keys, then of queries; what takes longest comes first. */
    private static void part(AttentionBackward.Backward x, int first, int length, int kv, int number, float[] work) {
        int keyBlocks = blocks(length, BLOCK);
        if (number < keyBlocks) {
            AttentionBackward.keys(x, first, length, kv, number * BLOCK, work);
        } else {
            int last = blocks(length, QUERY_BLOCKS * BLOCK) - 1;
            int from = (last - (number - keyBlocks)) * QUERY_BLOCKS * BLOCK;
            AttentionBackward.queries(x, first, length, kv, from, Math.min(length, from + QUERY_BLOCKS * BLOCK), work);
        }
    }
}
