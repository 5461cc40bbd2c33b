package org.soarj.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;

/**
 * One layer: attention and a gated MLP, each after an RMSNorm and added to the residual stream.
 *
 * @param inputNorm weight of the first RMSNorm, (C)
 * @param query (H*D,C)
 * @param key (K*D,C)
 * @param value (K*D,C)
 * @param output (C,H*D)
 * @param postNorm weight of the second RMSNorm, (C)
 * @param gate (F,C)
 * @param up (F,C)
 * @param down (C,F)
 */
public record Block(Parameter inputNorm, Linear query, Linear key, Linear value, Linear output,
                    Parameter postNorm, Linear gate, Linear up, Linear down) {

    /**
     * A linear layer, y = x weight^T + bias, and what an adapter adds to it.
     *
     * @param weight (out,in)
     * @param bias (out), or null
     * @param adapter low-rank addition, or null
     */
    public record Linear(Parameter weight, Parameter bias, LowRank adapter) {
        static <E extends Exception> Linear build(Llama.Weights<E> weights, String name, int out, int in, boolean biased)
                throws E {
            return new Linear(Llama.parameter(weights, name + ".weight", out, in),
                    biased ? Llama.parameter(weights, name + ".bias", out) : null, null);
        }

        /** Such as {@code model.layers.0.self_attn.q_proj}. */
        public String name() {
            return weight.name().substring(0, weight.name().length() - ".weight".length());
        }

        /** The same layer with this adapter, or, for null, without one. */
        public Linear with(LowRank other) {
            return new Linear(weight, bias, other);
        }

        private Linear with(UnaryOperator<Parameter> change) {
            return new Linear(change.apply(weight), bias == null ? null : change.apply(bias),
                    adapter == null ? null : adapter.with(change));
        }

        Variable forward(Graph graph, Variable x) {
            Variable y = graph.linear(x, weight.variable());
            Variable biased = bias == null ? y : graph.add(y, bias.variable());
            return adapter == null ? biased : graph.add(biased, adapter.forward(graph, x));
        }
    }

    static <E extends Exception> Block build(LlamaConfig config, String prefix, Llama.Weights<E> weights) throws E {
        int width = config.hiddenSize();
        int queries = config.heads() * config.headDim();
        int keys = config.kvHeads() * config.headDim();
        String attention = prefix + "self_attn.";
        String mlp = prefix + "mlp.";
        boolean attentionBias = config.attentionBias();
        boolean mlpBias = config.mlpBias();
        return new Block(
                Llama.parameter(weights, prefix + "input_layernorm.weight", width),
                Linear.build(weights, attention + "q_proj", queries, width, attentionBias),
                Linear.build(weights, attention + "k_proj", keys, width, attentionBias),
                Linear.build(weights, attention + "v_proj", keys, width, attentionBias),
                Linear.build(weights, attention + "o_proj", width, queries, attentionBias),
                Llama.parameter(weights, prefix + "post_attention_layernorm.weight", width),
                Linear.build(weights, mlp + "gate_proj", config.intermediateSize(), width, mlpBias),
                Linear.build(weights, mlp + "up_proj", config.intermediateSize(), width, mlpBias),
                Linear.build(weights, mlp + "down_proj", width, config.intermediateSize(), mlpBias));
    }

    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(inputNorm);
        for (Linear linear : List.of(query, key, value, output)) {
            add(all, linear);
        }
        all.add(postNorm);
        for (Linear linear : List.of(gate, up, down)) {
            add(all, linear);
        }
        return all;
    }

    private static void add(List<Parameter> all, Linear linear) {
        all.add(linear.weight);
        if (linear.bias != null) {
            all.add(linear.bias);
        }
    }

    List<Linear> linears() {
        return List.of(query, key, value, output, gate, up, down);
    }

    /** A block of other parameters. */
    Block with(UnaryOperator<Parameter> change) {
        return new Block(change.apply(inputNorm), query.with(change), key.with(change), value.with(change),
                output.with(change), change.apply(postNorm), gate.with(change), up.with(change), down.with(change));
    }

    /** A block of other linear layers. */
    Block withLinears(UnaryOperator<Linear> change) {
        return new Block(inputNorm, change.apply(query), change.apply(key), change.apply(value), change.apply(output),
                postNorm, change.apply(gate), change.apply(up), change.apply(down));
    }

    Variable forward(Graph graph, LlamaConfig config, RopeTable.Angles angles, Variable x, int[] positions, int layer,
                     Llama.Attending attending) {
        Variable a = graph.rmsNorm(x, inputNorm.variable(), config.rmsNormEps());              // (N,C)
        Variable q = graph.rope(query.forward(graph, a), positions, angles.cos(), angles.sin());   // (N,H*D)
        Variable k = graph.rope(key.forward(graph, a), positions, angles.cos(), angles.sin());     // (N,K*D)
        Variable v = value.forward(graph, a);                                                  // (N,K*D)
        Variable mixed = attending.attend(graph, layer, q, k, v);                              // (N,H*D)
        Variable y = graph.add(x, output.forward(graph, mixed));                               // (N,C)
        Variable m = graph.rmsNorm(y, postNorm.variable(), config.rmsNormEps());               // (N,C)
        Variable gated = graph.swiglu(gate.forward(graph, m), up.forward(graph, m));           // (N,F)
        return graph.add(y, down.forward(graph, gated));                                       // (N,C)
    }
}
