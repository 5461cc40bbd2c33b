package org.soarj.tensor.cpu;

import java.util.Arrays;
import org.soarj.tensor.backend.AttentionShape;

/**
 * The step of a decoder: one row against a line of the cache, the query heads that share a key-value head together, so
 * that keys and values are read once for all of them.
 *
 * <p>The arithmetic of a row is that of {@link Attention}, to the bit; that is why a sampled token's log-probability is
 * the trained one. Keys lie transposed in the cache, so that the scores of neighbouring positions are neighbouring lanes.
 */
final class CachedAttention {
    private static final int KEYS = Attention.KEYS;

    private CachedAttention() {}

    /** Numbers of scratch that {@link #row} needs. */
    static int scratch(AttentionShape shape) {
        int width = Lanes.padded(shape.headDim());
        return shape.groups() * (shape.headDim() + KEYS + width + 3) + Lanes.SUM_LANES + KEYS * width;
    }

    /**
     * @param q the query heads of one key-value head, (G,D) from {@code qo} on; {@code out} gets the same place
     * @param keys element (i of D, position j) at line + i*length + j; {@code length} is a multiple of 16
     * @param values element (position j, i of D) at line + j*D + i
     * @param positions how many positions the row sees, its own included
     */
    static void row(AttentionShape shape, float[] q, int qo, float[] keys, float[] values, int line, int length,
                    int positions, float[] out, float[] w) {
        int groups = shape.groups();
        int d = shape.headDim();
        int width = Lanes.padded(d);
        int scores = groups * d;
        int sums = scores + groups * KEYS;
        int max = sums + groups * width;
        int sum = max + groups;
        int factor = sum + groups;
        int lanes = factor + groups;
        int copied = lanes + Lanes.SUM_LANES;
        for (int i = 0; i < groups * d; i++) {
            w[i] = shape.scale() * q[qo + i];
        }
        Arrays.fill(w, max, max + groups, Float.NEGATIVE_INFINITY);
        Arrays.fill(w, sum, sum + groups, 0f);
        for (int from = 0; from < positions; from += KEYS) {
            int n = Math.min(KEYS, positions - from);
            Tiles.product(groups, Lanes.padded(n), d, w, 0, d, 1, keys, line + from, length, null, 0, w, scores, KEYS);
            for (int head = 0; head < groups; head++) {
                softmax(w, scores + head * KEYS, n, max + head, sum + head, factor + head, lanes);
            }
            float[] block = values;
            int at = line + from * d;
            if (width > d) {
                HeadBlocks.copy(values, at, d, 1f, w, copied, width, n, d);
                block = w;
                at = copied;
            }
            Tiles.product(groups, width, n, w, scores, KEYS, 1, block, at, width, from == 0 ? null : w, factor, w, sums,
                    width);
        }
        for (int head = 0; head < groups; head++) {
            w[sum + head] = 1f / w[sum + head];
        }
        HeadBlocks.scale(w, sums, width, w, sum, out, qo, d, groups, d);
    }

    /** Scores that fill up the last group of lanes are hidden, as those after a row's own position are in a block. */
    private static void softmax(float[] w, int scores, int n, int max, int sum, int factor, int lanes) {
        int filled = Lanes.padded(n);
        Arrays.fill(w, scores + n, scores + filled, Float.NEGATIVE_INFINITY);
        float before = w[max];
        float block = Lanes.max(w, scores, n);
        w[max] = block > before ? block : before;
        w[factor] = VectorMath.expBounded(before - w[max]);
        float weights = VectorMath.expRow(w, scores, w[max], w, scores, filled, w, lanes);
        w[sum] = Math.fma(w[sum], w[factor], weights);
    }
}
