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
    /**
     * What a log-probability may be off by where sampling and training round differently, nats. Floats differ by some 1e-5,
     * weights of 16 bits by some 1e-2; a wrong position, mask or cache line by far more.
     */
    private static final double ROUNDING_GAP = 0.1;

    private final Policy policy;
    private final Settings settings;
    private final AdamW optimiser;
    private final Graph graph;

    /**
     * @param loss policy loss
     * @param kl divergence from the reference as a term of the loss
     * @param entropyBonus factor on the mean entropy of the next-token distribution, which the loss is lowered by; 0 for none
     * @param measureEntropy whether the entropy is reported where no bonus asks for it; costs two passes over the scores
     * @param microBatchTokens tokens of one forward and backward pass; the gradient is that of the undivided batch
     * @param optimiser constants of AdamW
     * @param schedule learning rate of each optimiser step
     * @param checkpointing whether activations within a layer are computed again instead of kept: less memory, the same bits
     */
    public record Settings(PolicyLoss loss, KlLoss kl, double entropyBonus, boolean measureEntropy, int microBatchTokens,
                           AdamW.Settings optimiser, Schedule schedule, boolean checkpointing) {
        /** @throws IllegalArgumentException when the bonus is negative, or a micro-batch holds no token */
        public Settings {
            if (!(entropyBonus >= 0) || microBatchTokens < 1) {
                throw new IllegalArgumentException("policy update: the entropy bonus must be 0 or more and micro-batches hold "
                        + "a token at least, got " + entropyBonus + " and " + microBatchTokens);
            }
        }

        /** The policy loss alone. */
        public static Settings of(PolicyLoss loss, AdamW.Settings optimiser, Schedule schedule) {
            return new Settings(loss, KlLoss.off(), 0, false, Policy.MICRO_BATCH_TOKENS, optimiser, schedule, false);
        }
    }

    /**
     * What one step learns from.
     *
     * @param advantages one for each rollout
     * @param masked rollouts that must not teach, such as truncated ones
     * @param reference log-probabilities under the reference, used by a KL loss alone
     */
    public record Batch(List<Rollout> rollouts, double[] advantages, boolean[] masked, List<float[]> reference) {
        /** @throws IllegalArgumentException when there is not one of each for each rollout */
        public Batch {
            if (rollouts.size() != advantages.length) {
                throw new IllegalArgumentException("policy update: " + rollouts.size() + " rollouts but " + advantages.length
                        + " advantages; give one for each");
            }
            if (rollouts.size() != masked.length || rollouts.size() != reference.size()) {
                throw new IllegalArgumentException("policy update: " + rollouts.size() + " rollouts but " + masked.length
                        + " mask entries and " + reference.size() + " reference scores; give one for each");
            }
        }
    }

    /**
     * What one step did.
     *
     * @param loss value of the policy loss; on-policy RLOO has 0 up to rounding (RL.md V14), the gradient is what counts
     * @param klLoss value of the divergence term; 0 where there is none
     * @param entropy mean over the tokens that went through the update, nats; NaN where it was not measured or no token did
     * @param gradientNorm global norm before clipping
     * @param learningRate rate used
     * @param ratios probability ratios of the sequences that went through the update
     * @param tokens tokens that went through the forward and backward pass
     * @param samplerGap largest difference between a log-probability recorded while sampling and the one computed here, nats;
     *     exactly 0 on a batch-invariant backend, and where rollouts of earlier weights were used
     */
    public record Report(double loss, double klLoss, double entropy, double gradientNorm, double learningRate, Ratios ratios,
                         long tokens, double samplerGap) {}

    /** Trains the model of {@code policy} in place. */
    public PolicyUpdate(Policy policy, Settings settings) {
        this.policy = policy;
        this.settings = settings;
        this.optimiser = new AdamW(settings.optimiser, policy.model().trainable());
        this.graph = settings.checkpointing ? Graph.checkpointing(policy.backend()) : Graph.recording(policy.backend());
    }

    /** An update by the policy loss alone. */
    public PolicyUpdate(Policy policy, PolicyLoss loss, AdamW.Settings optimiser, Schedule schedule) {
        this(policy, Settings.of(loss, optimiser, schedule));
    }

    /** The optimiser, whose state a checkpoint keeps. */
    public AdamW optimiser() {
        return optimiser;
    }

    /** {@link #applyFresh} with nothing masked and no reference. */
    public Report apply(List<Rollout> rollouts, double[] advantages) {
        return applyFresh(new Batch(rollouts, advantages, new boolean[rollouts.size()],
                rollouts.stream().map(Rollout::logProbs).toList()));
    }

    /**
     * Takes one step with rollouts of the present weights: the log-probabilities computed here are compared with those
     * recorded while sampling. Where every advantage is 0 no weight changes, not by momentum or decay either.
     *
     * @throws IllegalStateException when a recorded log-probability is not the one that training computes, or, on a backend that
     *     is not batch-invariant, is further from it than rounding explains; no weight has changed then, and the next step
     *     starts clean
     */
    public Report applyFresh(Batch batch) {
        return apply(batch, true);
    }

    /** Takes a further step with rollouts of earlier weights, whose ratios are no longer 1. */
    public Report applyAgain(Batch batch) {
        return apply(batch, false);
    }

    private Report apply(Batch batch, boolean fresh) {
        // A step that was refused half way has left the gradients of its first micro-batches behind.
        policy.model().trainable().forEach(parameter -> parameter.variable().clearGradient(policy.backend()));
        Sum sum = new Sum(batch, fresh);
        for (List<Rollout> part : ScoredTokens.microBatches(sum.chosen(), settings.microBatchTokens)) {
            sum.add(part);
        }
        double rate = settings.schedule.at(optimiser.steps());
        double norm = optimiser.step(policy.backend(), rate);
        return sum.report(norm, rate);
    }

    /** The running sum over the micro-batches of one step. */
    private final class Sum {
        private final Batch batch;
        private final boolean fresh;
        private final BatchTotals totals;
        private final int[] teaching;
        private final Ratios.Sum ratios = new Ratios.Sum();
        private double value;
        private double klValue;
        private double entropy;
        private double samplerGap;
        private long scoredTokens;
        private long tokens;
        private int at;

        Sum(Batch batch, boolean fresh) {
            this.batch = batch;
            this.fresh = fresh;
            totals = BatchTotals.of(batch.rollouts.stream().mapToInt(Rollout::length).toArray(), batch.masked);
            boolean all = settings.kl.on() || settings.entropyBonus > 0;
            // Without those terms a rollout of advantage 0 has gradient 0 in every aggregation: its passes can be spared.
            teaching = IntStream.range(0, batch.advantages.length)
                    .filter(i -> !batch.masked[i] && (all || batch.advantages[i] != 0)).toArray();
            value = maskedValue();
        }

        List<Rollout> chosen() {
            return Arrays.stream(teaching).mapToObj(batch.rollouts::get).toList();
        }

        /** What masked rollouts add to the value of the loss, see {@link PolicyLoss}. */
        private double maskedValue() {
            int[] masked = IntStream.range(0, batch.masked.length).filter(i -> batch.masked[i]).toArray();
            float[][] none = new float[masked.length][0];
            boolean[] yes = new boolean[masked.length];
            Arrays.fill(yes, true);
            double[] weights = Arrays.stream(masked).mapToDouble(i -> batch.advantages[i]).toArray();
            return masked.length == 0 ? 0 : settings.loss.of(none, none, weights, yes, totals).value();
        }

        void add(List<Rollout> part) {
            ScoredTokens scored = ScoredTokens.of(part);
            Variable scores = policy.model().scores(graph, scored.batch(), scored.rows(), policy.sampling().temperature());
            Variable logProbs = graph.logProb(scores, scored.targets());                       // (rows)
            float[][] now = scored.split(logProbs.value().toArray());
            float[][] old = part.stream().map(Rollout::logProbs).toArray(float[][]::new);
            if (fresh) {
                samplerGap = Math.max(samplerGap, requireNear(now, old));
            }
            if (settings.measureEntropy || settings.entropyBonus > 0) {
                entropy += SoftmaxEntropy.sum(policy.backend(), scores);
            }
            int[] who = Arrays.copyOfRange(teaching, at, at + part.size());
            at += part.size();
            boolean[] none = new boolean[part.size()];
            PolicyLoss.Step step = settings.loss.of(now, old, Arrays.stream(who).mapToDouble(i -> batch.advantages[i]).toArray(),
                    none, totals);
            if (settings.kl.on()) {
                klValue += settings.loss.addKl(settings.kl, step, now, Arrays.stream(who).mapToObj(batch.reference::get).toList(),
                        none, totals);
            }
            backward(scores, logProbs, step);
            value += step.value();
            ratios.add(step);
            scoredTokens += scored.rows().length;
            tokens += scored.batch().tokens();
        }

        private void backward(Variable scores, Variable logProbs, PolicyLoss.Step step) {
            Tensor seed = flatten(step.gradient(), logProbs.shape());
            if (settings.entropyBonus == 0) {
                Backward.from(policy.backend(), logProbs, seed);
                policy.backend().recycle(logProbs.value());
                return;
            }
            // One sweep for both terms: sum(g . log p) has the gradient that g seeds.
            Variable loss = graph.add(graph.sum(graph.mul(logProbs, Variable.constant(seed))),
                    graph.scale((float) (settings.entropyBonus / totals.tokens()), SoftmaxEntropy.negatedSum(graph, scores)));
            Backward.from(policy.backend(), loss);
            policy.backend().recycle(loss.value());
        }

        Report report(double norm, double rate) {
            boolean measured = (settings.measureEntropy || settings.entropyBonus > 0) && scoredTokens > 0;
            return new Report(value, klValue, measured ? entropy / scoredTokens : Double.NaN, norm, rate, ratios.total(), tokens,
                    samplerGap);
        }
    }

    private Tensor flatten(float[][] gradient, Shape shape) {
        Tensor flat = policy.backend().zeros(shape);
        int at = 0;
        for (float[] part : gradient) {
            System.arraycopy(part, 0, flat.data(), Tensor.FIRST + at, part.length);
            at += part.length;
        }
        flat.markChanged();
        return flat;
    }

    /** The largest difference, which a backend that is batch-invariant does not make and another by rounding alone. */
    private double requireNear(float[][] now, float[][] old) {
        double allowed = policy.backend().isBatchInvariant() ? 0 : ROUNDING_GAP;
        double gap = 0;
        for (int i = 0; i < now.length; i++) {
            for (int t = 0; t < now[i].length; t++) {
                double off = now[i][t] == old[i][t] ? 0 : Math.abs((double) now[i][t] - old[i][t]);
                if (!(off <= allowed)) {
                    throw new IllegalStateException("policy update: the sampler recorded log-probability " + old[i][t]
                            + " for token " + t + " of a rollout, training computes " + now[i][t]
                            + "; were the weights changed since sampling?");
                }
                gap = Math.max(gap, off);
            }
        }
        return gap;
    }
}
