package org.soarj.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.rl.Reward;
import org.soarj.rl.RlooStep;
import org.soarj.rl.RlooTrainer;
import org.soarj.rl.Rollout;
import org.soarj.rl.Score;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.infer.Generator;

/**
 * One RLOO step of a model of the tiny world's size, phase by phase, beside plain generation and a plain training step of the
 * same batch. The learning rate is 0, so that every step has the same work.
 */
public final class RlooBench {
    private static final int VOCABULARY = 24;
    private static final int STOP = 1;

    private final Size size;
    private final Llama llama;
    private final Policy policy;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * @param questions problems of a step
     * @param group completions of each
     * @param promptLength tokens of a prompt
     * @param maxTokens most tokens of a completion
     */
    public record Size(int hiddenSize, int layers, int heads, int intermediateSize, int questions, int group, int promptLength,
                       int maxTokens) {
        /** The demo's model and its students' batch. */
        public static final Size TINY = new Size(64, 2, 4, 176, 8, 32, 18, 80);
    }

    /**
     * One phase.
     *
     * @param seconds median
     * @param tokens of one step
     * @param plainTokensPerSecond the rate it is held against, from the same run; NaN where there is none
     */
    public record Phase(double seconds, long tokens, double plainTokensPerSecond) {
        /** Tokens a second. */
        public double tokensPerSecond() {
            return tokens / seconds;
        }

        /** Share of the plain rate; NaN where there is none. */
        public double share() {
            return tokensPerSecond() / plainTokensPerSecond;
        }
    }

    /**
     * @param generate sampling, in completion tokens, against generation of completions of one length
     * @param logProbs log-probabilities under the reference, in tokens of prompts and completions
     * @param update forward, backward and optimiser, against a plain training step on the same sequences
     */
    public record Result(long parameters, double meanLength, double secondsPerStep, Phase generate, Phase logProbs,
                         Phase update) {}

    public RlooBench(Size size, Backend backend) {
        this.size = size;
        LlamaConfig config = LlamaConfig.tiny(VOCABULARY, size.hiddenSize, size.intermediateSize, size.layers, size.heads,
                size.promptLength + size.maxTokens, 0, STOP);
        llama = Llama.initialise(config, Rng.of(1));
        policy = new Policy(backend, llama, new Letters(size.promptLength),
                new Policy.Sampling(size.maxTokens, 1, Set.of(STOP), 512));
        for (int q = 0; q < size.questions; q++) {
            problems.add(new Problem("q" + q, "" + q, "none"));
        }
    }

    /** Measures; the plain rates come from the same lengths, after the phases. */
    public Result run(Stopwatch stopwatch) {
        // Half of the completions are right, so that nearly every group teaches.
        Reward parity = (problem, completion) ->
                new Score.Scored(completion.length() % 2, "parity", Map.of("parity", (double) (completion.length() % 2)));
        AdamW.Settings adamW = new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1);
        RlooTrainer.Settings plain = RlooTrainer.Settings.of(size.group, Schedule.constant(0), 0.001, adamW);
        // A run measures the entropy of every step, so its cost belongs to the step.
        PolicyUpdate.Settings update = new PolicyUpdate.Settings(plain.update().loss(), plain.update().kl(), 0, true,
                plain.update().microBatchTokens(), adamW, plain.update().schedule(), false);
        RlooTrainer trainer = new RlooTrainer(policy, llama.copy(), parity, new RlooTrainer.Settings(size.group, plain.advantage(),
                plain.normalisation(), plain.kl(), plain.adaptive(), false, plain.zeroVariance(), 1, 1, 1, update));
        List<RlooStep> steps = new ArrayList<>();
        double whole = stopwatch.median(policy.backend(), () -> steps.add(trainer.step(problems, Rng.of(3))));
        List<RlooStep> measured = steps.subList(steps.size() / 2, steps.size());
        RlooStep last = measured.getLast();
        List<Rollout> rollouts = last.experience().rollouts();
        long all = rollouts.stream().mapToLong(rollout -> rollout.promptIds().length + rollout.length() - 1).sum();
        return new Result(llama.size(), last.meanLength(), whole,
                new Phase(median(measured, "generate"), last.sampledTokens(), plainGeneration(stopwatch, last.meanLength())),
                new Phase(median(measured, "score"), all, Double.NaN),
                new Phase(median(measured, "update"), last.update().tokens(), plainTraining(stopwatch, rollouts, adamW)));
    }

    private double plainGeneration(Stopwatch stopwatch, double meanLength) {
        int length = Math.max(1, (int) Math.round(meanLength));
        Generator generator = new Generator(policy.backend(), llama, new Generator.Options(length, 1, Set.of(), 512));
        List<int[]> prompts = problems.stream().map(policy.format()::prompt).toList();
        double seconds = stopwatch.median(policy.backend(), () -> generator.generate(prompts, size.group, Rng.of(3)));
        return (double) prompts.size() * size.group * length / seconds;
    }

    private double plainTraining(Stopwatch stopwatch, List<Rollout> rollouts, AdamW.Settings settings) {
        List<int[]> sequences = rollouts.stream().map(rollout -> {
            int[] whole = Arrays.copyOf(rollout.promptIds(), rollout.promptIds().length + rollout.length() - 1);
            System.arraycopy(rollout.completionIds(), 0, whole, rollout.promptIds().length, rollout.length() - 1);
            return whole;
        }).toList();
        PackedBatch batch = PackedBatch.of(sequences);
        Backend backend = policy.backend();
        AdamW adamW = new AdamW(settings, llama.parameters());
        Graph graph = Graph.recording(backend);
        double seconds = stopwatch.median(backend, () -> {
            Variable logProbs = graph.logProb(llama.logits(graph, batch), batch.nextTokens()); // (N)
            Variable loss = graph.scale(-1f / batch.targets(), graph.sum(logProbs));           // ()
            Backward.from(backend, loss);
            adamW.step(backend, 0);
            backend.recycle(loss.value());
        });
        return batch.tokens() / seconds;
    }

    private static double median(List<RlooStep> steps, String phase) {
        double[] sorted = steps.stream().mapToDouble(step -> step.seconds().get(phase)).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Random letters that differ from question to question; completions as their ids. */
    private record Letters(int length) implements PromptFormat {
        @Override
        public int[] prompt(Problem problem) {
            Rng rng = Rng.of(problem.id().hashCode());
            int[] ids = new int[length];
            Arrays.setAll(ids, t -> 2 + rng.nextInt(VOCABULARY - 2));
            return ids;
        }

        @Override
        public String completion(int[] ids) {
            return "x".repeat(ids.length);
        }
    }
}
