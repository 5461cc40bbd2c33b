package org.soarj.rl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;

/**
 * REINFORCE leave-one-out (Ahmadian et al. 2024): samples a group of completions for each problem, scores them, and steps
 * along the policy gradient with the mean reward of each completion's siblings as its baseline.
 *
 * <p>How the default differs from the textbook: nothing. Sequence-sum log-probabilities, the k1 divergence inside the reward
 * and before the baseline, no division by a deviation, one update a batch, no length normalisation. Its siblings are settings.
 */
public final class RlooTrainer {
    private final Policy policy;
    private final Policy reference;
    private final Reward reward;
    private final Settings settings;
    private final PolicyUpdate update;
    private KlPenalty kl;

    /**
     * @param group G, completions of each problem; at least 2
     * @param advantage estimator; leave-one-out is RLOO
     * @param normalisation of the advantages over the batch; none for RLOO
     * @param kl divergence from the reference, in the reward
     * @param adaptive how the weight of that divergence moves
     * @param maskTruncated whether completions that the limit cut off are kept out of the gradient; they stay in the baseline
     * @param zeroVariance what is done with groups without signal
     * @param rounds most times that a batch is sampled to replace such groups; 1 unless they are resampled
     * @param epochs times that a batch is gone through; more than 1 needs a clip
     * @param minibatches parts of a batch, each with an optimiser step of its own
     * @param update loss and optimiser
     */
    public record Settings(int group, Advantage advantage, Normalisation normalisation, KlPenalty kl, AdaptiveKl adaptive,
                           boolean maskTruncated, ZeroVariance zeroVariance, int rounds, int epochs, int minibatches,
                           PolicyUpdate.Settings update) {
        /** @throws IllegalArgumentException when the group is smaller than 2, or another count than 1 */
        public Settings {
            if (group < 2) {
                throw new IllegalArgumentException("RLOO: group size " + group
                        + " has no sibling to be the baseline; it must be at least 2");
            }
            if (rounds < 1 || epochs < 1 || minibatches < 1) {
                throw new IllegalArgumentException("RLOO: rounds, epochs and minibatches must be 1 or more, got " + rounds + ", "
                        + epochs + " and " + minibatches);
            }
        }

        /** Plain RLOO. */
        public static Settings of(int group, Schedule schedule, double klBeta, AdamW.Settings optimiser) {
            return new Settings(group, Advantage.leaveOneOut(), Normalisation.NONE, KlPenalty.of(klBeta), AdaptiveKl.off(),
                    false, ZeroVariance.KEEP, 1, 1, 1, PolicyUpdate.Settings.of(PolicyLoss.plain(), optimiser, schedule));
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
        this.update = new PolicyUpdate(policy, settings.update);
        this.kl = settings.kl;
    }

    /** The optimiser, whose state a checkpoint keeps. */
    public AdamW optimiser() {
        return update.optimiser();
    }

    /** The weight of the divergence in the reward at the next step. */
    public double klBeta() {
        return kl.beta();
    }

    /** Continues with the weight that a checkpoint kept. */
    public void restoreKlBeta(double beta) {
        kl = new KlPenalty(beta, kl.lowest(), kl.highest());
    }

    /** Samples, scores and learns from one batch of problems. */
    public RlooStep step(List<Problem> batch, Rng rng) {
        return learn(collect(batch, rng));
    }

    /**
     * The same with batches from {@code source}, of which it takes another where groups without signal are to be replaced and
     * there are not enough others yet.
     *
     * @param rng of the step; round r of its batches draws from a stream of its own
     */
    public RlooStep step(Supplier<List<Problem>> source, Rng rng) {
        List<Problem> first = source.get();
        Experience all = collect(first, rng);
        for (int round = 1; round < settings.rounds && settings.zeroVariance == ZeroVariance.RESAMPLE
                && all.withSignal().groups().size() < first.size(); round++) {
            all = all.plus(collect(source.get(), rng.split("round", round)));
        }
        return learn(all);
    }

    private Experience collect(List<Problem> batch, Rng rng) {
        int size = settings.group;
        Map<String, Double> seconds = new LinkedHashMap<>();
        long start = System.nanoTime();
        List<Rollout> rollouts = policy.sample(batch, size, rng);
        start = lap(seconds, "generate", start);
        List<float[]> sampled = rollouts.stream().map(Rollout::logProbs).toList();
        // Without a divergence to pay for, the policy is its own reference: the penalty still bounds the rewards.
        boolean scored = kl.beta() > 0 || settings.update.kl().on();
        List<float[]> referenceLogProbs = scored ? reference.score(rollouts) : sampled;
        start = lap(seconds, "score", start);
        List<RolloutGroup> groups = new ArrayList<>();
        List<List<Score>> scores = new ArrayList<>();
        double[][] advantages = new double[batch.size()][];
        for (int p = 0; p < batch.size(); p++) {
            List<Rollout> siblings = rollouts.subList(p * size, (p + 1) * size);
            List<Score> said = new ArrayList<>();
            double[] penalised = new double[size];
            for (int s = 0; s < size; s++) {
                Score score = score(batch.get(p), siblings.get(s).text());
                said.add(score);
                penalised[s] = kl.apply(score.value(), sampled.get(p * size + s), referenceLogProbs.get(p * size + s));
            }
            scores.add(List.copyOf(said));
            groups.add(new RolloutGroup(batch.get(p), siblings, said.stream().mapToDouble(Score::value).toArray()));
            advantages[p] = settings.advantage.of(penalised);
        }
        lap(seconds, "reward", start);
        return new Experience(groups, scores, referenceLogProbs, advantages, seconds);
    }

    /** A reward that throws says nothing about the completion: it must not become 0 and pull the baseline of the others. */
    private Score score(Problem problem, String completion) {
        try {
            return reward.score(problem, completion);
        } catch (RuntimeException _) {
            return new Score.Unscorable(Score.THREW);
        }
    }

    private RlooStep learn(Experience sampled) {
        long start = System.nanoTime();
        Experience all = sampled.withAdvantages(normalised(sampled));
        Experience taught = settings.zeroVariance == ZeroVariance.KEEP ? all : all.withSignal();
        List<PolicyUpdate.Report> updates = new ArrayList<>();
        int groups = taught.groups().size();
        int parts = Math.min(settings.minibatches, groups);
        for (int epoch = 0; epoch < settings.epochs; epoch++) {
            for (int part = 0; part < parts; part++) {
                PolicyUpdate.Batch batch = batch(taught.slice(part * groups / parts, (part + 1) * groups / parts));
                updates.add(updates.isEmpty() ? update.applyFresh(batch) : update.applyAgain(batch));
            }
        }
        double beta = kl.beta();
        restoreKlBeta(settings.adaptive.next(beta, KlPenalty.sequenceMean(all.sampled(), all.reference()),
                all.rollouts().size()));
        Map<String, Double> seconds = new LinkedHashMap<>(all.seconds());
        lap(seconds, "update", start);
        return new RlooStep(all, List.copyOf(updates), beta, seconds);
    }

    /** The advantages that the update uses: normalised over the groups that stay in it, 0 in those that leave. */
    private double[][] normalised(Experience all) {
        int[] kept = IntStream.range(0, all.groups().size())
                .filter(g -> settings.zeroVariance == ZeroVariance.KEEP || !all.groups().get(g).withoutSignal()).toArray();
        double[][] advantages = new double[all.groups().size()][settings.group];
        if (kept.length == 0) {
            return advantages;
        }
        double[][] chosen = Arrays.stream(kept).mapToObj(g -> all.advantages()[g]).toArray(double[][]::new);
        int[][] lengths = Arrays.stream(kept)
                .mapToObj(g -> all.groups().get(g).rollouts().stream().mapToInt(Rollout::length).toArray())
                .toArray(int[][]::new);
        double[][] normalised = settings.normalisation.apply(chosen, lengths);
        for (int i = 0; i < kept.length; i++) {
            advantages[kept[i]] = normalised[i];
        }
        return advantages;
    }

    private PolicyUpdate.Batch batch(Experience part) {
        List<Rollout> rollouts = part.rollouts();
        boolean[] masked = new boolean[rollouts.size()];
        for (int i = 0; i < masked.length; i++) {
            masked[i] = settings.maskTruncated && rollouts.get(i).truncated();
        }
        return new PolicyUpdate.Batch(rollouts, part.flatAdvantages(), masked, part.reference());
    }

    private static long lap(Map<String, Double> seconds, String phase, long start) {
        long now = System.nanoTime();
        seconds.put(phase, (now - start) / 1e9);
        return now;
    }
}
