package org.soarj.transformer.infer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * Lets sequences go on side by side, token by token, until each has ended; those that have leave the batch, and the cache
 * with them. For one thread.
 */
final class DecodingLoop {
    private final Backend backend;
    private final Llama llama;
    private final Decoding decoding;
    private final DecodingSampler sampler;
    private final BitSet stopIds = new BitSet();
    private final Graph graph;

    private Sequence[] alive;
    private int[] ids;
    private int[] slots;
    private int[] positions;
    private Llama.Attending attending;

    DecodingLoop(Backend backend, Llama llama, Decoding decoding, Set<Integer> stopIds) {
        this.backend = backend;
        this.llama = llama;
        this.decoding = decoding;
        this.sampler = new DecodingSampler(decoding);
        this.graph = Graph.inference(backend);
        stopIds.stream().filter(id -> id >= 0).forEach(this.stopIds::set);
    }

    /**
     * Runs until every sequence has ended.
     *
     * @param last hidden state of the last token of each sequence, (B,C); recycled
     * @param cache what the sequences were prefilled into
     */
    void run(List<Sequence> sequences, Tensor last, KvCache cache) {
        alive = sequences.toArray(new Sequence[0]);
        arrange(cache);
        Tensor hidden = last;
        while (true) {
            choose(hidden);
            backend.recycle(hidden);
            leave(cache);
            if (alive.length == 0) {
                return;
            }
            hidden = step(cache);                                               // (B,C)
        }
    }

    private void arrange(KvCache cache) {
        ids = new int[alive.length];
        slots = new int[alive.length];
        positions = new int[alive.length];
        for (int i = 0; i < alive.length; i++) {
            slots[i] = alive[i].slot();
        }
        attending = cache.attending(slots, positions);
    }

    /** Takes out the sequences that have ended; when half of the cache's lines are of such, it is made smaller. */
    private void leave(KvCache cache) {
        int left = 0;
        for (Sequence sequence : alive) {
            left += sequence.ended() ? 0 : 1;
        }
        if (left == alive.length) {
            return;
        }
        alive = Arrays.stream(alive).filter(sequence -> !sequence.ended()).toArray(Sequence[]::new);
        arrange(cache);
        if (2 * left <= cache.slots() && left > 0) {
            cache.keep(slots);
            for (int i = 0; i < left; i++) {
                alive[i].moveTo(i);
            }
            arrange(cache);
        }
    }

    /** The hidden states of the tokens chosen last, (B,C); the caller recycles them. */
    private Tensor step(KvCache cache) {
        int furthest = 0;
        for (int i = 0; i < alive.length; i++) {
            ids[i] = alive[i].lastToken();
            positions[i] = alive[i].prompt().length + alive[i].length() - 1;
            furthest = Math.max(furthest, positions[i]);
        }
        cache.reserve(furthest + 1);
        try (Graph.Scope scope = graph.scope()) {
            return scope.keep(llama.hidden(graph, ids, positions, attending)).value();
        }
    }

    /** Draws the next token of every sequence from its last hidden state. */
    private void choose(Tensor hidden) {
        try (Graph.Scope _ = graph.scope()) {
            Variable scores = llama.project(graph, Variable.constant(hidden));  // (B,V)
            float temperature = decoding.temperature();
            Variable scaled = temperature == 0f || temperature == 1f ? scores : graph.scale(1 / temperature, scores);
            Tensor logits = scaled.value();
            // Targets are read when the kernel runs, so the array of ids may serve for both.
            for (int i = 0; i < alive.length; i++) {
                ids[i] = sampler.choose(logits.data(), i * logits.cols(), logits.cols(), alive[i]);
            }
            Tensor logProbs = graph.logProb(scaled, ids).value();               // (B)
            for (int i = 0; i < alive.length; i++) {
                alive[i].append(ids[i], logProbs.data()[i], stopIds.get(ids[i]));
            }
        }
    }
}
