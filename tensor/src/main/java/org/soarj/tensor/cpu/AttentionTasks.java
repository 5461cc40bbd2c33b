package org.soarj.tensor.cpu;

/**
 * How the attention of a packed batch is cut into tasks: by the lengths of its sequences alone. The numbers do not depend
 * on the cut; it only keeps one long sequence from being one long task.
 */
final class AttentionTasks {
    private static final int BLOCK = HeadBlocks.QUERIES;
    /** Blocks of queries of a task that makes dq alone. */
    private static final int QUERY_BLOCKS = 4;
    /** A long sequence is split when one of its key-value heads is more than this part of all work. */
    private static final int PARTS = 4;

    private AttentionTasks() {}

    private static int blocks(int length, int block) {
        return (length + block - 1) / block;
    }

    /**
     * A task for each block of queries of each head. Head by head: the keys and values of one stay in the cache, and threads
     * that work side by side write to rows of their own, where two heads of one row would fight for its lines. Of a
     * sequence the late blocks, which see more keys, come first.
     */
    static void forward(WorkPool pool, Scratch scratch, int[] offsets, Attention attention) {
        int sequences = offsets.length - 1;
        int[] ends = scratch.takeIndices(sequences);
        int total = 0;
        for (int s = 0; s < sequences; s++) {
            total += blocks(offsets[s + 1] - offsets[s], BLOCK);
            ends[s] = total;
        }
        int size = attention.scratch();
        int units = total;
        pool.run(units * attention.heads(), task -> {
            int unit = task % units;
            int s = sequence(ends, sequences, unit);
            int length = offsets[s + 1] - offsets[s];
            int position = (ends[s] - 1 - unit) * BLOCK;
            float[] work = scratch.take(size);
            attention.block(offsets[s], position, Math.min(BLOCK, length - position), task / units, work);
            scratch.give(work);
        });
        scratch.giveIndices(ends);
    }

    /** The first of the sequences whose end is after {@code unit}. */
    private static int sequence(int[] ends, int sequences, int unit) {
        int low = 0;
        int high = sequences - 1;
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
    static void backward(WorkPool pool, Scratch scratch, int[] offsets, AttentionBackward attention) {
        int kvHeads = attention.kvHeads();
        int sequences = offsets.length - 1;
        double all = 0;
        for (int s = 0; s < sequences; s++) {
            all += work(offsets, s) * kvHeads;
        }
        double total = all;
        int[] ends = scratch.takeIndices(sequences);
        int count = 0;
        for (int s = 0; s < sequences; s++) {
            int length = offsets[s + 1] - offsets[s];
            int parts = blocks(length, BLOCK) + blocks(length, QUERY_BLOCKS * BLOCK);
            count += outweighs(offsets, s, total) ? parts : length > 0 ? 1 : 0;
            ends[s] = count;
        }
        int units = count;
        int size = attention.scratch();
        pool.run(units * kvHeads, task -> {
            int unit = task % units;
            int kv = task / units;
            int s = sequence(ends, sequences, unit);
            int length = offsets[s + 1] - offsets[s];
            float[] work = scratch.take(size);
            if (outweighs(offsets, s, total)) {
                part(attention, offsets[s], length, kv, unit - (s == 0 ? 0 : ends[s - 1]), work);
            } else {
                attention.all(offsets[s], length, kv, work);
            }
            scratch.give(work);
        });
        scratch.giveIndices(ends);
    }

    private static boolean outweighs(int[] offsets, int sequence, double total) {
        return offsets[sequence + 1] - offsets[sequence] > QUERY_BLOCKS * BLOCK && work(offsets, sequence) * PARTS > total;
    }

    private static double work(int[] offsets, int sequence) {
        double length = offsets[sequence + 1] - offsets[sequence];
        return length * length;
    }

    /** Part {@code number} of a sequence: first the blocks of keys, then of queries; what takes longest comes first. */
    private static void part(AttentionBackward attention, int first, int length, int kv, int number, float[] work) {
        int keyBlocks = blocks(length, BLOCK);
        if (number < keyBlocks) {
            attention.keys(first, length, kv, number * BLOCK, work);
        } else {
            int last = blocks(length, QUERY_BLOCKS * BLOCK) - 1;
            int from = (last - (number - keyBlocks)) * QUERY_BLOCKS * BLOCK;
            attention.queries(first, kv, from, Math.min(length, from + QUERY_BLOCKS * BLOCK), work);
        }
    }
}
