package org.soarj.transformer.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * Batched generation of text: as {@link Generator}, with a {@link Decoding} that may cut the distribution, and a listener
 * that sees each token and may end its completion.
 */
public final class TextGenerator {
    private final Backend backend;
    private final Llama llama;
    private final Settings settings;

    /**
     * @param decoding how tokens are chosen
     * @param maxTokens most tokens of one completion
     * @param stopIds tokens that end a completion
     * @param batch most sequences side by side
     */
    public record Settings(Decoding decoding, int maxTokens, Set<Integer> stopIds, int batch) {
        public Settings {
            if (maxTokens < 1 || batch < 1) {
                throw new IllegalArgumentException("generate: maxTokens " + maxTokens + ", batch " + batch
                        + "; both must be above 0");
            }
            stopIds = Set.copyOf(stopIds);
        }
    }

    public TextGenerator(Backend backend, Llama llama, Settings settings) {
        this.backend = backend;
        this.llama = llama;
        this.settings = settings;
    }

    /**
     * {@code samples} completions of each prompt; entry {@code p * samples + s} is sample s of prompt p.
     *
     * @param rng sample s of prompt p draws from {@code rng.split("sample", p, s)}
     * @param listeners gives the listener of each entry
     * @throws ShapeException when a prompt is empty, fills the context, or holds an id outside the vocabulary
     */
    public List<Completion> generate(List<int[]> prompts, int samples, Rng rng, IntFunction<TokenListener> listeners) {
        List<Sequence> all = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            int[] prompt = prompts.get(p);
            Context.requirePrompt(llama, "generate: prompt " + p, prompt);
            for (int s = 0; s < samples; s++) {
                all.add(new Sequence(prompt, Context.limit(llama, prompt.length, settings.maxTokens),
                        rng.split("sample", p, s), listeners.apply(p * samples + s)));
            }
        }
        DecodingLoop loop = new DecodingLoop(backend, llama, settings.decoding, settings.stopIds);
        for (int from = 0; from < all.size(); from += settings.batch) {
            run(loop, all.subList(from, Math.min(all.size(), from + settings.batch)));
        }
        return all.stream().map(Sequence::completion).toList();
    }

    private void run(DecodingLoop loop, List<Sequence> batch) {
        int longest = batch.stream().mapToInt(Sequence::limit).max().orElseThrow();
        try (KvCache cache = new KvCache(backend, llama.config(), batch.size(), longest)) {
            loop.run(batch, prefill(batch, cache), cache);
        }
    }

    /** Runs each distinct prompt of the batch once and gives every sequence its copy; returns the last hidden states, (B,C). */
    private Tensor prefill(List<Sequence> batch, KvCache cache) {
        List<int[]> prompts = new ArrayList<>();
        int[] source = new int[batch.size()];
        for (int i = 0; i < source.length; i++) {
            batch.get(i).moveTo(i);
            if (i == 0 || batch.get(i).prompt() != batch.get(i - 1).prompt()) {
                prompts.add(batch.get(i).prompt());
            }
            source[i] = prompts.size() - 1;
        }
        int[] slots = new int[prompts.size()];
        for (int i = source.length - 1; i >= 0; i--) {
            slots[source[i]] = i;
        }
        Tensor distinct = new Prefill(backend, llama).run(prompts, slots, new int[slots.length], cache); // (P,C)
        for (int i = 0; i < source.length; i++) {
            if (slots[source[i]] != i) {
                cache.copyLine(slots[source[i]], i);
            }
        }
        Tensor last = backend.empty(Shape.of(source.length, distinct.cols())); // (B,C)
        backend.gather(distinct, source, last);
        backend.recycle(distinct);
        return last;
    }
}
