package org.soarj.transformer.infer;

import java.util.List;
import java.util.Set;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * Batched sampling from the whole distribution, as training on the samples needs it: prompts of any lengths, several samples
 * of each, sharing one prefill and then going on side by side.
 *
 * <p>Every sequence has its own randomness, and a row of a kernel depends on that row alone, so a completion does not
 * depend on what else is in the batch; finished sequences leave it. The recorded log-probabilities are those of the
 * training forward pass, bit for bit. Nothing can be cut off from the distribution here; {@link TextGenerator} does that.
 */
public final class Generator {
    private final TextGenerator generator;

    /**
     * @param maxTokens most tokens of one completion
     * @param temperature logits are divided by it; 0 takes the most probable token
     * @param stopIds tokens that end a completion
     * @param batch most sequences side by side
     */
    public record Options(int maxTokens, float temperature, Set<Integer> stopIds, int batch) {
        public Options {
            if (maxTokens < 1 || !(temperature >= 0) || batch < 1) {
                throw new IllegalArgumentException("generate: maxTokens " + maxTokens + ", temperature " + temperature
                        + ", batch " + batch + "; tokens and batch must be above 0, the temperature 0 or more");
            }
            stopIds = Set.copyOf(stopIds);
        }
    }

    public Generator(Backend backend, Llama llama, Options options) {
        generator = new TextGenerator(backend, llama, new TextGenerator.Settings(Decoding.full(options.temperature),
                options.maxTokens, options.stopIds, options.batch));
    }

    /**
     * {@code samples} completions of each prompt; entry {@code p * samples + s} is sample s of prompt p.
     *
     * @param rng sample s of prompt p draws from {@code rng.split("sample", p, s)}
     */
    public List<Completion> generate(List<int[]> prompts, int samples, Rng rng) {
        return generator.generate(prompts, samples, rng, index -> TokenListener.NONE);
    }
}
