package org.soarj.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;

/**
 * A Llama as a record of its parameters, under the names and in the shapes of Hugging Face's {@code LlamaForCausalLM}.
 *
 * @param config sizes
 * @param embedding token embeddings, (V,C)
 * @param blocks the layers
 * @param norm weight of the last RMSNorm, (C)
 * @param head output layer, (V,C); the embedding itself when tied
 * @param rope angles for every position that may be used
 */
public record Llama(LlamaConfig config, Parameter embedding, List<Block> blocks, Parameter norm, Parameter head,
                    RopeTable rope) {

    /** A model with new weights: normal, embeddings with deviation 0.02, matrices with 1/sqrt(inputs), half that into the residual. */
    public static Llama initialise(LlamaConfig config, Rng rng) {
        return build(config, (name, dims) -> {
            if (dims.length == 1) {
                return Tensor.full(name.endsWith("bias") ? 0f : 1f, dims);
            }
            boolean table = name.contains("embed_tokens") || name.contains("lm_head");
            boolean residual = name.contains("o_proj") || name.contains("down_proj");
            double deviation = table ? 0.02 : (residual ? 0.5 : 1) / Math.sqrt(dims[1]);
            return Tensor.gaussian(rng.split(name), (float) deviation, dims);
        });
    }

    /** Gives the tensor of a name; it must have this shape. */
    @FunctionalInterface
    public interface Weights<E extends Exception> {
        Tensor get(String name, int... dims) throws E;
    }

    /**
     * A model whose tensors come from {@code weights}, each asked for once. Matrices that are stored as BF16 or F16 are
     * frozen: they are used, but get no gradient.
     */
    public static <E extends Exception> Llama build(LlamaConfig config, Weights<E> weights) throws E {
        Parameter embedding = parameter(weights, "model.embed_tokens.weight", config.vocabSize(), config.hiddenSize());
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(Block.build(config, "model.layers." + i + ".", weights));
        }
        Parameter norm = parameter(weights, "model.norm.weight", config.hiddenSize());
        Parameter head = config.tieWordEmbeddings() ? embedding
                : parameter(weights, "lm_head.weight", config.vocabSize(), config.hiddenSize());
        return new Llama(config, embedding, List.copyOf(blocks), norm, head, new RopeTable(config));
    }

    static <E extends Exception> Parameter parameter(Weights<E> weights, String name, int... dims) throws E {
        Tensor value = weights.get(name, dims);
        return new Parameter(name, value.dtype() == DType.F32 ? Variable.leaf(value) : Variable.constant(value));
    }

    /** The parameters of a checkpoint, each once, in the order of the forward pass; adapters are no part of it. */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(embedding);
        blocks.forEach(block -> all.addAll(block.parameters()));
        all.add(norm);
        if (head != embedding) {
            all.add(head);
        }
        return all;
    }

    /** What training changes, adapters included: the parameters that are neither frozen nor stored in 16 bits. */
    public List<Parameter> trainable() {
        List<Parameter> all = new ArrayList<>(parameters());
        for (Block.Linear linear : linears()) {
            if (linear.adapter() != null) {
                all.addAll(linear.adapter().parameters());
            }
        }
        all.removeIf(parameter -> !parameter.variable().needsGradient());
        return all;
    }

    /** The linear layers of all blocks, in the order of the forward pass. */
    public List<Block.Linear> linears() {
        return blocks.stream().flatMap(block -> block.linears().stream()).toList();
    }

    /** A model of the same parameters whose linear layers are changed; an adapter belongs to one of them. */
    public Llama withLinears(UnaryOperator<Block.Linear> change) {
        return new Llama(config, embedding, blocks.stream().map(block -> block.withLinears(change)).toList(), norm, head, rope);
    }

    /** Number of weights, those of adapters left out. */
    public long size() {
        return parameters().stream().mapToLong(parameter -> parameter.value().size()).sum();
    }

    /** A model with the same weights and none of the gradients; what is frozen is shared. */
    public Llama copy() {
        return with(parameter -> parameter.variable().needsGradient()
                ? new Parameter(parameter.name(), parameter.value().copy()) : parameter);
    }

    /** A model over the same weights that gets no gradient for any of them. */
    public Llama frozen() {
        return with(parameter -> new Parameter(parameter.name(), Variable.constant(parameter.value())));
    }

    private Llama with(UnaryOperator<Parameter> change) {
        Parameter table = change.apply(embedding);
        return new Llama(config, table, blocks.stream().map(block -> block.with(change)).toList(), change.apply(norm),
                head == embedding ? table : change.apply(head), rope);
    }

    /** Where attention finds the keys and values of earlier tokens. */
    @FunctionalInterface
    public interface Attending {
        /** Attention of layer {@code layer}, by {@code graph}; q (N, H*D), k and v (N, K*D) after rotation, result (N, H*D). */
        Variable attend(Graph graph, int layer, Variable q, Variable k, Variable v);
    }

    /**
     * The last hidden state of every token, normalised, (N,C). Each block is a segment of the graph, so that a
     * {@linkplain Graph#checkpointing checkpointing} one keeps only what flows from block to block.
     */
    public Variable hidden(Graph graph, int[] ids, int[] positions, Attending attending) {
        int last = 0;
        for (int position : positions) {
            last = Math.max(last, position);
        }
        if (last >= rope.length()) {
            throw new ShapeException("llama: position " + last + " asked for, the model's context ends at " + rope.length()
                    + "; shorten the sequence");
        }
        RopeTable.Angles angles = rope.upTo(last);
        Variable x = graph.gather(embedding.variable(), ids);                            // (N,C)
        for (int i = 0; i < blocks.size(); i++) {
            int layer = i;
            x = graph.segment((inner, in) -> blocks.get(layer).forward(inner, config, angles, in.getFirst(), positions, layer,
                    attending), x);                                                      // (N,C)
        }
        return graph.rmsNorm(x, norm.variable(), config.rmsNormEps());                   // (N,C)
    }

    /** The last hidden state of every token of a packed batch, (N,C). */
    public Variable hidden(Graph graph, PackedBatch batch) {
        AttentionShape heads = config.attentionShape();
        return hidden(graph, batch.ids(), batch.positions(), (inner, layer, q, k, v) ->
                inner.attention(q, k, v, batch.offsets(), heads));
    }

    /** Scores of the next token for given hidden states, (N,V). */
    public Variable project(Graph graph, Variable hidden) {
        return graph.linear(hidden, head.variable());
    }

    /** Scores of the next token after every token of a packed batch, (N,V). */
    public Variable logits(Graph graph, PackedBatch batch) {
        return project(graph, hidden(graph, batch));
    }

    /**
     * Log-probabilities of the tokens that follow the chosen rows: row i predicts targets[i]. Only these rows meet the
     * output layer, which is what makes a large vocabulary affordable.
     *
     * @param temperature logits are divided by it, as the sampler does
     */
    public Variable logProbs(Graph graph, PackedBatch batch, int[] rows, int[] targets, float temperature) {
        return graph.logProb(scores(graph, batch, rows, temperature), targets);          // (rows)
    }

    /** Scores of the next token after the chosen rows of a packed batch, divided by the temperature, (rows,V). */
    public Variable scores(Graph graph, PackedBatch batch, int[] rows, float temperature) {
        Variable hidden = hidden(graph, batch);                                          // (N,C)
        boolean all = rows.length == batch.tokens() && IntStream.range(0, rows.length).allMatch(i -> rows[i] == i);
        Variable chosen = all ? hidden : graph.gather(hidden, rows);                     // (rows,C)
        Variable logits = project(graph, chosen);                                        // (rows,V)
        return temperature == 1f ? logits : graph.scale(1 / temperature, logits);
    }
}
