package org.soarj.transformer.tokenizer;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The tokens of one word while they merge: a list linked by index, and a queue of the merges in sight, lowest rank
 * first and leftmost among equals. A word of n characters takes fewer than 3n queue entries, so O(n log n).
 */
final class Word {
    private static final int REMOVED = -1;

    private int[] ids = new int[16];
    private int size;
    private int[] previous;
    private int[] next;
    private int queued;

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size);
        }
        ids[size++] = id;
    }

    /** Merges until no pair is left that merges, and gives the tokens. */
    int[] merge(MergeTable merges) {
        previous = IntStream.range(-1, size - 1).toArray();
        next = IntStream.rangeClosed(1, size).toArray();
        PriorityQueue<Long> queue = new PriorityQueue<>();
        for (int at = 0; at < size; at++) {
            propose(at, merges, queue);
        }
        while (!queue.isEmpty()) {
            long entry = queue.poll();
            int at = (int) entry;
            int merged = merges.merged((int) (entry >>> 32));
            if (stillMergesTo(merged, at, merges)) {
                int right = next[at];
                ids[at] = merged;
                ids[right] = REMOVED;
                next[at] = next[right];
                if (next[at] < size) {
                    previous[next[at]] = at;
                }
                if (previous[at] >= 0) {
                    propose(previous[at], merges, queue);
                }
                propose(at, merges, queue);
            }
        }
        return IntStream.range(0, size).map(at -> ids[at]).filter(id -> id != REMOVED).toArray();
    }

    /** How many merges have been put in the queue. */
    int queued() {
        return queued;
    }

    /** Queues the merge of the token at an index with the one behind it, if there is one. */
    private void propose(int at, MergeTable merges, PriorityQueue<Long> queue) {
        int rank = next[at] < size ? merges.rank(ids[at], ids[next[at]]) : MergeTable.NONE;
        if (rank != MergeTable.NONE) {
            queue.add((long) rank << 32 | at);
            queued++;
        }
    }

    /** Whether a queue entry is not out of date: either side may have merged with another since. */
    private boolean stillMergesTo(int merged, int at, MergeTable merges) {
        if (ids[at] == REMOVED || next[at] >= size) {
            return false;
        }
        int rank = merges.rank(ids[at], ids[next[at]]);
        return rank != MergeTable.NONE && merges.merged(rank) == merged;
    }
}
