package org.soarj.soar.rloo;

import java.util.ArrayList;
import java.util.List;
import org.soarj.rl.FinishReason;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.tensor.Rng;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Decoding;
import org.soarj.transformer.infer.TextGenerator;
import org.soarj.transformer.infer.TokenListener;

/**
 * Samples of a policy's model with top-k, top-p or min-p: for evaluation alone, since a trainer would take them for samples of
 * the whole distribution.
 *
 * @param decoding what is cut off, at a temperature of its own
 */
public record CutSampling(Policy policy, Decoding decoding) implements Accuracy.Sampling {
    @Override
    public List<Rollout> sample(List<Problem> problems, int samples, Rng rng) {
        Policy.Sampling limits = policy.sampling();
        List<int[]> prompts = problems.stream().map(policy.format()::prompt).toList();
        TextGenerator generator = new TextGenerator(policy.backend(), policy.model(), new TextGenerator.Settings(decoding,
                limits.maxTokens(), limits.stopIds(), limits.parallel()));
        List<Completion> completions = generator.generate(prompts, samples, rng, index -> TokenListener.NONE);
        List<Rollout> rollouts = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            Completion completion = completions.get(i);
            FinishReason reason = completion.finish() == Completion.Finish.STOP ? FinishReason.STOP : FinishReason.LENGTH;
            rollouts.add(new Rollout(prompts.get(i / samples), completion.ids(), completion.logProbs(), reason,
                    policy.format().completion(completion.ids())));
        }
        return rollouts;
    }
}
