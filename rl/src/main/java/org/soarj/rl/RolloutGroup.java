package org.soarj.rl;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * The completions sampled for one problem, with their rewards: the siblings that are each other's baseline.
 *
 * @param rewards one for each rollout, in the same order; NaN marks an unscorable one; (G)
 */
public record RolloutGroup(Problem problem, List<Rollout> rollouts, double[] rewards) {
    /** @throws IllegalArgumentException when there is not one reward for each rollout */
    public RolloutGroup {
        rollouts = List.copyOf(rollouts);
        if (rollouts.size() != rewards.length) {
            throw new IllegalArgumentException("rollout group of problem " + problem.id() + ": " + rollouts.size()
                    + " rollouts but " + rewards.length + " rewards; score each one, NaN where that cannot be done");
        }
    }

    /** G, the number of rollouts. */
    public int size() {
        return rewards.length;
    }

    /** Whether this group teaches nothing, because its scorable rewards are all equal or there are fewer than two. */
    public boolean withoutSignal() {
        DoubleSummaryStatistics scorable =
                Arrays.stream(rewards).filter(reward -> !Double.isNaN(reward)).summaryStatistics();
        return !(scorable.getMin() < scorable.getMax());
    }
}
