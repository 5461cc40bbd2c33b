package org.soarj.soar.actor;

import java.util.List;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.AdaptiveKl;
import org.soarj.rl.Advantage;
import org.soarj.rl.KlLoss;
import org.soarj.rl.KlPenalty;
import org.soarj.rl.Normalisation;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyLoss;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.rl.RlooTrainer;
import org.soarj.rl.ZeroVariance;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * How every student is trained, in the inner loop and in the comparison arms alike: the constants of SOAR Table 3, right.
 *
 * @param batch questions of one step
 * @param group completions of each question
 * @param learningRate peak learning rate
 * @param decay what the learning rate does after the warm-up
 * @param warmup steps of warm-up
 * @param klBeta factor on the divergence from the starting weights, in reward units
 * @param optimiser constants of AdamW
 * @param sampling limits and temperature of rollouts
 * @param passes how a batch goes through the model
 */
public record StudentTraining(int batch, int group, double learningRate, Schedule.Decay decay, int warmup, double klBeta,
                              AdamW.Settings optimiser, Policy.Sampling sampling, Passes passes) {

    /**
     * @param microBatchTokens tokens of one forward and backward pass; changes rounding only
     * @param checkpointing whether activations are computed again instead of kept: less memory, the same bits
     */
    public record Passes(int microBatchTokens, boolean checkpointing) {
        /** Keeps what fits the caches. */
        public static final Passes DEFAULT = new Passes(4096, false);
    }

    public StudentTraining {
        if (batch < 1) {
            throw new IllegalArgumentException("student training: batch must be 1 or more, got " + batch);
        }
    }

    /** The usual passes. */
    public StudentTraining(int batch, int group, double learningRate, Schedule.Decay decay, int warmup, double klBeta,
                           AdamW.Settings optimiser, Policy.Sampling sampling) {
        this(batch, group, learningRate, decay, warmup, klBeta, optimiser, sampling, Passes.DEFAULT);
    }

    /** A policy with these weights. */
    public Policy policy(Backend backend, Llama model, Task task) {
        return new Policy(backend, model, task.format(), sampling);
    }

    /**
     * Trains a copy of {@code start} for {@code steps} steps on batches from {@code problems}.
     *
     * @param listener hears of each step
     * @return the trained copy
     */
    public Llama train(Backend backend, Task task, Llama start, ProblemSource problems, int steps, Rng rng,
                       Listener listener) {
        Llama student = start.copy();
        PolicyUpdate.Settings update = new PolicyUpdate.Settings(PolicyLoss.plain(), KlLoss.off(), 0, false,
                passes.microBatchTokens, optimiser, new Schedule(decay, learningRate, warmup, steps), passes.checkpointing);
        RlooTrainer.Settings settings = new RlooTrainer.Settings(group, Advantage.leaveOneOut(), Normalisation.NONE,
                KlPenalty.of(klBeta), AdaptiveKl.off(), false, ZeroVariance.KEEP, 1, 1, 1, update);
        RlooTrainer trainer = new RlooTrainer(policy(backend, student, task), start, task.reward(), settings);
        for (int step = 0; step < steps; step++) {
            listener.step(step, trainer.step(problems.batch(step, batch), rng.split("rollouts", step)), student);
        }
        return student;
    }

    /** The same with groups of another size. */
    public StudentTraining withGroup(int size) {
        return new StudentTraining(batch, size, learningRate, decay, warmup, klBeta, optimiser, sampling, passes);
    }

    /** The same with another number of warm-up steps. */
    public StudentTraining withWarmup(int steps) {
        return new StudentTraining(batch, group, learningRate, decay, steps, klBeta, optimiser, sampling, passes);
    }

    /** Hears of every step. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param step from 0
         * @param report what the step saw and did
         * @param student the weights after it; to be measured, not changed
         */
        void step(int step, RlooStep report, Llama student);
    }

    /** Chooses the problems of a step. */
    @FunctionalInterface
    public interface ProblemSource {
        List<Problem> batch(int step, int size);
    }
}
