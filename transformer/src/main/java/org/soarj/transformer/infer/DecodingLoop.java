package org.soarj.transformer.infer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Recording;
import org.soarj.tensor.backend.RowChooser;
import org.soarj.transformer.Llama;
import org.soarj.transformer.RopeTable;

/**
 * Lets sequences go on side by side, token by token, until each has ended; those that have leave the batch, and the cache
 * with them. A step is recorded and repeated, so that a token leaves nothing to the collector. For one thread.
 */
final class DecodingLoop {
    private final Backend backend;
    private final Llama llama;
    private final Decoding decoding;
    private final DecodingSampler sampler;
    /** What chooses where the scores are; null where they are read. */
    private final RowChooser chooser;
    private final BitSet stopIds = new BitSet();

    private Sequence[] alive;
    private int[] ids;
    private double[] draws;
    private int[] slots;
    private int[] positions;
    private Llama.Attending attending;
    private Tensor logProbs;
    private RopeTable.Angles angles;
    /** One step of those that are alive, to be done again as long as nothing but the tokens changes; null before the first. */
    private Recording recording;
    /** What the recorded step makes. */
    private Tensor logits;

    DecodingLoop(Backend backend, Llama llama, Decoding decoding, Set<Integer> stopIds) {
        this.backend = backend;
        this.llama = llama;
        this.decoding = decoding;
        this.sampler = new DecodingSampler(decoding);
        this.chooser = backend.chooser();
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
        try {
            begin(last);
            leave(cache);
            while (alive.length > 0) {
                choose(step(cache));
                leave(cache);
            }
        } finally {
            forget();
            backend.recycle(logProbs);
        }
    }

    private void begin(Tensor last) {
        Graph graph = Graph.inference(backend);
        try (Graph.Scope _ = graph.scope()) {
            choose(scores(graph, Variable.constant(last)).value());
        }
        backend.recycle(last);
    }

    /** Makes room for a step of those that are alive; what was recorded was one of others. */
    private void arrange(KvCache cache) {
        forget();
        if (logProbs != null && !logProbs.isRecycled()) {
            backend.recycle(logProbs);
        }
        logProbs = backend.empty(Shape.of(alive.length));
        ids = new int[alive.length];
        draws = new double[alive.length];
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

    /** Scores of the tokens after those chosen last, (B,V), until the next step. */
    private Tensor step(KvCache cache) {
        int furthest = 0;
        for (int i = 0; i < alive.length; i++) {
            ids[i] = alive[i].lastToken();
            positions[i] = alive[i].prompt().length + alive[i].length() - 1;
            furthest = Math.max(furthest, positions[i]);
        }
        RopeTable.Angles reaching = llama.rope().upTo(furthest);
        if (furthest >= cache.room() || reaching != angles) {
            cache.reserve(furthest + 1);
            angles = reaching;
            forget();
        }
        if (recording != null) {
            recording.replay();
            return logits;
        }
        recording = new Recording(backend);
        Graph graph = Graph.inference(recording);
        try (Graph.Scope scope = graph.scope()) {
            Variable hidden = llama.hidden(graph, ids, positions, attending);   // (B,C)
            logits = scope.keep(scores(graph, hidden)).value();
        }
        return logits;
    }

    private void forget() {
        if (recording != null) {
            recording.close();
            recording = null;
        }
    }

    /** Scores of the next token, divided by the temperature, (B,V). */
    private Variable scores(Graph graph, Variable hidden) {
        Variable scores = llama.project(graph, hidden);                         // (B,V)
        float temperature = decoding.temperature();
        return temperature == 0f || temperature == 1f ? scores : graph.scale(1 / temperature, scores);
    }

    /** Has the backend choose, and decides what it does not. */
    private void chooseThere(Tensor logits) {
        for (int i = 0; i < alive.length; i++) {
            draws[i] = sampler.draw(alive[i]);
        }
        chooser.choose(logits, draws, ids);
        for (int i = 0; i < alive.length; i++) {
            if (ids[i] < 0) {
                ids[i] = sampler.choose(logits.data(), Tensor.FIRST + i * logits.cols(), logits.cols(), draws[i]);
            }
        }
    }

    /** Draws the next token of every sequence from its scores. */
    private void choose(Tensor logits) {
        // Targets are read when the kernel runs, so the array of ids may serve for both.
        if (chooser == null || !sampler.isPlain()) {
            for (int i = 0; i < alive.length; i++) {
                ids[i] = sampler.choose(logits.data(), Tensor.FIRST + i * logits.cols(), logits.cols(), alive[i]);
            }
        } else {
            chooseThere(logits);
        }
        backend.logProb(logits, ids, logProbs);
        for (int i = 0; i < alive.length; i++) {
            alive[i].append(ids[i], logProbs.at(i), stopIds.get(ids[i]));
        }
    }
}
