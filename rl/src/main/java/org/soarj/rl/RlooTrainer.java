package org.soarj.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;

/**
 * REINFORCE leave-one-out (Ahmadian et al. 2024): samples a group of completions for each problem, scores them, and steps
 * along the policy gradient with the mean reward of each completion's siblings as its baseline.
 *
 * <p>How this differs from the textbook: nothing. Sequence-sum log-probabilities, the k1 divergence inside the reward and
 * before the baseline, no division by a deviation, one update a batch, no length normalisation.
 */
public final class RlooTrainer {
    private final Policy policy;
    private final Policy reference;
    private final Reward reward;
    private final Settings settings;
    private final PolicyUpdate update;

    /**
     * @param group G, completions of each problem; at least 2
     * @param schedule learning rate of each step
     * @param kl divergence from the reference, in the reward
     * @param advantage estimator; leave-one-out is RLOO
     * @param loss policy loss
     * @param optimiser constants of AdamW
     * @param checkpointing whether activations within a layer are computed again instead of kept: less memory, the same bits
     */
    public record Settings(int group, Schedule schedule, KlPenalty kl, Advantage advantage, PolicyLoss loss,
                           AdamW.Settings optimiser, boolean checkpointing) {
        /** @throws IllegalArgumentException when the group is smaller than 2 */
        public Settings {
            if (group < 2) {
                throw new IllegalArgumentException("RLOO: group size " + group
                        + " has no sibling to be the baseline; it must be at least 2");
            }
        }

        /** Keeps all activations. */
        public Settings(int group, Schedule schedule, KlPenalty kl, Advantage advantage, PolicyLoss loss,
                        AdamW.Settings optimiser) {
            this(group, schedule, kl, advantage, loss, optimiser, false);
        }

        /** Plain RLOO. */
        public static Settings of(int group, Schedule schedule, double klBeta, AdamW.Settings optimiser) {
            return new Settings(group, schedule, KlPenalty.of(klBeta), Advantage.leaveOneOut(), PolicyLoss.plain(),
                    optimiser);
        }
    }

    /**
     * @param policy trained in place
     * @param reference weights the divergence is measured from; unused when its factor is 0
     */
    public RlooTrainer(Policy policy, Llama reference, Reward reward, Settings settings) {
        this.policy = policy;
        this.reference = policy.with(reference);
        this.reward = reward;
        this.settings = settings;
        this.update = new PolicyUpdate(policy, settings.loss, settings.optimiser, settings.schedule,
                settings.checkpointing);
    }

    /**
     * What one step saw and did.
     *
     * @param groups rollouts with their rewards before the divergence
     * @param advantages of each rollout of each group
     * @param klPerToken mean of old minus reference log-probability over tokens, nats; 0 where its factor is 0
     * @param update the optimiser step
     */
    public record Step(List<RolloutGroup> groups, double[][] advantages, double klPerToken, PolicyUpdate.Report update) {

        /** Mean reward over scorable rollouts. */
        public double meanReward() {
            return groups.stream().flatMapToDouble(group -> Arrays.stream(group.rewards()))
                    .filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
        }

        /** Share of groups whose rewards are all equal, and which teach nothing. */
        public double shareWithoutSignal() {
            return groups.stream().mapToInt(group -> group.withoutSignal() ? 1 : 0).average().orElse(Double.NaN);
        }

        /** Mean completion length in tokens. */
        public double meanLength() {
            return groups.stream().flatMap(group -> group.rollouts().stream()).mapToInt(Rollout::length).average()
                    .orElse(Double.NaN);
        }

        /** Share of completions that the limit cut off. */
        public double shareTruncated() {
            return groups.stream().flatMap(group -> group.rollouts().stream())
                    .mapToInt(rollout -> rollout.truncated() ? 1 : 0).average().orElse(Double.NaN);
        }

        /** Completion tokens sampled. */
        public long sampledTokens() {
            return groups.stream().flatMap(group -> group.rollouts().stream()).mapToLong(Rollout::length).sum();
        }
    }

    /** Samples, scores and learns from one batch of problems. */
    public Step step(List<Problem> batch, Rng rng) {
        int size = settings.group;
        List<Rollout> rollouts = policy.sample(batch, size, rng);
        List<float[]> sampled = rollouts.stream().map(Rollout::logProbs).toList();
        // Without a divergence to pay for, the policy is its own reference: the penalty still bounds the rewards.
        List<float[]> referenceLogProbs = settings.kl.beta() == 0 ? sampled : reference.score(rollouts);
        List<RolloutGroup> groups = new ArrayList<>();
        double[][] advantages = new double[batch.size()][];
        for (int p = 0; p < batch.size(); p++) {
            double[] rewards = new double[size];
            double[] penalised = new double[size];
            for (int s = 0; s < size; s++) {
                int i = p * size + s;
                rewards[s] = reward.score(batch.get(p), rollouts.get(i).text()).value();
                penalised[s] = settings.kl.apply(rewards[s], sampled.get(i), referenceLogProbs.get(i));
            }
            groups.add(new RolloutGroup(batch.get(p), rollouts.subList(p * size, (p + 1) * size), rewards));
            advantages[p] = settings.advantage.of(penalised);
        }
        double[] flat = Arrays.stream(advantages).flatMapToDouble(Arrays::stream).toArray();
        return new Step(groups, advantages, KlPenalty.tokenMean(sampled, referenceLogProbs), update.apply(rollouts, flat));
    }
}
