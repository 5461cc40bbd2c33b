package org.soarj.transformer.infer;

import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

/**
 * Keys and values of earlier tokens, a line for each running sequence.
 *
 * <p>Layout as {@link org.soarj.tensor.backend.Backend#cacheWrite} wants it: keys (slots, K, D, T) for each layer, values
 * (slots, K, T, D), T rounded up to a multiple of 16.
 */
final class KvCache implements AutoCloseable {
    private final Backend backend;
    private final Tensor[] keys;
    private final Tensor[] values;
    private final AttentionShape shape;
    private final int lineSize;

    KvCache(Backend backend, LlamaConfig config, int slots, int length) {
        this.backend = backend;
        shape = config.attentionShape();
        int padded = (length + 15) / 16 * 16;
        int kv = config.kvHeads();
        int d = config.headDim();
        lineSize = kv * d * padded;
        keys = new Tensor[config.layers()];
        values = new Tensor[config.layers()];
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = backend.zeros(Shape.of(slots, kv, d, padded));
            values[layer] = backend.zeros(Shape.of(slots, kv, padded, d));
        }
    }

    /** Attention of new tokens, token i at positions[i] of line slots[i], over all that the line holds up to there. */
    Llama.Attending attending(int[] slots, int[] positions) {
        return (graph, layer, q, k, v) -> {
            backend.cacheWrite(k.value(), v.value(), slots, positions, shape, keys[layer], values[layer]);
            Tensor out = backend.empty(q.shape());
            backend.cachedAttention(q.value(), slots, positions, shape, keys[layer], values[layer], out);
            return graph.own(out);
        };
    }

    /** Copies a line, so that one prefill serves several samples. */
    void copyLine(int from, int to) {
        for (int layer = 0; layer < keys.length; layer++) {
            System.arraycopy(keys[layer].data(), from * lineSize, keys[layer].data(), to * lineSize, lineSize);
            System.arraycopy(values[layer].data(), from * lineSize, values[layer].data(), to * lineSize, lineSize);
            keys[layer].markChanged();
            values[layer].markChanged();
        }
    }

    /** Gives the memory back. */
    @Override
    public void close() {
        for (int layer = 0; layer < keys.length; layer++) {
            backend.recycle(keys[layer]);
            backend.recycle(values[layer]);
        }
    }
}
