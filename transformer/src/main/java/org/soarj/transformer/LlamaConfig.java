package org.soarj.transformer;

import java.util.List;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.backend.AttentionShape;

/**
 * The sizes and constants of a Llama, as {@code config.json} names them.
 *
 * @param vocabSize V
 * @param hiddenSize C
 * @param intermediateSize F
 * @param layers number of blocks
 * @param heads H, query heads
 * @param kvHeads K, key-value heads
 * @param headDim D, even
 * @param rmsNormEps epsilon of every RMSNorm
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling change of the rotary frequencies
 * @param tieWordEmbeddings whether the output layer is the embedding
 * @param attentionBias whether the attention projections have biases
 * @param mlpBias whether the MLP projections have biases
 * @param maxPositions longest sequence
 * @param bosTokenId id that begins a sequence, or -1
 * @param eosTokenIds ids that end one
 */
public record LlamaConfig(int vocabSize, int hiddenSize, int intermediateSize, int layers, int heads, int kvHeads,
                          int headDim, float rmsNormEps, double ropeTheta, RopeScaling ropeScaling,
                          boolean tieWordEmbeddings, boolean attentionBias, boolean mlpBias, int maxPositions,
                          int bosTokenId, List<Integer> eosTokenIds) {
    public LlamaConfig {
        ShapeException.require(vocabSize > 0 && hiddenSize > 0 && intermediateSize > 0 && layers > 0 && maxPositions > 0,
                "config: sizes must be above 0: vocab_size %d, hidden_size %d, intermediate_size %d, num_hidden_layers %d, "
                        + "max_position_embeddings %d", vocabSize, hiddenSize, intermediateSize, layers, maxPositions);
        ShapeException.require(headDim % 2 == 0, "config: head_dim must be even for rotary positions, got %d", headDim);
        eosTokenIds = List.copyOf(eosTokenIds);
        new AttentionShape(heads, kvHeads, headDim);
    }

    /** A small Llama without biases, scaling or grouped heads, with tied embeddings. */
    public static LlamaConfig tiny(int vocabSize, int hiddenSize, int intermediateSize, int layers, int heads,
                                   int maxPositions, int bosTokenId, int eosTokenId) {
        return new LlamaConfig(vocabSize, hiddenSize, intermediateSize, layers, heads, heads, hiddenSize / heads, 1e-5f,
                10_000, new RopeScaling.None(), true, false, false, maxPositions, bosTokenId, List.of(eosTokenId));
    }

    public AttentionShape attentionShape() {
        return new AttentionShape(heads, kvHeads, headDim);
    }
}
