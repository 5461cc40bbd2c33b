package org.soarj.transformer.infer;

import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * How probable a model finds given tokens, at temperature 1; the numbers are those of the training forward, bit for bit.
 *
 * @param logProbs log-probability of each token after the first, given those before it, [T-1]
 * @param lastLogits scores of the token that would follow, [V]
 */
public record SequenceScore(float[] logProbs, float[] lastLogits) {
    /** Numbers of logits that are held at once, about. */
    private static final int LOGITS = 1 << 23;

    /** @throws ShapeException when there are no ids, more than the context holds, or one outside the vocabulary */
    public static SequenceScore of(Backend backend, Llama llama, int[] ids) {
        Context.requireIds(llama, "score: the sequence", ids);
        float[] logProbs = new float[ids.length - 1];
        float[] lastLogits = new float[llama.config().vocabSize()];
        try (KvCache cache = new KvCache(backend, llama.config(), 1, ids.length)) {
            new Prefill(backend, llama).run(List.of(ids), new int[1], new int[1], cache, (hidden, from) -> {
                int rows = Math.max(1, LOGITS / lastLogits.length);
                for (int row = 0; row < hidden.rows(); row += rows) {
                    score(backend, llama, hidden, row, Math.min(hidden.rows(), row + rows), ids, from, logProbs, lastLogits);
                }
            });
        }
        return new SequenceScore(logProbs, lastLogits);
    }

    /** Rows [row, end) of {@code hidden}, which begins with token {@code from}. */
    private static void score(Backend backend, Llama llama, Tensor hidden, int row, int end, int[] ids, int from,
                              float[] logProbs, float[] lastLogits) {
        int[] rows = new int[end - row];
        int[] targets = new int[rows.length];
        Arrays.setAll(rows, i -> row + i);
        Arrays.setAll(targets, i -> from + row + i + 1 < ids.length ? ids[from + row + i + 1] : -1);
        Graph graph = Graph.inference(backend);
        try (Graph.Scope _ = graph.scope()) {
            Variable chosen = graph.gather(Variable.constant(hidden), rows);    // (rows,C)
            Variable logits = llama.project(graph, chosen);                     // (rows,V)
            Tensor scores = graph.logProb(logits, targets).value();             // (rows)
            for (int i = 0; i < rows.length; i++) {
                if (targets[i] >= 0) {
                    logProbs[from + row + i] = scores.at(i);
                } else {
                    System.arraycopy(logits.value().data(), Tensor.FIRST + i * lastLogits.length, lastLogits, 0, lastLogits.length);
                }
            }
        }
    }
}
