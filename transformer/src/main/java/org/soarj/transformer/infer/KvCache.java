package org.soarj.transformer.infer;

import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

/**
 * Keys and values of earlier tokens, a line for each running sequence. It has room for what is used and at most as much
 * again, and gives lines back when they are no longer needed.
 *
 * <p>Layout as {@link org.soarj.tensor.backend.Backend#cacheWrite} wants it: keys (slots, K, D, T) for each layer, values
 * (slots, K, T, D), T a multiple of 16.
 */
final class KvCache implements AutoCloseable {
    private static final int STEP = 16;

    private final Backend backend;
    private final AttentionShape shape;
    private final Tensor[] keys;
    private final Tensor[] values;
    private final int longest;
    private int slots;
    private int length;

    /** @param longest most positions that a line will ever have */
    KvCache(Backend backend, LlamaConfig config, int slots, int longest) {
        this.backend = backend;
        this.slots = slots;
        this.longest = padded(longest);
        shape = config.attentionShape();
        keys = new Tensor[config.layers()];
        values = new Tensor[config.layers()];
        allocate(STEP);
    }

    /** Lines. */
    int slots() {
        return slots;
    }

    /** Positions that every line has room for. */
    int room() {
        return length;
    }

    private void allocate(int room) {
        length = room;
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = backend.zeros(keyShape());
            values[layer] = backend.zeros(valueShape());
        }
    }

    private Shape keyShape() {
        return Shape.of(slots, shape.kvHeads(), shape.headDim(), length);
    }

    private Shape valueShape() {
        return Shape.of(slots, shape.kvHeads(), length, shape.headDim());
    }

    private int lineSize() {
        return shape.kvHeads() * shape.headDim() * length;
    }

    private static int padded(int positions) {
        return (positions + STEP - 1) / STEP * STEP;
    }

    /** Makes room for this many positions; it doubles, so that growing costs no more than filling. */
    void reserve(int positions) {
        if (positions <= length) {
            return;
        }
        int before = length;
        length = Math.max(padded(positions), Math.min(2 * length, longest));
        int d = shape.headDim();
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = stretched(keys[layer], keyShape(), before, length);
            values[layer] = stretched(values[layer], valueShape(), before * d, length * d);
        }
    }

    /** Takes the numbers, row by row, into rows that are longer. */
    private Tensor stretched(Tensor old, Shape wanted, int row, int longerRow) {
        Tensor longer = backend.zeros(wanted);
        longer.copyRows(old, new RowCopy(old.size() / row, row, 0, row, 0, longerRow));
        backend.recycle(old);
        return longer;
    }

    /** Keeps these lines alone, which become lines 0, 1, 2 and so on. */
    void keep(int[] kept) {
        slots = kept.length;
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = chosen(keys[layer], keyShape(), kept);
            values[layer] = chosen(values[layer], valueShape(), kept);
        }
    }

    private Tensor chosen(Tensor old, Shape wanted, int[] kept) {
        Tensor fewer = backend.empty(wanted);
        for (int i = 0; i < kept.length; i++) {
            fewer.copyRows(old, RowCopy.of(lineSize(), kept[i] * lineSize(), i * lineSize()));
        }
        backend.recycle(old);
        return fewer;
    }

    /** Copies a line, so that one prefill serves several samples. */
    void copyLine(int from, int to) {
        for (int layer = 0; layer < keys.length; layer++) {
            RowCopy line = RowCopy.of(lineSize(), from * lineSize(), to * lineSize());
            keys[layer].copyRows(keys[layer], line);
            values[layer].copyRows(values[layer], line);
        }
    }

    /** Attention of new tokens, token i at positions[i] of line slots[i], over all that the line holds up to there. */
    Llama.Attending attending(int[] slots, int[] positions) {
        return (graph, layer, q, k, v) -> {
            Backend on = graph.backend();
            on.cacheWrite(k.value(), v.value(), slots, positions, shape, keys[layer], values[layer]);
            Tensor out = on.empty(q.shape());
            on.cachedAttention(q.value(), slots, positions, shape, keys[layer], values[layer], out);
            return graph.own(out);
        };
    }

    /**
     * The same for sequences that begin here, so that all they see is in the batch: the blockwise kernel of training, which
     * gives the same bits sooner.
     *
     * @param offsets sequence b is tokens offsets[b] to offsets[b+1]-1
     */
    Llama.Attending beginning(int[] slots, int[] positions, int[] offsets) {
        return (graph, layer, q, k, v) -> {
            backend.cacheWrite(k.value(), v.value(), slots, positions, shape, keys[layer], values[layer]);
            return graph.attention(q, k, v, offsets, shape);
        };
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
