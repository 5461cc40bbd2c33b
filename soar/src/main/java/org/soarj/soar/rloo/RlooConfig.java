package org.soarj.soar.rloo;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.AdaptiveKl;
import org.soarj.rl.Advantage;
import org.soarj.rl.Aggregation;
import org.soarj.rl.Clip;
import org.soarj.rl.KlEstimator;
import org.soarj.rl.KlLoss;
import org.soarj.rl.KlPenalty;
import org.soarj.rl.Normalisation;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyLoss;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.RlooTrainer;
import org.soarj.rl.ZeroVariance;

/**
 * Everything that decides the numbers of an RLOO run; config.yaml holds it.
 *
 * @param model folder of the model to start from
 * @param data problems to train on
 * @param evalData problems to measure on; empty for those of {@code data}
 * @param skipBlankAnswers whether problems with a blank answer are left out, with a warning, instead of refused
 * @param task how a problem is put and an answer judged: {@code math} or {@code chain} (the demo's world)
 * @param reward {@code exact} (1 or 0) or {@code paper} (120, 20, 10 or 0; for {@code math})
 * @param seed root of all randomness
 * @param steps batches
 * @param batch problems of one step
 * @param group completions of each
 */
public record RlooConfig(String model, String data, String evalData, boolean skipBlankAnswers, TaskName task, RewardName reward,
                         long seed, int steps, int batch, int group, Sampling sampling, Estimator estimator, Kl kl,
                         Optimiser optimiser, Measuring evaluation, Saving checkpoints) {
    /** Settings that change nothing of what a run has done so far, so that one that goes on may have others. */
    private static final Set<String> FREE = Set.of("evaluation.every", "checkpoints.every", "checkpoints.keep",
            "sampling.parallel", "optimiser.checkpointing");

    /** Tasks by name. */
    public enum TaskName { MATH, CHAIN }

    /** Rewards by name. */
    public enum RewardName { EXACT, PAPER }

    /** Estimators of the advantage by name. */
    public enum AdvantageName { RLOO, GRPO, DR_GRPO, REINFORCE_PLUS_PLUS, MEAN_CENTRED }

    /** Where the divergence from the reference enters. */
    public enum KlPlace { NONE, REWARD, K2_LOSS, K3_LOSS }

    /** Whether truncated completions teach. */
    public enum Truncated { KEEP, MASK }

    /**
     * @param maxTokens most tokens of a completion
     * @param temperature of rollouts and of training alike
     * @param parallel most sequences side by side; changes no number
     * @param topP must stay 1, see {@link RlooConfig}
     * @param topK must stay 0
     */
    public record Sampling(int maxTokens, double temperature, int parallel, double topP, int topK) {
        public Sampling {
            require(topP == 1 && topK == 0, "sampling: top_p " + topP + " and top_k " + topK + " are refused in training: the "
                    + "sampler would leave tokens out that the log-probabilities count, which biases every ratio; leave them at "
                    + "1 and 0");
            require(maxTokens >= 1 && temperature > 0 && parallel >= 1, "sampling: max_tokens and parallel must be 1 or more "
                    + "and the temperature above 0, got " + maxTokens + ", " + parallel + " and " + temperature);
        }
    }

    /**
     * @param advantage estimator
     * @param normalise over the batch, after the estimator; {@code reinforce_plus_plus} is over tokens in any case
     * @param aggregation how the terms of a batch become one loss
     * @param divisor of {@code token_sum_over_constant}
     * @param clipLow distance of the ratio below 1 that still earns; acts from the second update of a batch on
     * @param clipHigh the same above 1
     * @param epochs times a batch is gone through
     * @param minibatches parts of a batch with an update of their own; must divide {@code batch}
     * @param truncated whether truncated completions teach
     * @param zeroVariance what is done with groups whose rewards are all equal
     * @param rounds most batches sampled for one step when these are resampled
     * @param entropyBonus factor on the mean entropy
     */
    public record Estimator(AdvantageName advantage, Normalisation normalise, Aggregation aggregation, double divisor,
                            double clipLow, double clipHigh, int epochs, int minibatches, Truncated truncated,
                            ZeroVariance zeroVariance, int rounds, double entropyBonus) {
        public Estimator {
            require(epochs >= 1 && minibatches >= 1 && rounds >= 1, "estimator.epochs, estimator.minibatches and estimator.rounds "
                    + "must be 1 or more, got " + epochs + ", " + minibatches + " and " + rounds);
            require(clipLow >= 0 && clipHigh >= 0 && entropyBonus >= 0, "estimator.clip_low, estimator.clip_high and "
                    + "estimator.entropy_bonus must be 0 or more, got " + clipLow + ", " + clipHigh + " and " + entropyBonus);
        }
    }

    /**
     * @param place where it enters
     * @param beta its weight, in units of the reward or of the loss
     * @param reference folder of the reference; empty for the model that the run starts from
     * @param target nats a token that an adaptive weight aims at, and that an alarm watches; 0 for neither
     * @param horizon completions over which the weight may move by a fifth; 0 for a constant weight
     */
    public record Kl(KlPlace place, double beta, String reference, double target, double horizon) {
        public Kl {
            require(finite(beta) && finite(target) && finite(horizon), "kl.beta, kl.target and kl.horizon must be 0 or more and "
                    + "finite, got " + beta + ", " + target + " and " + horizon);
        }
    }

    /**
     * @param learningRate peak
     * @param decay after the warm-up
     * @param warmup updates of warm-up
     * @param maxNorm gradients are scaled down to this global norm
     * @param microBatchTokens tokens of one forward and backward pass; changes rounding only
     * @param checkpointing whether activations are computed again instead of kept: less memory, the same bits
     */
    public record Optimiser(double learningRate, Schedule.Decay decay, int warmup, double beta1, double beta2, double epsilon,
                            double weightDecay, double maxNorm, int microBatchTokens, boolean checkpointing) {
        public Optimiser {
            require(finite(learningRate) && finite(weightDecay) && warmup >= 0, "optimiser.learning_rate, optimiser.weight_decay and "
                    + "optimiser.warmup must be 0 or more and finite, got " + learningRate + ", " + weightDecay + " and " + warmup);
            require(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1, "optimiser.beta1 and optimiser.beta2 must be at least 0 and "
                    + "less than 1, got " + beta1 + " and " + beta2);
            require(epsilon > 0 && maxNorm > 0 && microBatchTokens > 0, "optimiser.epsilon, optimiser.max_norm and "
                    + "optimiser.micro_batch_tokens must be above 0, got " + epsilon + ", " + maxNorm + " and " + microBatchTokens);
        }
    }

    /**
     * @param every steps between evaluations; 0 for none. One is made before the first step and one after the last
     * @param problems most problems, the first of the file; 0 for all
     * @param samples completions of each problem
     * @param k of pass@k and maj@k
     */
    public record Measuring(int every, int problems, int samples, List<Integer> k) {
        public Measuring {
            k = List.copyOf(k);
            require(every >= 0 && problems >= 0 && samples >= 0, "evaluation.every, evaluation.problems and evaluation.samples must "
                    + "be 0 or more, got " + every + ", " + problems + " and " + samples);
            for (int one : k) {
                require(one >= 1 && one <= samples, "evaluation: pass@" + one + " asked of " + samples
                        + " samples; raise evaluation.samples or ask for a smaller k");
            }
        }
    }

    /**
     * @param every steps between checkpoints; one is made after the last step in any case
     * @param keep how many of the newest are kept
     */
    public record Saving(int every, int keep) {
        public Saving {
            require(every >= 1 && keep >= 1, "checkpoints: every and keep must be 1 or more, got " + every + " and " + keep);
        }
    }

    /** @throws IllegalArgumentException naming the setting that cannot be */
    public RlooConfig {
        long updates = (long) steps * estimator.epochs * estimator.minibatches;
        require(steps >= 1 && batch >= 1, "steps and batch must be 1 or more, got " + steps + " and " + batch);
        require(group >= 2, "group: " + group + " completions have no sibling to be the baseline; it must be at least 2");
        require(batch % estimator.minibatches == 0, "estimator.minibatches: a batch of " + batch
                + " problems does not divide into " + estimator.minibatches + " parts; choose a divisor");
        require(optimiser.warmup <= updates, "optimiser.warmup: " + optimiser.warmup + " updates of warm-up do not fit into the "
                + updates + " of the run (steps x estimator.epochs x estimator.minibatches)");
        require(reward == RewardName.EXACT || task == TaskName.MATH, "reward: paper is for the task math, got the task "
                + task.name().toLowerCase(Locale.ROOT));
    }

    /** SOAR's student (Table 3), at a group and batch that one machine can bear. */
    public static RlooConfig defaults() {
        return new RlooConfig("", "", "", false, TaskName.MATH, RewardName.EXACT, 1, 100, 8, 32,
                new Sampling(1024, 1, 256, 1, 0),
                new Estimator(AdvantageName.RLOO, Normalisation.NONE, Aggregation.SEQUENCE_SUM, 1, 0.2, 0.2, 1, 1,
                        Truncated.KEEP, ZeroVariance.KEEP, 1, 0),
                new Kl(KlPlace.REWARD, 0.001, "", 0, 0),
                new Optimiser(1e-5, Schedule.Decay.CONSTANT, 0, 0.9, 0.999, 1e-8, 0, 1, 4096, false),
                new Measuring(50, 64, 8, List.of(1, 8)), new Saving(50, 2));
    }

    /**
     * Whether a run of these settings may go on with another value of one of them: when and how often it logs and saves, how
     * much memory it takes, and how long it is, but for a learning rate that falls towards its end.
     *
     * @param key dotted and in snake_case, as in config.yaml
     */
    public boolean mayChange(String key) {
        return FREE.contains(key) || key.equals("steps") && optimiser.decay == Schedule.Decay.CONSTANT;
    }

    /**
     * The trainer's settings.
     *
     * @throws IllegalArgumentException when a value is none that the trainer can work with
     */
    public RlooTrainer.Settings trainer() {
        boolean plusPlus = estimator.advantage == AdvantageName.REINFORCE_PLUS_PLUS;
        Advantage advantage = switch (estimator.advantage) {
            case RLOO -> Advantage.leaveOneOut();
            case GRPO -> Advantage.grpo();
            case DR_GRPO, REINFORCE_PLUS_PLUS, MEAN_CENTRED -> Advantage.meanCentred();
        };
        KlLoss klLoss = switch (kl.place) {
            case NONE, REWARD -> KlLoss.off();
            case K2_LOSS -> new KlLoss(KlEstimator.K2, kl.beta);
            case K3_LOSS -> new KlLoss(KlEstimator.K3, kl.beta);
        };
        Schedule schedule = new Schedule(optimiser.decay, optimiser.learningRate, optimiser.warmup,
                steps * estimator.epochs * estimator.minibatches);
        PolicyUpdate.Settings update = new PolicyUpdate.Settings(
                new PolicyLoss(estimator.aggregation, new Clip(estimator.clipLow, estimator.clipHigh), estimator.divisor), klLoss,
                estimator.entropyBonus, true, optimiser.microBatchTokens, new AdamW.Settings(optimiser.beta1, optimiser.beta2,
                        optimiser.epsilon, optimiser.weightDecay, optimiser.maxNorm), schedule, optimiser.checkpointing);
        return new RlooTrainer.Settings(group, advantage, plusPlus ? Normalisation.TOKENS : estimator.normalise,
                KlPenalty.of(kl.place == KlPlace.REWARD ? kl.beta : 0),
                kl.horizon > 0 ? new AdaptiveKl(kl.target, kl.horizon) : AdaptiveKl.off(),
                estimator.truncated == Truncated.MASK, estimator.zeroVariance, estimator.rounds, estimator.epochs,
                estimator.minibatches, update);
    }

    /** What a policy needs to know of sampling. */
    Policy.Sampling rollouts(Set<Integer> stopIds) {
        return new Policy.Sampling(sampling.maxTokens, (float) sampling.temperature, stopIds, sampling.parallel);
    }

    private static boolean finite(double amount) {
        return amount >= 0 && Double.isFinite(amount);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
