package org.soarj.soar.actor;

import java.util.List;
import java.util.function.BiConsumer;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.rl.RlooTrainer;
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
 */
public record StudentTraining(int batch, int group, double learningRate, Schedule.Decay decay, int warmup, double klBeta,
                              AdamW.Settings optimiser, Policy.Sampling sampling) {

    public StudentTraining {
        if (batch < 1) {
            throw new IllegalArgumentException("student training: batch must be 1 or more, got " + batch);
        }
    }

    /** A policy with these weights. */
    public Policy policy(Backend backend, Llama model, Task task) {
        return new Policy(backend, model, task.format(), sampling);
    }

    /**
     * Trains a copy of {@code start} for {@code steps} steps on batches from {@code problems}.
     *
     * @param onStep hears each step's number, from 0, and its report
     * @return the trained copy
     */
    public Llama train(Backend backend, Task task, Llama start, ProblemSource problems, int steps, Rng rng,
                       BiConsumer<Integer, RlooStep> onStep) {
        Llama student = start.copy();
        RlooTrainer.Settings settings =
                RlooTrainer.Settings.of(group, new Schedule(decay, learningRate, warmup, steps), klBeta, optimiser);
        RlooTrainer trainer = new RlooTrainer(policy(backend, student, task), start, task.reward(), settings);
        for (int step = 0; step < steps; step++) {
            onStep.accept(step, trainer.step(problems.batch(step, batch), rng.split("rollouts", step)));
        }
        return student;
    }

    /** Chooses the problems of a step. */
    @FunctionalInterface
    public interface ProblemSource {
        List<Problem> batch(int step, int size);
    }
}
