package org.soarj.transformer;

import java.util.List;

/**
 * Sequences laid end to end, without padding.
 *
 * @param ids token ids, [N]
 * @param positions position of each token in its own sequence, [N]
 * @param offsets sequence b is tokens offsets[b] to offsets[b+1]-1, [B+1]
 */
public record PackedBatch(int[] ids, int[] positions, int[] offsets) {

    public static PackedBatch of(List<int[]> sequences) {
        int[] offsets = new int[sequences.size() + 1];
        for (int b = 0; b < sequences.size(); b++) {
            offsets[b + 1] = offsets[b] + sequences.get(b).length;
        }
        int[] ids = new int[offsets[sequences.size()]];
        int[] positions = new int[ids.length];
        for (int b = 0; b < sequences.size(); b++) {
            int[] sequence = sequences.get(b);
            System.arraycopy(sequence, 0, ids, offsets[b], sequence.length);
            for (int t = 0; t < sequence.length; t++) {
                positions[offsets[b] + t] = t;
            }
        }
        return new PackedBatch(ids, positions, offsets);
    }

    /** Tokens, N. */
    public int tokens() {
        return ids.length;
    }

    /** Sequences, B. */
    public int sequences() {
        return offsets.length - 1;
    }

    /** For each token the one that follows it, -1 at the end of each sequence, [N]. */
    public int[] nextTokens() {
        int[] next = new int[ids.length];
        for (int b = 0; b < sequences(); b++) {
            for (int i = offsets[b]; i < offsets[b + 1]; i++) {
                next[i] = i + 1 < offsets[b + 1] ? ids[i + 1] : -1;
            }
        }
        return next;
    }

    /** Tokens that have a successor. */
    public int targets() {
        int targets = 0;
        for (int b = 0; b < sequences(); b++) {
            targets += Math.max(0, offsets[b + 1] - offsets[b] - 1);
        }
        return targets;
    }
}
