package org.soarj.transformer.infer;

import org.soarj.tensor.ShapeException;
import org.soarj.transformer.Llama;

/** What a model has room for. */
final class Context {
    private Context() {}

    /** Positions that a sequence may fill. */
    static int limit(Llama llama, int prompt, int maxTokens) {
        return (int) Math.min(llama.rope().length(), (long) prompt + maxTokens);
    }

    /** @throws ShapeException when ids cannot be gone on from: there are none, too many, or one outside the vocabulary */
    static void requirePrompt(Llama llama, String what, int[] ids) {
        ShapeException.require(ids.length < llama.rope().length(),
                "%s has %d tokens, the context ends at %d (max_position_embeddings in config.json); shorten it",
                what, ids.length, llama.rope().length());
        requireIds(llama, what, ids);
    }

    /** @throws ShapeException when there are no ids, more than the context holds, or one outside the vocabulary */
    static void requireIds(Llama llama, String what, int[] ids) {
        ShapeException.require(ids.length > 0, "%s is empty; give at least one token", what);
        ShapeException.require(ids.length <= llama.rope().length(),
                "%s has %d tokens, the context ends at %d (max_position_embeddings in config.json); shorten it",
                what, ids.length, llama.rope().length());
        for (int id : ids) {
            ShapeException.require(id >= 0 && id < llama.config().vocabSize(),
                    "%s holds id %d, the model's vocabulary is ids 0 to %d", what, id, llama.config().vocabSize() - 1);
        }
    }
}
