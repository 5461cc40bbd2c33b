package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.backend.AttentionShape;

/**
 * Causal attention of a packed batch, a block of 64 queries of one head at a time against blocks of 128 keys, with the
 * running maximum and sum of Dao et al. 2022, so that scratch does not grow with T.
 *
 * <p>What one row is, here and in {@link CachedAttention}, bit for bit, whatever else is in the batch: a score is the chain
 * of fused multiply-adds over D of the query times its scale and the key. Blocks of keys are counted from position 0. Per
 * block: m' = max(m, scores); f = e^(m - m'); p = e^(score - m'); sum = f sum + (the p added as {@link VectorMath#expRow}
 * does); out = f out, continued as one chain of p times value over positions. In the end out / sum.
 *
 * <p>Scores are held with the positions down and the queries across, (keys, 64): maximum, exponential and sum then need
 * nothing across lanes, and only the queries are transposed, once. Positions after a row's own within its tile of 8 rows
 * have the weight 0, which changes nothing as long as values are finite.
 */
final class Attention {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Queries of a block. */
    static final int QUERIES = 64;
    /** Keys between one rescaling and the next. */
    static final int KEYS = 128;
    /** Queries that have one limit of keys when scores are made. */
    private static final int COLUMN = Lanes.SUM_LANES;
    /** Queries that have one limit of keys when values are added. */
    private static final int TILE = 8;

    /** The tensors of one forward pass, as {@link org.soarj.tensor.backend.Backend#attention} has them. */
    record Forward(AttentionShape shape, float[] q, float[] k, float[] v, float[] out, float[] lse) {}

    private final Forward x;
    private final float[] w;
    private final int d;
    private final int width;
    private final int first;
    private final int position;
    private final int rows;
    private final int head;
    /** Where the parts of the scratch begin: queries (D,64), scores (128,64), values (128,width), sums (64,width). */
    private final int scores;
    private final int values;
    private final int out;
    private final int max;
    private final int sum;
    private final int factor;

    private Attention(Forward x, int first, int position, int rows, int head, float[] w) {
        this.x = x;
        this.w = w;
        this.first = first;
        this.position = position;
        this.rows = rows;
        this.head = head;
        d = x.shape.headDim();
        width = Lanes.padded(d);
        scores = d * QUERIES;
        values = scores + KEYS * QUERIES;
        out = values + KEYS * width;
        max = out + QUERIES * width;
        sum = max + QUERIES;
        factor = sum + QUERIES;
    }

    /** Numbers of scratch that {@link #block} needs. */
    static int scratch(int d) {
        return d * QUERIES + KEYS * QUERIES + (KEYS + QUERIES) * Lanes.padded(d) + 3 * QUERIES;
    }

    /**
     * Rows [first + position, first + position + rows) of one query head, in the sequence that begins at row {@code first}.
     *
     * @param position a multiple of {@link #QUERIES}
     * @param rows at most {@link #QUERIES}
     */
    static void block(Forward x, int first, int position, int rows, int head, float[] scratch) {
        new Attention(x, first, position, rows, head, scratch).run();
    }

    private void run() {
        int stride = x.shape.heads() * d;
        int at = (first + position) * stride + head * d;
        transpose(x.q, at, stride, rows, d, x.shape.scale(), w, 0);
        Arrays.fill(w, max, max + QUERIES, Float.NEGATIVE_INFINITY);
        Arrays.fill(w, sum, sum + QUERIES, 0f);
        for (int from = 0; from < position + rows; from += KEYS) {
            int keys = Math.min(KEYS, position + rows - from);
            score(from, keys);
            for (int column = 0; column < rows; column += COLUMN) {
                hideLater(column, from, keys);
                softmax(column, Lanes.padded(limit(column, from, keys)));
            }
            addValues(from, keys);
        }
        write(at, stride);
    }

    /** Keys of the block at {@code from} that the queries of this column, or some of them, see. */
    private int limit(int column, int from, int keys) {
        return Math.min(keys, position + column + COLUMN - from);
    }

    /**
     * to[i, j] = scale rows[j, i]: (D,64), four rows at a time, whose numbers become neighbours; zeros in the columns that
     * fill up the last group of lanes.
     */
    static void transpose(float[] rows, int offset, int stride, int count, int d, float scale, float[] to, int at) {
        int j = 0;
        for (; j + 4 <= count; j += 4) {
            int from = offset + j * stride;
            for (int i = 0, a = at + j; i < d; i++, a += QUERIES) {
                to[a] = scale * rows[from + i];
                to[a + 1] = scale * rows[from + stride + i];
                to[a + 2] = scale * rows[from + 2 * stride + i];
                to[a + 3] = scale * rows[from + 3 * stride + i];
            }
        }
        for (; j < Lanes.padded(count); j++) {
            int from = offset + j * stride;
            for (int i = 0, a = at + j; i < d; i++, a += QUERIES) {
                to[a] = j < count ? scale * rows[from + i] : 0f;
            }
        }
    }

