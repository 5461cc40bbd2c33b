package org.soarj.soar.actor;

import java.util.ArrayList;
import java.util.List;
import org.soarj.autograd.Graph;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.PackedBatch;

/**
 * Questions as points: the mean, over its tokens, of a base model's last hidden states. The paper uses Qwen3-Embedding-8B (SOAR sec. 5),
 * so diversities found with this compare among themselves and not with Table 1.
 *
 * @param backend where the model runs
 * @param base the one model for all pools that are to be compared
 * @param format puts a question to it
 */
public record Embedder(Backend backend, Llama base, PromptFormat format) {
    private static final int BATCH = 64;

    /** One row for each question, (N,C). */
    public double[][] rows(List<Problem> questions) {
        double[][] rows = new double[questions.size()][];
        for (int from = 0; from < rows.length; from += BATCH) {
            List<int[]> tokens = new ArrayList<>();
            for (Problem question : questions.subList(from, Math.min(rows.length, from + BATCH))) {
                tokens.add(format.question(question));
            }
            PackedBatch batch = PackedBatch.of(tokens);
            Graph graph = Graph.inference(backend);
            try (Graph.Scope _ = graph.scope()) {
                float[] hidden = base.hidden(graph, batch).value().toArray(); // (N,C)
                for (int b = 0; b < batch.sequences(); b++) {
                    rows[from + b] = mean(hidden, batch.offsets()[b], batch.offsets()[b + 1], base.config().hiddenSize());
                }
            }
        }
        return rows;
    }

    private static double[] mean(float[] hidden, int from, int to, int width) {
        double[] mean = new double[width];
        for (int token = from; token < to; token++) {
            for (int c = 0; c < width; c++) {
                mean[c] += (double) hidden[token * width + c] / (to - from);
            }
        }
        return mean;
    }
}
