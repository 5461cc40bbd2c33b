package org.soarj.transformer.check;

import java.util.List;
import org.soarj.autograd.Graph;
import org.soarj.autograd.check.GradientCheck;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Block;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.RopeScaling;
import org.soarj.transformer.lora.Lora;
import org.soarj.transformer.lora.LoraSettings;

/**
 * Small Llamas of two layers with grouped heads and biases, whose loss is differentiated by elements of every parameter.
 *
 * <p>The loss is a weighted sum of the log-probabilities of the next tokens of two sequences, with random weights as a
 * policy gradient has them, added up in double precision.
 */
public enum LlamaCheck {
    /** The output layer is the embedding, whose gradient comes from both ends. */
    TIED(true, Kind.FULL),
    /** The output layer has weights of its own. */
    UNTIED(false, Kind.FULL),
    /** As {@link #UNTIED}, each block computed again in the backward pass. */
    CHECKPOINTED(false, Kind.CHECKPOINTED),
    /** Adapters on every linear layer of frozen weights. */
    LORA(true, Kind.LORA);

    private enum Kind { FULL, CHECKPOINTED, LORA }

    private static final int VOCABULARY = 11;

    private final boolean tied;
    private final Kind kind;

    LlamaCheck(boolean tied, Kind kind) {
        this.tied = tied;
        this.kind = kind;
    }

    /**
     * Checks up to {@code perParameter} random elements of each trainable parameter.
     *
     * @param rng draws weights, tokens and elements
     */
    public GradientCheck.Result check(Backend backend, Rng rng, int perParameter) {
        Llama llama = kind == Kind.LORA ? adapted(rng.split("adapters"), model(rng.split("model"))) : model(rng.split("model"));
        Rng tokens = rng.split("tokens");
        PackedBatch batch = PackedBatch.of(List.of(sequence(tokens), sequence(tokens)));
        Graph recording = kind == Kind.CHECKPOINTED ? Graph.checkpointing(backend) : Graph.recording(backend);
        return GradientCheck.check(backend, graph -> graph.logProb(llama.logits(graph, batch), batch.nextTokens()), recording,
                llama.trainable(), rng.split("check"), perParameter);
    }

    /** Weights of the sizes that training reaches: near 0, a norm curves too strongly for differences in float. */
    private Llama model(Rng rng) {
        LlamaConfig config = new LlamaConfig(VOCABULARY, 16, 24, 2, 4, 2, 4, 1e-5f, 10_000, new RopeScaling.None(), tied, true,
                true, 64, 1, List.of(2));
        return Llama.build(config, (name, dims) -> {
            if (dims.length == 1) {
                Tensor weight = Tensor.gaussian(rng.split(name), 0.2f, dims);
                for (int i = 0; i < weight.size() && name.contains("norm"); i++) {
                    weight.put(i, weight.at(i) + 1);
                }
                return weight;
            }
            boolean embedding = name.contains("embed_tokens");
            return Tensor.gaussian(rng.split(name), embedding ? 1f : (float) (1 / Math.sqrt(dims[1])), dims);
        });
    }

    /** Adapters of the sizes that training reaches: as they begin, one half of each is 0 and the other has no gradient. */
    private static Llama adapted(Rng rng, Llama base) {
        Llama llama = Lora.attach(base, new LoraSettings(2, 3, LoraSettings.ALL_LINEAR), rng);
        for (Block.Linear linear : llama.linears()) {
            Tensor b = linear.adapter().b().value();
            b.copyFrom(Tensor.gaussian(rng.split(linear.name()), 0.2f, b.shape().toArray()));
        }
        return llama;
    }

    private static int[] sequence(Rng rng) {
        int[] ids = new int[3 + rng.nextInt(6)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = rng.nextInt(VOCABULARY);
        }
        return ids;
    }
}
