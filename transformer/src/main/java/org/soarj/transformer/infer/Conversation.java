package org.soarj.transformer.infer;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * One sequence that is gone on with again and again: what earlier turns left in the key-value cache is not computed twice.
 * The numbers are those of a prefill of the whole. For one thread.
 *
 * <p>A turn is given as all ids from the beginning. They need not be the earlier ones and a rest: a template may render an
 * earlier turn differently when another follows. Whatever both have in common at the beginning is kept.
 */
public final class Conversation implements AutoCloseable {
    private final Backend backend;
    private final Llama llama;
    private final KvCache cache;
    /** The tokens whose keys and values are in the cache. */
    private int[] held = new int[0];
    private int reused;

    public Conversation(Backend backend, Llama llama) {
        this.backend = backend;
        this.llama = llama;
        cache = new KvCache(backend, llama.config(), 1, llama.rope().length());
    }

    /**
     * Goes on after {@code ids}, the whole conversation so far.
     *
     * @param rng what the tokens are drawn with
     * @param listener sees each token of the reply
     * @throws ShapeException when the ids are empty, fill the context, or hold one outside the vocabulary
     */
    public Completion reply(int[] ids, Decoding decoding, int maxTokens, Set<Integer> stopIds, Rng rng, TokenListener listener) {
        Context.requirePrompt(llama, "conversation: it", ids);
        int common = Arrays.mismatch(held, ids);
        // The last hidden state is needed to go on, so at least one token is run.
        reused = Math.min(common < 0 ? ids.length : common, ids.length - 1);
        held = Arrays.copyOf(held, reused);
        Tensor last = new Prefill(backend, llama).run(List.of(ids), new int[1], new int[] {reused}, cache); // (1,C)
        held = ids.clone();
        Sequence sequence = new Sequence(ids, Context.limit(llama, ids.length, maxTokens), rng, listener);
        new DecodingLoop(backend, llama, decoding, stopIds).run(List.of(sequence), last, cache);
        Completion completion = sequence.completion();
        // The last token was chosen and not run.
        int known = completion.ids().length - 1;
        held = Arrays.copyOf(ids, ids.length + known);
        System.arraycopy(completion.ids(), 0, held, ids.length, known);
        return completion;
    }

    /** Tokens of the last turn's ids that were in the cache already. */
    public int reused() {
        return reused;
    }

    /** Tokens that a sequence may have. */
    public int context() {
        return llama.rope().length();
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        cache.close();
    }
}
