package org.soarj.transformer.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * Batched generation: prompts of any lengths, several samples of each, sharing one prefill and then going on side by side.
 *
 * <p>Every sequence has its own randomness, and a row of a kernel depends on that row alone, so a completion does not
 * depend on what else is in the batch; finished sequences leave it. The recorded log-probabilities are those of the
 * training forward pass, bit for bit.
 */
public final class Generator {
    private final Backend backend;
    private final Llama llama;
    private final Options options;

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
        this.backend = backend;
        this.llama = llama;
        this.options = options;
    }

    /**
     * {@code samples} completions of each prompt; entry {@code p * samples + s} is sample s of prompt p.
     *
     * @param rng sample s of prompt p draws from {@code rng.split("sample", p, s)}
     */
    public List<Completion> generate(List<int[]> prompts, int samples, Rng rng) {
        List<Sequence> all = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            ShapeException.require(prompts.get(p).length > 0, "generate: prompt %d is empty; give at least one token", p);
            ShapeException.require(prompts.get(p).length < llama.rope().length(),
                    "generate: prompt %d has %d tokens, the context ends at %d", p, prompts.get(p).length,
                    llama.rope().length());
            for (int s = 0; s < samples; s++) {
                all.add(new Sequence(prompts.get(p), rng.split("sample", p, s)));
            }
        }
        for (int from = 0; from < all.size(); from += options.batch) {
            run(all.subList(from, Math.min(all.size(), from + options.batch)));
        }
        return all.stream().map(Sequence::completion).toList();
    }

    private void run(List<Sequence> batch) {
        int longest = batch.stream().mapToInt(s -> s.limit()).max().orElseThrow();
        try (KvCache cache = new KvCache(backend, llama.config(), batch.size(), longest)) {
            run(batch, cache);
        }
    }

    private void run(List<Sequence> batch, KvCache cache) {
        List<Sequence> alive = new ArrayList<>(batch);
        Tensor last = prefill(batch, cache);                                    // (B,C)
        while (true) {
            choose(alive, last);
            backend.recycle(last);
            alive.removeIf(sequence -> sequence.finish != null);
            if (alive.isEmpty()) {
                return;
            }
            int[] ids = alive.stream().mapToInt(s -> s.generated[s.length - 1]).toArray();
            int[] positions = alive.stream().mapToInt(s -> s.prompt.length + s.length - 1).toArray();
            last = step(cache, ids, alive.stream().mapToInt(s -> s.slot).toArray(), positions); // (B,C)
        }
    }

    /** Runs each distinct prompt of the batch once and gives every sequence its copy; returns the last hidden states. */
    private Tensor prefill(List<Sequence> batch, KvCache cache) {
        List<Sequence> first = new ArrayList<>();
        int[] source = new int[batch.size()];
        int tokens = 0;
        for (int i = 0; i < batch.size(); i++) {
            Sequence sequence = batch.get(i);
            sequence.slot = i;
            if (i == 0 || sequence.prompt != batch.get(i - 1).prompt) {
                first.add(sequence);
                tokens += sequence.prompt.length;
            }
            source[i] = first.size() - 1;
        }
        int[] ids = new int[tokens];
        int[] slots = new int[tokens];
        int[] positions = new int[tokens];
        int[] ends = new int[first.size()];
        int at = 0;
        for (int i = 0; i < first.size(); i++) {
            for (int t = 0; t < first.get(i).prompt.length; t++, at++) {
                ids[at] = first.get(i).prompt[t];
                slots[at] = first.get(i).slot;
                positions[at] = t;
            }
            ends[i] = at - 1;
        }
        Tensor hidden = step(cache, ids, slots, positions);                     // (N,C)
        int[] rows = new int[batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            rows[i] = ends[source[i]];
            if (first.get(source[i]) != batch.get(i)) {
                cache.copyLine(first.get(source[i]).slot, i);
            }
        }
        Tensor last = backend.empty(Shape.of(rows.length, hidden.cols()));      // (B,C)
        backend.gather(hidden, rows, last);
        backend.recycle(hidden);
        return last;
    }

    /** The last hidden states of new tokens, (N,C); the caller recycles them. */
    private Tensor step(KvCache cache, int[] ids, int[] slots, int[] positions) {
        Graph graph = Graph.inference(backend);
        try (Graph.Scope scope = graph.scope()) {
            return scope.keep(llama.hidden(graph, ids, positions, cache.attending(slots, positions))).value();
        }
    }

    /** Draws the next token of every sequence from its last hidden state. */
    private void choose(List<Sequence> alive, Tensor hidden) {
        Graph graph = Graph.inference(backend);
        try (Graph.Scope _ = graph.scope()) {
            boolean greedy = options.temperature == 0f;
            Variable scores = llama.project(graph, Variable.constant(hidden));  // (B,V)
            Variable scaled = greedy || options.temperature == 1f ? scores : graph.scale(1 / options.temperature, scores);
            Sampler sampler = greedy ? Sampler.GREEDY : Sampler.SOFTMAX;
            Tensor logits = scaled.value();
            int[] chosen = new int[alive.size()];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = sampler.choose(logits.data(), i * logits.cols(), logits.cols(), alive.get(i).rng);
            }
            Tensor logProbs = graph.logProb(scaled, chosen).value();            // (B)
            for (int i = 0; i < chosen.length; i++) {
                alive.get(i).append(chosen[i], logProbs.data()[i]);
            }
        }
    }

    /** One running sequence. */
    private final class Sequence {
        private final int[] prompt;
        private final Rng rng;
        private int slot;
        private int length;
        private int[] generated = new int[16];
        private float[] logProbs = new float[16];
        private Completion.Finish finish;

        Sequence(int[] prompt, Rng rng) {
            this.prompt = prompt;
            this.rng = rng;
        }

        /** Positions that it may fill. */
        int limit() {
            return Math.min(llama.rope().length(), prompt.length + options.maxTokens);
        }

        void append(int id, float logProb) {
            if (length == generated.length) {
                generated = Arrays.copyOf(generated, 2 * length);
                logProbs = Arrays.copyOf(logProbs, 2 * length);
            }
            generated[length] = id;
            logProbs[length++] = logProb;
            if (options.stopIds.contains(id)) {
                finish = Completion.Finish.STOP;
            } else if (prompt.length + length >= limit()) {
                finish = Completion.Finish.LENGTH;
            }
        }

        Completion completion() {
            return new Completion(Arrays.copyOf(generated, length), Arrays.copyOf(logProbs, length), finish);
        }
    }
}
