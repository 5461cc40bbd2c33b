package org.soarj.rl;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * Optimiser steps along the policy gradient of given rollouts and advantages.
 *
 * <p>Serves students, whose advantages come from siblings of one question, and the teacher, whose advantages come from
 * whole data sets.
 */
public final class PolicyUpdate {
    private final Policy policy;
    private final PolicyLoss loss;
    private final AdamW optimiser;
    private final Schedule schedule;
    private final boolean checkpointing;

    /** @param policy its model is trained in place */
    public PolicyUpdate(Policy policy, PolicyLoss loss, AdamW.Settings settings, Schedule schedule) {
        this(policy, loss, settings, schedule, false);
    }

    /**
     * @param policy its model is trained in place
     * @param checkpointing whether activations within a layer are computed again instead of kept: less memory, the same bits
     */
    public PolicyUpdate(Policy policy, PolicyLoss loss, AdamW.Settings settings, Schedule schedule, boolean checkpointing) {
        this.policy = policy;
        this.loss = loss;
        this.optimiser = new AdamW(settings, policy.model().trainable());
        this.schedule = schedule;
        this.checkpointing = checkpointing;
    }

    /**
     * What one step did.
     *
     * @param loss value of the loss; on-policy RLOO has 0 up to rounding (RL.md V14), the gradient is what counts
     * @param gradientNorm global norm before clipping
     * @param learningRate rate used
     * @param clipFraction share of terms that the ratio clip held
     * @param tokens tokens that went through the forward and backward pass
     */
    public record Report(double loss, double gradientNorm, double learningRate, double clipFraction, long tokens) {}

    /** The optimiser, whose state a checkpoint keeps. */
    public AdamW optimiser() {
        return optimiser;
    }

    /**
     * Takes one step. The rollouts must come from the present weights: the log-probabilities computed here are compared
     * with those recorded while sampling. Where every advantage is 0 no weight changes, not by momentum or decay either.
     *
     * @param advantages one for each rollout
     * @throws IllegalArgumentException when there is not one advantage for each rollout
     * @throws IllegalStateException when a recorded log-probability is not the one that training computes; no weight has
     *     changed then, and the next step starts clean
     */
    public Report apply(List<Rollout> rollouts, double[] advantages) {
        if (rollouts.size() != advantages.length) {
            throw new IllegalArgumentException("policy update: " + rollouts.size() + " rollouts but " + advantages.length
                    + " advantages; give one for each");
        }
        // A step that was refused half way has left the gradients of its first micro-batches behind.
        policy.model().trainable().forEach(parameter -> parameter.variable().clearGradient(policy.backend()));
        BatchTotals totals = BatchTotals.of(rollouts.stream().mapToInt(Rollout::length).toArray(),
                new boolean[rollouts.size()]);
        // A rollout of advantage 0 has gradient 0 in every aggregation: its forward and backward pass can be spared.
        int[] teaching = IntStream.range(0, advantages.length).filter(i -> advantages[i] != 0).toArray();
        List<Rollout> chosen = Arrays.stream(teaching).mapToObj(rollouts::get).toList();
        double value = 0;
        long clipped = 0;
        long terms = 0;
        long tokens = 0;
        int at = 0;
        for (List<Rollout> part : ScoredTokens.microBatches(chosen, Policy.MICRO_BATCH_TOKENS)) {
            ScoredTokens scored = ScoredTokens.of(part);
            Graph graph = checkpointing ? Graph.checkpointing(policy.backend()) : Graph.recording(policy.backend());
            Variable logProbs = policy.model().logProbs(graph, scored.batch(), scored.rows(), scored.targets(),
                    policy.sampling().temperature());
            float[][] now = scored.split(logProbs.value().toArray());
            float[][] old = part.stream().map(Rollout::logProbs).toArray(float[][]::new);
            requireEqual(now, old);
            double[] weights = Arrays.stream(teaching, at, at + part.size()).mapToDouble(i -> advantages[i]).toArray();
            at += part.size();
            PolicyLoss.Step step = loss.of(now, old, weights, new boolean[part.size()], totals);
            Backward.from(policy.backend(), logProbs, flatten(step.gradient(), logProbs.shape()));
            policy.backend().recycle(logProbs.value());
            value += step.value();
            clipped += step.clippedLow() + step.clippedHigh();
            terms += step.terms();
            tokens += scored.batch().tokens();
        }
        double rate = schedule.at(optimiser.steps());
        double norm = optimiser.step(policy.backend(), rate);
        return new Report(value, norm, rate, terms == 0 ? 0 : (double) clipped / terms, tokens);
    }

    private Tensor flatten(float[][] gradient, Shape shape) {
        Tensor flat = policy.backend().zeros(shape);
        int at = 0;
        for (float[] part : gradient) {
            System.arraycopy(part, 0, flat.data(), at, part.length);
            at += part.length;
        }
        return flat;
    }

    private static void requireEqual(float[][] now, float[][] old) {
        for (int i = 0; i < now.length; i++) {
            for (int t = 0; t < now[i].length; t++) {
                if (now[i][t] != old[i][t]) {
                    throw new IllegalStateException("policy update: the sampler recorded log-probability " + old[i][t]
                            + " for token " + t + " of a rollout, training computes " + now[i][t]
                            + "; were the weights changed since sampling?");
                }
            }
        }
    }
}
