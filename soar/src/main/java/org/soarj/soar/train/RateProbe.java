package org.soarj.soar.train;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.KlLoss;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyLoss;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.rl.Rollout;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

/**
 * Measures how fast a machine samples and trains a model: steps of each until they get no faster, of which the
 * fastest counts: the first are not compiled yet, and others may share the machine.
 *
 * <p>A model that is too large for a quick look, or whose weights are not here, is measured on a stand-in of its widths with
 * one layer and few tokens, and the rates are scaled by the multiply-adds of a token.
 */
public final class RateProbe {
    private static final long WHOLE_MODEL = 100_000_000;
    private static final int STAND_IN_TOKENS = 4096;
    private static final double MULTIPLY_ADDS = 2e11;
    private static final int PROMPT = 16;
    private static final int LEAST_TOKENS = 4;
    /** Passes without a faster one after which the code counts as compiled. */
    private static final int IDLE_PASSES = 5;
    private static final double GROWTH = 1.03;
    private static final double MOST_SECONDS = 40;

    private final Backend backend;
    private final TrainConfig config;

    /**
     * What was measured.
     *
     * @param rates for the model that was asked about
     * @param sequences sampled side by side
     * @param layers of the model that was measured
     * @param whole whether that was the model itself
     */
    public record Measured(CostEstimate.Rates rates, int sequences, int layers, boolean whole) {}

    public RateProbe(Backend backend, TrainConfig config) {
        this.backend = backend;
        this.config = config;
    }

    /** Rates of one backend for a model of these sizes. */
    public Measured measure(LlamaConfig model) {
        boolean whole = CostEstimate.weights(model) <= WHOLE_MODEL;
        LlamaConfig measured = whole ? withContext(model, model.layers(), model.vocabSize())
                : withContext(model, 1, Math.min(model.vocabSize(), STAND_IN_TOKENS));
        Policy policy = policy(Llama.initialise(measured, Rng.of(1)), measured);
        int sequences = (int) Math.min(config.parallel(), (long) config.student().batch() * config.student().group());
        int[] prompt = new int[PROMPT];
        PolicyUpdate update = update(policy);
        double sampled = 0;
        double trained = 0;
        long begun = System.nanoTime();
        for (int idle = 0; idle < IDLE_PASSES && System.nanoTime() - begun < MOST_SECONDS * 1e9; idle++) {
            long start = System.nanoTime();
            List<Rollout> rollouts = policy.sample(prompt, sequences, Rng.of(2));
            long between = System.nanoTime();
            double sampledNow = 1e9 * sequences * policy.sampling().maxTokens() / (between - start);
            List<Rollout> few = rollouts.subList(0, trainable(measured, sequences, policy.sampling().maxTokens()));
            double[] advantages = new double[few.size()];
            Arrays.setAll(advantages, i -> i % 2 == 0 ? 1 : -1);
            between = System.nanoTime();
            long tokens = update.apply(few, advantages).tokens();
            double trainedNow = 1e9 * tokens / (System.nanoTime() - between);
            if (sampledNow > GROWTH * sampled || trainedNow > GROWTH * trained) {
                idle = -1;
            }
            sampled = Math.max(sampled, sampledNow);
            trained = Math.max(trained, trainedNow);
        }
        double scale = (double) CostEstimate.multiplyAdds(measured) / CostEstimate.multiplyAdds(model);
        return new Measured(new CostEstimate.Rates(scale * sampled, scale * trained), sequences,
                measured.layers(), whole);
    }

    private PolicyUpdate update(Policy policy) {
        TrainConfig.Optimiser optimiser = config.student().optimiser();
        return new PolicyUpdate(policy, new PolicyUpdate.Settings(PolicyLoss.plain(), KlLoss.off(), 0, false,
                optimiser.microBatchTokens(), optimiser.adamW(), Schedule.constant(0), optimiser.checkpointing()));
    }

    /** Rollouts of a training step that takes about as long as the sampling before it. */
    private static int trainable(LlamaConfig measured, int sequences, int tokens) {
        double most = MULTIPLY_ADDS / (3.0 * CostEstimate.multiplyAdds(measured) * (PROMPT + tokens));
        return (int) Math.clamp(most, 2, sequences);
    }

    /** Samples of a fixed length: as many tokens as a quick look can bear, none of which ends a completion. */
    private Policy policy(Llama llama, LlamaConfig measured) {
        long sequences = Math.min(config.parallel(), (long) config.student().batch() * config.student().group());
        int tokens = (int) Math.clamp(MULTIPLY_ADDS / ((double) CostEstimate.multiplyAdds(measured) * sequences), LEAST_TOKENS,
                Math.min(config.student().maxTokens(), measured.maxPositions() - PROMPT));
        return new Policy(backend, llama, new PromptFormat() {
            @Override
            public int[] prompt(Problem problem) {
                return new int[PROMPT];
            }

            @Override
            public String completion(int[] ids) {
                return "";
            }
        }, new Policy.Sampling(tokens, 1f, Set.of(), config.parallel()));
    }

    private LlamaConfig withContext(LlamaConfig model, int layers, int vocabulary) {
        int context = Math.min(model.maxPositions(), PROMPT + Math.max(LEAST_TOKENS, config.student().maxTokens()));
        return new LlamaConfig(vocabulary, model.hiddenSize(), model.intermediateSize(), layers, model.heads(), model.kvHeads(),
                model.headDim(), model.rmsNormEps(), model.ropeTheta(), model.ropeScaling(), model.tieWordEmbeddings(),
                model.attentionBias(), model.mlpBias(), context, -1, List.of());
    }
}