    private void score(int from, int keys) {
        int stride = x.shape.kvHeads() * d;
        int k = (first + from) * stride + head / x.shape.groups() * d;
        for (int column = 0; column < rows; column += 2 * COLUMN) {
            int both = limit(column, from, keys);
            int cols = Math.min(2 * COLUMN, Lanes.padded(rows - column));
            Tiles.product(both, cols, d, x.k, k, stride, 1, w, column, QUERIES, null, 0, w, scores + column, QUERIES);
            if (cols > COLUMN) {
                int right = column + COLUMN;
                Tiles.product(limit(right, from, keys) - both, COLUMN, d, x.k, k + both * stride, stride, 1, w, right,
                        QUERIES, null, 0, w, scores + both * QUERIES + right, QUERIES);
            }
        }
    }

    /** Scores of positions that come after the query, or after the last key, become -infinity. */
    private void hideLater(int column, int from, int keys) {
        int limit = limit(column, from, keys);
        int own = position + column - from;
        for (int j = own + 1; j < Lanes.padded(limit); j++) {
            hide(w, scores + j * QUERIES + column, j < limit ? j - own : COLUMN);
        }
    }

    /** Makes the first {@code count} of 16 scores -infinity. */
    private static void hide(float[] w, int at, int count) {
        for (int lane = 0; lane < COLUMN; lane += L) {
            FloatVector.fromArray(S, w, at + lane).blend(Float.NEGATIVE_INFINITY, S.indexInRange(lane, count))
                    .intoArray(w, at + lane);
        }
    }

    /** Makes weights of the first n scores of 16 queries, n a multiple of 16, and brings maximum and sum up to date. */
    private void softmax(int column, int n) {
        for (int i = column; i < column + COLUMN; i += L) {
            exponentials(w, scores + i, n, max + i, factor + i);
            addUp(w, scores + i, n, factor + i, sum + i);
        }
    }

    private static void exponentials(float[] w, int scores, int n, int max, int factor) {
        FloatVector before = FloatVector.fromArray(S, w, max);
        FloatVector m0 = before, m1 = before, m2 = before, m3 = before;
        int end = scores + n * QUERIES;
        for (int at = scores; at < end; at += 4 * QUERIES) {
            m0 = Lanes.larger(m0, FloatVector.fromArray(S, w, at));
            m1 = Lanes.larger(m1, FloatVector.fromArray(S, w, at + QUERIES));
            m2 = Lanes.larger(m2, FloatVector.fromArray(S, w, at + 2 * QUERIES));
            m3 = Lanes.larger(m3, FloatVector.fromArray(S, w, at + 3 * QUERIES));
        }
        m0 = Lanes.larger(Lanes.larger(m0, m1), Lanes.larger(m2, m3));
        m0.intoArray(w, max);
        VectorMath.expBounded(before.sub(m0)).intoArray(w, factor);
        for (int at = scores; at < end; at += QUERIES) {
            VectorMath.expBounded(FloatVector.fromArray(S, w, at).sub(m0)).intoArray(w, at);
        }
    }

    /** sum = factor sum + the weights, in the lanes and the tree of {@link VectorMath#expRow}. */
    private static void addUp(float[] w, int weights, int n, int factor, int sum) {
        FloatVector a0 = FloatVector.zero(S), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0, b6 = a0, b7 = a0;
        for (int at = weights; at < weights + n * QUERIES; at += 16 * QUERIES) {
            a0 = a0.add(FloatVector.fromArray(S, w, at));
            a1 = a1.add(FloatVector.fromArray(S, w, at + QUERIES));
            a2 = a2.add(FloatVector.fromArray(S, w, at + 2 * QUERIES));
            a3 = a3.add(FloatVector.fromArray(S, w, at + 3 * QUERIES));
            a4 = a4.add(FloatVector.fromArray(S, w, at + 4 * QUERIES));
            a5 = a5.add(FloatVector.fromArray(S, w, at + 5 * QUERIES));
            a6 = a6.add(FloatVector.fromArray(S, w, at + 6 * QUERIES));
            a7 = a7.add(FloatVector.fromArray(S, w, at + 7 * QUERIES));
            b0 = b0.add(FloatVector.fromArray(S, w, at + 8 * QUERIES));
            b1 = b1.add(FloatVector.fromArray(S, w, at + 9 * QUERIES));
            b2 = b2.add(FloatVector.fromArray(S, w, at + 10 * QUERIES));
            b3 = b3.add(FloatVector.fromArray(S, w, at + 11 * QUERIES));
            b4 = b4.add(FloatVector.fromArray(S, w, at + 12 * QUERIES));
            b5 = b5.add(FloatVector.fromArray(S, w, at + 13 * QUERIES));
            b6 = b6.add(FloatVector.fromArray(S, w, at + 14 * QUERIES));
            b7 = b7.add(FloatVector.fromArray(S, w, at + 15 * QUERIES));
        }
        a0 = a0.add(b0).add(a4.add(b4));
        a1 = a1.add(b1).add(a5.add(b5));
        a2 = a2.add(b2).add(a6.add(b6));
        a3 = a3.add(b3).add(a7.add(b7));
        FloatVector all = a0.add(a2).add(a1.add(a3));
        FloatVector.fromArray(S, w, sum).fma(FloatVector.fromArray(S, w, factor), all).intoArray(w, sum);
    }

