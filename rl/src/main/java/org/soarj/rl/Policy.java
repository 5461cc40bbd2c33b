package org.soarj.rl;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.soarj.autograd.Graph;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Generator;

/**
 * A model as something that acts: it samples completions and scores given ones, at one temperature.
 *
 * @param backend where kernels run
 * @param model the weights; trained in place
 * @param format how problems become prompts
 * @param sampling limits and temperature of rollouts
 */
public record Policy(Backend backend, Llama model, PromptFormat format, Sampling sampling) {
    /** Tokens of one forward pass when completions are scored; keeps activations within the caches. */
    static final int MICRO_BATCH_TOKENS = 4096;

    /**
     * @param maxTokens most tokens of one completion
     * @param temperature logits are divided by it, in sampling and in training alike; above 0
     * @param stopIds tokens that end a completion
     * @param parallel most sequences side by side
     */
    public record Sampling(int maxTokens, float temperature, Set<Integer> stopIds, int parallel) {
        /** @throws IllegalArgumentException unless the temperature is above 0 */
        public Sampling {
            if (!(temperature > 0)) {
                throw new IllegalArgumentException("sampling: the temperature must be above 0, got " + temperature
                        + "; greedy answers are an evaluation, not a policy");
            }
            stopIds = Set.copyOf(stopIds);
        }

        private Generator.Options options(boolean greedy) {
            return new Generator.Options(maxTokens, greedy ? 0f : temperature, stopIds, parallel);
        }
    }

    /** The same policy with other weights. */
    public Policy with(Llama other) {
        return new Policy(backend, other, format, sampling);
    }

    /** {@code samples} rollouts of each problem; entry {@code p * samples + s} is sample s of problem p. */
    public List<Rollout> sample(List<Problem> problems, int samples, Rng rng) {
        return continuations(problems.stream().map(format::prompt).toList(), samples, rng, false);
    }

    /** {@code samples} rollouts of one prompt given as token ids. */
    public List<Rollout> sample(int[] prompt, int samples, Rng rng) {
        return continuations(List.of(prompt), samples, rng, false);
    }

    /** The most probable completion of each problem. */
    public List<Rollout> greedy(List<Problem> problems) {
        return continuations(problems.stream().map(format::prompt).toList(), 1, Rng.of(0), true);
    }

    private List<Rollout> continuations(List<int[]> prompts, int samples, Rng rng, boolean greedy) {
        List<Completion> completions =
                new Generator(backend, model, sampling.options(greedy)).generate(prompts, samples, rng);
        List<Rollout> rollouts = new ArrayList<>(completions.size());
        for (int i = 0; i < completions.size(); i++) {
            Completion completion = completions.get(i);
            FinishReason reason =
                    completion.finish() == Completion.Finish.STOP ? FinishReason.STOP : FinishReason.LENGTH;
            rollouts.add(new Rollout(prompts.get(i / samples), completion.ids(), completion.logProbs(), reason,
                    format.completion(completion.ids())));
        }
        return rollouts;
    }

    /** Log-probability of every sampled token under this policy's present weights, for each rollout; no gradient. */
    public List<float[]> score(List<Rollout> rollouts) {
        List<float[]> scores = new ArrayList<>(rollouts.size());
        for (List<Rollout> part : ScoredTokens.microBatches(rollouts, MICRO_BATCH_TOKENS)) {
            ScoredTokens tokens = ScoredTokens.of(part);
            Graph graph = Graph.inference(backend);
            try (Graph.Scope _ = graph.scope()) {
                float[] flat = model.logProbs(graph, tokens.batch(), tokens.rows(), tokens.targets(),
                        sampling.temperature()).value().toArray();
                scores.addAll(List.of(tokens.split(flat)));
            }
        }
        return scores;
    }
}
