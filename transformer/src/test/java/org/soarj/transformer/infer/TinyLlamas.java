package org.soarj.transformer.infer;

import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.Graph;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.RopeScaling;

/** Small random models, and what the training forward says about a sequence. */
final class TinyLlamas {
    static final int VOCABULARY = 19;

    private TinyLlamas() {}

    /** @param context positions */
    static Llama draw(Rng rng, int context) {
        int kv = 1 << rng.nextInt(3);
        LlamaConfig config = new LlamaConfig(VOCABULARY, 24, 40, 2, 4, kv, 6, 1e-5f, 10_000, new RopeScaling.None(),
                rng.nextInt(2) == 0, rng.nextInt(2) == 0, false, context, 1, List.of(2));
        return Llama.initialise(config, rng.split("model"));
    }

    static int[] ids(Rng rng, int length) {
        int[] ids = new int[length];
        Arrays.setAll(ids, i -> rng.nextInt(VOCABULARY));
        return ids;
    }

    static int[] concatenated(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** Log-probability of each token after the first {@code prompt}, by the forward pass of training. */
    static float[] trained(Backend backend, Llama llama, int[] sequence, int prompt, float temperature) {
        int[] rows = new int[sequence.length - prompt];
        Arrays.setAll(rows, t -> prompt - 1 + t);
        int[] targets = Arrays.copyOfRange(sequence, prompt, sequence.length);
        return llama.logProbs(Graph.recording(backend), PackedBatch.of(List.of(sequence)), rows, targets, temperature).value()
                .toArray();
    }
}