    private void addValues(int from, int keys) {
        int stride = x.shape.kvHeads() * d;
        copyRows(x.v, (first + from) * stride + head / x.shape.groups() * d, stride, w, values, width, keys, d);
        for (int row = 0; row < rows; row += TILE) {
            int count = Math.min(TILE, rows - row);
            int seen = Math.min(keys, position + row + count - from);
            Tiles.product(count, width, seen, w, scores + row, 1, QUERIES, w, values, width, from == 0 ? null : w,
                    factor + row, w, out + row * width, width);
        }
    }

    /**
     * Copies rows of d numbers, four columns of vectors at a time, since a row is too short for a loop of its own and rows
     * far apart push each other out of the first cache; what lies between the rows of {@code to} is left as it is.
     */
    static void copyRows(float[] from, int fo, int fromStride, float[] to, int at, int toStride, int rows, int d) {
        int i = 0;
        for (; i + 4 * L <= d; i += 4 * L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a).intoArray(to, b);
                FloatVector.fromArray(S, from, a + L).intoArray(to, b + L);
                FloatVector.fromArray(S, from, a + 2 * L).intoArray(to, b + 2 * L);
                FloatVector.fromArray(S, from, a + 3 * L).intoArray(to, b + 3 * L);
            }
        }
        for (; i + L <= d; i += L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a).intoArray(to, b);
            }
        }
        if (i < d) {
            VectorMask<Float> in = S.indexInRange(i, d);
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a, in).intoArray(to, b, in);
            }
        }
    }

    private void write(int at, int stride) {
        for (int i = 0; i < rows; i += L) {
            VectorMath.log(FloatVector.fromArray(S, w, sum + i)).add(FloatVector.fromArray(S, w, max + i))
                    .intoArray(w, factor + i);
        }
        for (int row = 0; row < rows; row++) {
            x.lse[(first + position + row) * x.shape.heads() + head] = w[factor + row];
        }
        for (int i = 0; i < rows; i += L) {
            FloatVector.broadcast(S, 1f).div(FloatVector.fromArray(S, w, sum + i)).intoArray(w, sum + i);
        }
        scaleRows(w, out, width, w, sum, x.out, at, stride, rows, d);
    }

    /**
     * Rows of d numbers times a factor each. Adding 0 makes -0 to 0: which of them a sum of nothing is depends on the tile.
     */
    static void scaleRows(float[] from, int fo, int fromStride, float[] factors, int factor, float[] to, int at,
                          int toStride, int rows, int d) {
        FloatVector zero = FloatVector.zero(S);
        int i = 0;
        for (; i + 4 * L <= d; i += 4 * L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector by = FloatVector.broadcast(S, factors[factor + row]);
                FloatVector.fromArray(S, from, a).fma(by, zero).intoArray(to, b);
                FloatVector.fromArray(S, from, a + L).fma(by, zero).intoArray(to, b + L);
                FloatVector.fromArray(S, from, a + 2 * L).fma(by, zero).intoArray(to, b + 2 * L);
                FloatVector.fromArray(S, from, a + 3 * L).fma(by, zero).intoArray(to, b + 3 * L);
            }
        }
        for (; i + L <= d; i += L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a).fma(FloatVector.broadcast(S, factors[factor + row]), zero)
                        .intoArray(to, b);
            }
        }
        if (i < d) {
            VectorMask<Float> in = S.indexInRange(i, d);
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a, in).fma(FloatVector.broadcast(S, factors[factor + row]), zero)
                        .intoArray(to, b, in);
            }
        }
    }
}
