package org.soarj.rl;

import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.PackedBatch;

/**
 * The policy gradient as the formula says it: a graph of its own for each rollout, log-probabilities of every token, a
 * weight on the sampled ones. Above the model it shares no code with {@link PolicyUpdate}.
 *
 * @param model where gradients collect
 */
record ByHandGradient(Llama model, float temperature) {
    private static final Backend BACKEND = new ReferenceBackend();

    /** The gradient at the weights of {@code policy}, collected in a copy of them. */
    static ByHandGradient at(Policy policy) {
        return new ByHandGradient(policy.model().copy(), policy.sampling().temperature());
    }

    /** Adds {@code sum_i -A_i / N grad log p(rollout i)}. */
    ByHandGradient addLoss(List<Rollout> rollouts, double[] advantages) {
        for (int i = 0; i < advantages.length; i++) {
            add(-advantages[i] / advantages.length, rollouts.get(i).promptIds(), rollouts.get(i).completionIds());
        }
        return this;
    }

    /** Adds {@code weight * grad log p(completion | prompt)}. */
    void add(double weight, int[] prompt, int... completion) {
        int[] whole = Arrays.copyOf(prompt, prompt.length + completion.length);
        System.arraycopy(completion, 0, whole, prompt.length, completion.length);
        Graph graph = Graph.recording(BACKEND);
        Variable logits = model.logits(graph, PackedBatch.of(List.of(whole)));             // (N,V)
        Variable logProbs = graph.logSoftmax(graph.scale(1 / temperature, logits));         // (N,V)
        Tensor seed = Tensor.zeros(logProbs.shape());                                       // (N,V)
        for (int t = 0; t < completion.length; t++) {
            seed.put((prompt.length - 1 + t) * model.config().vocabSize() + completion[t], (float) weight);
        }
        Backward.from(BACKEND, logProbs, seed);
    }

    /** What was collected, for each parameter in order. */
    float[][] values() {
        return model.parameters().stream().map(Parameter::gradient).map(Tensor::toArray).toArray(float[][]::new);
    }

    /** Euclidean norm over all parameters. */
    double norm() {
        double squares = 0;
        for (float[] values : values()) {
            for (float value : values) {
                squares += (double) value * value;
            }
        }
        return Math.sqrt(squares);
    }
}
