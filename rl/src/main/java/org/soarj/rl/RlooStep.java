package org.soarj.rl;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one step of {@link RlooTrainer} saw and did.
 *
 * @param experience all that was sampled, groups that were left out of the update included
 * @param updates the optimiser steps; none where no group could teach
 * @param klBeta weight of the divergence in the reward of this step
 * @param seconds wall time of {@code generate}, {@code score}, {@code reward} and {@code update}
 */
public record RlooStep(Experience experience, List<PolicyUpdate.Report> updates, double klBeta, Map<String, Double> seconds) {

    /** Rollouts with their rewards before the divergence. */
    public List<RolloutGroup> groups() {
        return experience.groups();
    }

    /** Of each rollout of each group. */
    public double[][] advantages() {
        return experience.advantages();
    }

    /** The first optimiser step. */
    public PolicyUpdate.Report update() {
        return updates.getFirst();
    }

    /** Mean of old minus reference log-probability over tokens, nats; 0 where no divergence is paid for. */
    public double klPerToken() {
        return KlPenalty.tokenMean(experience.sampled(), experience.reference());
    }

    /** Mean reward over scorable rollouts. */
    public double meanReward() {
        return groups().stream().flatMapToDouble(group -> Arrays.stream(group.rewards()))
                .filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
    }

    /** Share of groups whose rewards are all equal, and which teach nothing. */
    public double shareWithoutSignal() {
        return groups().stream().mapToInt(group -> group.withoutSignal() ? 1 : 0).average().orElse(Double.NaN);
    }

    /** Mean completion length in tokens. */
    public double meanLength() {
        return rollouts().mapToInt(Rollout::length).average().orElse(Double.NaN);
    }

    /** Share of completions that the limit cut off. */
    public double shareTruncated() {
        return rollouts().mapToInt(rollout -> rollout.truncated() ? 1 : 0).average().orElse(Double.NaN);
    }

    /** Completion tokens sampled. */
    public long sampledTokens() {
        return rollouts().mapToLong(Rollout::length).sum();
    }

    private Stream<Rollout> rollouts() {
        return groups().stream().flatMap(group -> group.rollouts().stream());
    }
}
