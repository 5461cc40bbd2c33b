package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.List;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.PackedBatch;

/**
 * Next-token training from nothing on documents of a corpus.
 *
 * @param steps optimiser steps
 * @param documents documents of one step
 * @param learningRate peak learning rate, reached after the warm-up and lowered along a cosine
 * @param warmup steps of warm-up
 * @param optimiser constants of AdamW
 * @param checkpointing whether activations within a layer are computed again instead of kept: less memory, the same bits
 */
public record Pretraining(int steps, int documents, double learningRate, int warmup, AdamW.Settings optimiser,
                          boolean checkpointing) {

    /** Keeps all activations. */
    public Pretraining(int steps, int documents, double learningRate, int warmup, AdamW.Settings optimiser) {
        this(steps, documents, learningRate, warmup, optimiser, false);
    }

    /** Gives the tokens of one document. */
    @FunctionalInterface
    public interface Corpus {
        int[] document(Rng rng);
    }

    /** Hears of every step. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param step from 0
         * @param loss mean negative log-probability of the step's tokens, nats
         * @param gradientNorm before clipping
         * @param tokens tokens of the step
         */
        void step(int step, double loss, double gradientNorm, long tokens);
    }

    /** Trains {@code llama} in place. */
    public void run(Backend backend, Llama llama, Corpus corpus, Rng rng, Listener listener) {
        run(backend, llama, new AdamW(optimiser, llama.trainable()), corpus, rng, listener);
    }

    /**
     * Trains {@code llama} in place with an optimiser of its own, from the step that comes after those the optimiser has taken: one
     * that a checkpoint filled goes on with the bits of a training that never stopped.
     */
    public void run(Backend backend, Llama llama, AdamW adamW, Corpus corpus, Rng rng, Listener listener) {
        Schedule schedule = Schedule.cosine(learningRate, warmup, steps);
        Graph graph = checkpointing ? Graph.checkpointing(backend) : Graph.recording(backend);
        for (int step = adamW.steps(); step < steps; step++) {
            List<int[]> batch = new ArrayList<>(documents);
            for (int i = 0; i < documents; i++) {
                batch.add(corpus.document(rng.split("document", step, i)));
            }
            PackedBatch packed = PackedBatch.of(batch);
            Variable logProbs = graph.logProb(llama.logits(graph, packed), packed.nextTokens()); // (N)
            Variable loss = graph.scale(-1f / packed.targets(), graph.sum(logProbs));            // ()
            double value = loss.value().item();
            Backward.from(backend, loss);
            backend.recycle(loss.value());
            double norm = adamW.step(backend, schedule.at(step));
            listener.step(step, value, norm, packed.tokens());
        }
    }
}
