package org.soarj.transformer.infer;

import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.Graph;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

/** Runs prompts through a model in chunks, so that what it takes besides the cache does not grow with their length. */
final class Prefill {
    /** What the activations of a chunk may take, about; chunks do not change the numbers. */
    private static final long CHUNK_BYTES = 64 << 20;
    private static final int LEAST_TOKENS = 64;

    private final Backend backend;
    private final Llama llama;
    private final int chunk;

    Prefill(Backend backend, Llama llama) {
        this(backend, llama, chunk(llama.config()));
    }

    /** @param chunk most tokens at once */
    Prefill(Backend backend, Llama llama, int chunk) {
        this.backend = backend;
        this.llama = llama;
        this.chunk = chunk;
    }

    /** A block makes about three rows of F, and some of C and of H*D, for each token. */
    private static int chunk(LlamaConfig config) {
        long perToken = Float.BYTES * (3L * config.intermediateSize() + 5L * config.hiddenSize()
                + 3L * config.heads() * config.headDim());
        return Math.clamp(CHUNK_BYTES / perToken, LEAST_TOKENS, 1 << 16);
    }

    /** Receives hidden states: rows of {@code hidden} are the tokens {@code from} and on of all prompts laid end to end. */
    @FunctionalInterface
    interface Chunks {
        void accept(Tensor hidden, int from);
    }

    /**
     * Fills line slots[p] of the cache with tokens first[p] and on of prompt p; what is before first[p] is in the cache.
     * Returns the last hidden state of each prompt, (P,C); the caller recycles it.
     */
    Tensor run(List<int[]> prompts, int[] slots, int[] first, KvCache cache) {
        int[] ends = new int[prompts.size()];
        int count = 0;
        for (int p = 0; p < ends.length; p++) {
            count += prompts.get(p).length - first[p];
            ends[p] = count - 1;
        }
        Tensor last = backend.empty(Shape.of(ends.length, llama.config().hiddenSize()));    // (P,C)
        run(prompts, slots, first, cache, (hidden, from) -> {
            int width = hidden.cols();
            for (int p = 0; p < ends.length; p++) {
                if (ends[p] >= from && ends[p] < from + hidden.rows()) {
                    last.copyRows(hidden, RowCopy.of(width, (ends[p] - from) * width, p * width));
                }
            }
        });
        return last;
    }

    /** The same, giving every hidden state to {@code chunks}. */
    void run(List<int[]> prompts, int[] slots, int[] first, KvCache cache, Chunks chunks) {
        int count = 0;
        int longest = 0;
        for (int p = 0; p < slots.length; p++) {
            count += prompts.get(p).length - first[p];
            longest = Math.max(longest, prompts.get(p).length);
        }
        cache.reserve(longest);
        int[] ids = new int[count];
        int[] lines = new int[count];
        int[] positions = new int[count];
        int at = 0;
        for (int p = 0; p < slots.length; p++) {
            for (int t = first[p]; t < prompts.get(p).length; t++, at++) {
                ids[at] = prompts.get(p)[t];
                lines[at] = slots[p];
                positions[at] = t;
            }
        }
        Graph graph = Graph.inference(backend);
        for (int from = 0; from < count; from += chunk) {
            int to = Math.min(count, from + chunk);
            int[] places = Arrays.copyOfRange(positions, from, to);
            int[] rows = Arrays.copyOfRange(lines, from, to);
            Llama.Attending attending = begins(rows, places) ? cache.beginning(rows, places, offsets(places))
                    : cache.attending(rows, places);
            try (Graph.Scope _ = graph.scope()) {
                chunks.accept(llama.hidden(graph, Arrays.copyOfRange(ids, from, to), places, attending).value(), from);
            }
        }
    }

    /** Whether every sequence of a chunk has its first token in it. */
    private static boolean begins(int[] lines, int[] positions) {
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] != 0 && (i == 0 || lines[i] != lines[i - 1])) {
                return false;
            }
        }
        return true;
    }

    private static int[] offsets(int[] positions) {
        int[] offsets = new int[positions.length + 1];
        int sequences = 0;
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] == 0) {
                offsets[sequences++] = i;
            }
        }
        offsets[sequences] = positions.length;
        return Arrays.copyOf(offsets, sequences + 1);
    }
}
