package org.soarj.soar.experiment;

import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.World;

/**
 * Everything that decides a pretrained base; the defaults are the demo's.
 *
 * @param world whose documents are read
 * @param seed root of all randomness
 * @param model sizes
 */
public record PretrainConfig(WorldName world, long seed, DemoSettings.Model model, Training training, Problems problems) {

    /** Worlds by name. */
    public enum WorldName {
        CHAIN;

        World world() {
            return switch (this) {
                case CHAIN -> new LabelledChainWorld(LabelledChainSettings.DEFAULT);
            };
        }
    }

    /**
     * @param steps optimiser steps
     * @param documents of one step
     * @param learningRate peak, lowered along a cosine
     * @param warmup steps of warm-up
     * @param maxNorm gradients are scaled down to this global norm
     */
    public record Training(int steps, int documents, double learningRate, int warmup, double beta1, double beta2,
                           double epsilon, double weightDecay, double maxNorm) {
        Pretraining pretraining() {
            return new Pretraining(steps, documents, learningRate, warmup,
                    new AdamW.Settings(beta1, beta2, epsilon, weightDecay, maxNorm));
        }
    }

    /**
     * @param count problems to filter, all different
     * @param easiest least difficulty of these
     * @param hardest greatest
     * @param ofEverySize problems of each difficulty, for a look at what the model can do
     */
    public record Problems(int count, int easiest, int hardest, int ofEverySize) {}

    /** @throws IllegalArgumentException naming the setting that cannot be */
    public PretrainConfig {
        require(training.steps >= 1 && training.documents >= 1, "training.steps and training.documents must be 1 or more");
        require(training.warmup >= 0 && training.warmup <= training.steps, "training.warmup: " + training.warmup
                + " steps do not fit into " + training.steps + "; lower training.warmup");
        require(problems.count >= 1 && problems.ofEverySize >= 0, "problems.count must be 1 or more, problems.of_every_size 0 or "
                + "more");
        require(model.heads() >= 1 && model.hiddenSize() % model.heads() == 0, "model.heads: " + model.hiddenSize()
                + " channels do not divide into " + model.heads() + " heads");
    }

    /** The demo's base, its candidates, and 32 problems of every difficulty. */
    public static PretrainConfig defaults() {
        DemoSettings demo = DemoSettings.standard();
        Pretraining training = demo.pretraining();
        AdamW.Settings adamW = training.optimiser();
        return new PretrainConfig(WorldName.CHAIN, 1, demo.model(), new Training(training.steps(), training.documents(),
                training.learningRate(), training.warmup(), adamW.beta1(), adamW.beta2(), adamW.epsilon(), adamW.weightDecay(),
                adamW.maxNorm()), new Problems(demo.hard().candidates(), demo.hard().easiest(), demo.hard().hardest(), 32));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
