package org.soarj.transformer.train;

import java.util.List;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * Supervised training: AdamW on the mean negative log-probability of the tokens to learn.
 *
 * @param schedule learning rate of each step
 * @param optimiser constants of AdamW
 * @param partTokens most tokens of one forward and backward pass; the gradients of a step's parts are added up, so that memory
 *     is bounded by this and not by the batch
 * @param checkpointing whether activations within a layer are computed again instead of kept: less memory, more time, the same
 *     bits
 */
public record FineTuning(Schedule schedule, AdamW.Settings optimiser, int partTokens, boolean checkpointing) {
    public FineTuning {
        if (partTokens < 1) {
            throw new IllegalArgumentException("fine-tuning: a pass must hold 1 token or more, got " + partTokens);
        }
    }

    /**
     * What one step did.
     *
     * @param step from 0
     * @param loss mean negative log-probability of the step's learned tokens before the update, nats
     * @param gradientNorm before clipping
     * @param learningRate rate used
     * @param tokens tokens read
     * @param targets tokens learned
     */
    public record Report(int step, double loss, double gradientNorm, double learningRate, long tokens, long targets) {}

    /** Hears of every step. */
    @FunctionalInterface
    public interface Listener {
        void step(Report report);
    }

    /** Trains {@link Llama#trainable} in place, from the first step of the plan to the last. */
    public void run(Backend backend, Llama llama, BatchPlan plan, Listener listener) {
        run(backend, llama, plan, new AdamW(optimiser, llama.trainable()), listener);
    }

    /**
     * Trains in place with an optimiser of {@link Llama#trainable}, from the step of the plan that comes after those it has taken:
     * a new one begins, one that {@link TrainingFile#read} has filled goes on, with the bits of a run that never stopped.
     *
     * @throws IllegalArgumentException when nothing is trainable
     * @throws ArithmeticException when a gradient is not finite
     */
    public void run(Backend backend, Llama llama, BatchPlan plan, AdamW adamW, Listener listener) {
        if (llama.trainable().isEmpty()) {
            throw new IllegalArgumentException("fine-tuning: every weight of the model is frozen; load it in F32, or attach an "
                    + "adapter");
        }
        Graph graph = checkpointing ? Graph.checkpointing(backend) : Graph.recording(backend);
        for (int step = adamW.steps(); step < plan.steps().size(); step++) {
            List<Example> examples = plan.steps().get(step);
            long targets = examples.stream().mapToLong(Example::targets).sum();
            double loss = 0;
            for (List<Example> part : PackedExamples.parts(examples, partTokens)) {
                loss += sweep(graph, llama, PackedExamples.of(part), targets);
            }
            double rate = schedule.at(step);
            double norm = adamW.step(backend, rate);
            long tokens = examples.stream().mapToLong(example -> example.ids().length).sum();
            listener.step(new Report(step, loss, norm, rate, tokens, targets));
        }
    }

    /** Adds the gradient of this part's share of the loss; gives the share. */
    private static double sweep(Graph graph, Llama llama, PackedExamples part, long targets) {
        Variable logProbs = llama.logProbs(graph, part.batch(), part.rows(), part.targets(), 1f);   // (rows)
        Variable loss = graph.scale(-1f / targets, graph.sum(logProbs));                            // ()
        double value = loss.value().item();
        Backward.from(graph.backend(), loss);
        graph.backend().recycle(loss.value());
        return value;
    }

    /** Mean negative log-probability of the tokens to learn, nats; no gradient. */
    public static double loss(Backend backend, Llama llama, List<Example> examples, int partTokens) {
        double sum = 0;
        long targets = 0;
        for (List<Example> examplesOfPart : PackedExamples.parts(examples, partTokens)) {
            PackedExamples part = PackedExamples.of(examplesOfPart);
            Graph graph = Graph.inference(backend);
            try (Graph.Scope _ = graph.scope()) {
                for (float value : llama.logProbs(graph, part.batch(), part.rows(), part.targets(), 1f).value().toArray()) {
                    sum -= value;
                }
            }
            targets += part.targets().length;
        }
        return sum / targets;
    }
}
