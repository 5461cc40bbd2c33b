package org.soarj.transformer.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.transformer.PackedBatch;

/**
 * Examples laid end to end, with the rows that predict a token to learn.
 *
 * @param batch every example without its last token, which predicts nothing
 * @param rows rows of the batch whose next token is learned
 * @param targets the token each of them predicts
 */
record PackedExamples(PackedBatch batch, int[] rows, int[] targets) {

    static PackedExamples of(List<Example> examples) {
        int total = examples.stream().mapToInt(Example::targets).sum();
        int[] rows = new int[total];
        int[] targets = new int[total];
        List<int[]> sequences = new ArrayList<>(examples.size());
        int row = 0;
        int offset = 0;
        for (Example example : examples) {
            int[] ids = example.ids();
            for (int t = example.given(); t < ids.length; t++, row++) {
                rows[row] = offset + t - 1;
                targets[row] = ids[t];
            }
            sequences.add(Arrays.copyOf(ids, ids.length - 1));
            offset += ids.length - 1;
        }
        return new PackedExamples(PackedBatch.of(sequences), rows, targets);
    }

    /** Consecutive parts of at most {@code tokens} tokens, or of one example where that is longer. */
    static List<List<Example>> parts(List<Example> examples, int tokens) {
        List<List<Example>> parts = new ArrayList<>();
        int from = 0;
        long used = 0;
        for (int i = 0; i < examples.size(); i++) {
            int size = examples.get(i).ids().length;
            if (i > from && used + size > tokens) {
                parts.add(examples.subList(from, i));
                from = i;
                used = 0;
            }
            used += size;
        }
        if (from < examples.size()) {
            parts.add(examples.subList(from, examples.size()));
        }
        return parts;
    }
}
