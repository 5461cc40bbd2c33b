package org.soarj.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch of scored rollouts: what an update learns from and what a log keeps.
 *
 * @param groups rollouts with their rewards before any divergence
 * @param scores what the reward function said of each rollout of each group
 * @param reference log-probabilities under the reference, for each rollout in order; those of the sampler where no reference
 *     is needed
 * @param advantages of each rollout of each group
 * @param seconds wall time of the phases {@code generate}, {@code score} and {@code reward}
 */
public record Experience(List<RolloutGroup> groups, List<List<Score>> scores, List<float[]> reference,
                         double[][] advantages, Map<String, Double> seconds) {

    /** All rollouts, group by group. */
    public List<Rollout> rollouts() {
        return groups.stream().flatMap(group -> group.rollouts().stream()).toList();
    }

    /** All advantages, in the order of {@link #rollouts}. */
    public double[] flatAdvantages() {
        return Arrays.stream(advantages).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Sampler's log-probabilities, in the order of {@link #rollouts}. */
    public List<float[]> sampled() {
        return rollouts().stream().map(Rollout::logProbs).toList();
    }

    /** The same with other advantages. */
    public Experience withAdvantages(double[][] others) {
        return new Experience(groups, scores, reference, others, seconds);
    }

    /** The groups that can teach, as {@link RolloutGroup#withoutSignal} tells them. */
    public Experience withSignal() {
        List<Integer> kept = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            if (!groups.get(g).withoutSignal()) {
                kept.add(g);
            }
        }
        return pick(kept);
    }

    /** The groups from {@code from} to before {@code to}. */
    public Experience slice(int from, int to) {
        List<Integer> kept = new ArrayList<>();
        for (int g = from; g < to; g++) {
            kept.add(g);
        }
        return pick(kept);
    }

    /** These groups and then those of {@code more}; the times add up. */
    public Experience plus(Experience more) {
        List<RolloutGroup> allGroups = new ArrayList<>(groups);
        allGroups.addAll(more.groups);
        List<List<Score>> allScores = new ArrayList<>(scores);
        allScores.addAll(more.scores);
        List<float[]> allReference = new ArrayList<>(reference);
        allReference.addAll(more.reference);
        double[][] allAdvantages = Arrays.copyOf(advantages, advantages.length + more.advantages.length);
        System.arraycopy(more.advantages, 0, allAdvantages, advantages.length, more.advantages.length);
        Map<String, Double> allSeconds = new LinkedHashMap<>(seconds);
        more.seconds.forEach((phase, taken) -> allSeconds.merge(phase, taken, Double::sum));
        return new Experience(allGroups, allScores, allReference, allAdvantages, allSeconds);
    }

    private Experience pick(List<Integer> kept) {
        List<float[]> picked = new ArrayList<>();
        int at = 0;
        for (int g = 0; g < groups.size(); g++) {
            if (kept.contains(g)) {
                picked.addAll(reference.subList(at, at + groups.get(g).size()));
            }
            at += groups.get(g).size();
        }
        return new Experience(kept.stream().map(groups::get).toList(), kept.stream().map(scores::get).toList(), picked,
                kept.stream().map(g -> advantages[g]).toArray(double[][]::new), seconds);
    }
}
