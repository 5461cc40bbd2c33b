package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.Tensor;
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
 * have the weight 0, which changes nothing as long as values are finite. An object is used again for the next call.
 */
final class Attention {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final int FIRST = Lanes.FIRST;
    private static final int QUERIES = HeadBlocks.QUERIES;
    private static final int COLUMN = HeadBlocks.COLUMN;
    /** Keys between one rescaling and the next. */
    static final int KEYS = 128;

    private AttentionShape shape;
    private float[] q;
    private float[] k;
    private float[] v;
    private float[] out;
    private float[] lse;
    private int d;
    private int width;
    /** Where the parts of the scratch begin; queries (width,64) are at FIRST. 64 factors of what came before; (128,64): */
    private int factor;
    private int scores;
    /** (128,width), in panels, and (64,width): */
    private int values;
    private int sums;
    /** 64 numbers: maximum and sum of each query. */
    private int max;
    private int sum;

    /** Prepares for one forward pass over the tensors of {@link org.soarj.tensor.backend.Backend#attention}. */
    void over(AttentionShape heads, Tensor queries, Tensor keys, Tensor ofKeys, Tensor to, Tensor logSums) {
        shape = heads;
        q = queries.data();
        k = keys.data();
        v = ofKeys.data();
        out = to.data();
        lse = logSums.data();
        d = heads.headDim();
        width = Lanes.padded(d);
        factor = FIRST + width * QUERIES;
        scores = factor + QUERIES;
        values = scores + KEYS * QUERIES;
        sums = values + KEYS * width;
        max = sums + QUERIES * width;
        sum = max + QUERIES;
    }

    /** Lets go of the arrays. */
    void clear() {
        q = null;
        k = null;
        v = null;
        out = null;
        lse = null;
    }

    /** Numbers of scratch that {@link #block} needs. */
    int scratch() {
        return sum + QUERIES;
    }

    /**
     * Rows [first + position, first + position + rows) of one query head, in the sequence that begins at row {@code first}.
     *
     * @param position a multiple of 64
     * @param rows at most 64
     */
    void block(int first, int position, int rows, int head, float[] w) {
        attend(first, position, rows, head, w);
        write(first + position, rows, head, w);
    }

    private void attend(int first, int position, int rows, int head, float[] w) {
        int stride = shape.heads() * d;
        HeadBlocks.transposed(q, FIRST + (first + position) * stride + head * d, stride, shape.scale(), rows, d, w, sums, FIRST);
        Arrays.fill(w, max, max + QUERIES, Float.NEGATIVE_INFINITY);
        Arrays.fill(w, sum, sum + QUERIES, 0f);
        int kvStride = shape.kvHeads() * d;
        int kv = FIRST + first * kvStride + head / shape.groups() * d;
        for (int from = 0; from < position + rows; from += KEYS) {
            int keys = Math.min(KEYS, position + rows - from);
            int own = position - from;
            HeadProducts.scores(k, kv + from * kvStride, kvStride, keys, own, rows, d, w, FIRST, scores);
            for (int column = 0; column < rows; column += COLUMN) {
                int seen = HeadBlocks.limit(column, own, keys);
                hideLater(column, own, seen, w);
                for (int i = column; i < column + COLUMN; i += L) {
                    softmax(w, scores + i, Lanes.padded(seen), max + i, sum + i);
                }
            }
            HeadProducts.panels(v, kv + from * kvStride, kvStride, 1f, w, values, KEYS, keys, d);
            addValues(from == 0, own, keys, rows, w);
        }
    }

    /** Scores of positions that come after the query, or after the last key, become -infinity. */
    private void hideLater(int column, int own, int n, float[] w) {
        for (int j = n; j < Lanes.padded(n); j++) {
            int at = scores + j * QUERIES + column;
            Arrays.fill(w, at, at + COLUMN, Float.NEGATIVE_INFINITY);
        }
        HeadBlocks.hide(w, scores + column, own + column, own + column + 1, n, Float.NEGATIVE_INFINITY);
    }

    /**
     * Makes weights of n scores of one vector of queries, n a multiple of 16, and brings their maximum and sum up to date:
     * sum = factor sum + the weights, in the lanes and the tree of {@link VectorMath#expRow}. The factor of what came
     * before is made as if the last maximum were a score, in the row before the first.
     *
     * <p>C2 inlines no method of ours, and boxes the vectors it is given, once a method has grown to some 8,000 bytecodes.
     * So the calls come first, and this method is too large to be inlined into another.
     */
    private static void softmax(float[] w, int scores, int n, int max, int sum) {
        FloatVector m0 = FloatVector.fromArray(S, w, max), m1 = m0, m2 = m0, m3 = m0;
        int factor = scores - QUERIES;
        m0.intoArray(w, factor);
        int end = scores + n * QUERIES;
        for (int at = scores; at < end; at += QUERIES) {
            FloatVector score = FloatVector.fromArray(S, w, at);
            FloatVector larger = m0.blend(score, score.compare(VectorOperators.GT, m0));
            m0 = m1;
            m1 = m2;
            m2 = m3;
            m3 = larger;
        }
        m0 = m0.blend(m1, m1.compare(VectorOperators.GT, m0));
        m2 = m2.blend(m3, m3.compare(VectorOperators.GT, m2));
        m0 = m0.blend(m2, m2.compare(VectorOperators.GT, m0));
        m0.intoArray(w, max);
        for (int at = factor; at < end; at += QUERIES) {
            VectorMath.expBounded(FloatVector.fromArray(S, w, at).sub(m0)).intoArray(w, at);
        }
        FloatVector a0 = FloatVector.zero(S), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0, b6 = a0, b7 = a0;
        for (int at = scores; at < end; at += 16 * QUERIES) {
            a0 = FloatVector.fromArray(S, w, at).add(a0);
            a1 = FloatVector.fromArray(S, w, at + QUERIES).add(a1);
            a2 = FloatVector.fromArray(S, w, at + 2 * QUERIES).add(a2);
            a3 = FloatVector.fromArray(S, w, at + 3 * QUERIES).add(a3);
            a4 = FloatVector.fromArray(S, w, at + 4 * QUERIES).add(a4);
            a5 = FloatVector.fromArray(S, w, at + 5 * QUERIES).add(a5);
            a6 = FloatVector.fromArray(S, w, at + 6 * QUERIES).add(a6);
            a7 = FloatVector.fromArray(S, w, at + 7 * QUERIES).add(a7);
            b0 = FloatVector.fromArray(S, w, at + 8 * QUERIES).add(b0);
            b1 = FloatVector.fromArray(S, w, at + 9 * QUERIES).add(b1);
            b2 = FloatVector.fromArray(S, w, at + 10 * QUERIES).add(b2);
            b3 = FloatVector.fromArray(S, w, at + 11 * QUERIES).add(b3);
            b4 = FloatVector.fromArray(S, w, at + 12 * QUERIES).add(b4);
            b5 = FloatVector.fromArray(S, w, at + 13 * QUERIES).add(b5);
            b6 = FloatVector.fromArray(S, w, at + 14 * QUERIES).add(b6);
            b7 = FloatVector.fromArray(S, w, at + 15 * QUERIES).add(b7);
        }
        a0 = a0.add(b0).add(a4.add(b4));
        a1 = a1.add(b1).add(a5.add(b5));
        a2 = a2.add(b2).add(a6.add(b6));
        a3 = a3.add(b3).add(a7.add(b7));
        FloatVector all = a0.add(a2).add(a1.add(a3));
        FloatVector.fromArray(S, w, sum).fma(FloatVector.fromArray(S, w, factor), all).intoArray(w, sum);
    }

    /** Half of the block at a time, because weights and values of all of it are more than the first cache holds. */
    private void addValues(boolean fresh, int own, int keys, int rows, float[] w) {
        if (!fresh) {
            HeadBlocks.scale(w, sums, width, w, factor, w, sums, width, rows, width);
        }
        for (int from = 0; from < keys; from += KEYS / 2) {
            boolean adds = !fresh || from > 0;
            int count = Math.min(KEYS / 2, keys - from);
            HeadProducts.overKeys(rows, width, count, own - from, w, scores + from * QUERIES, values, from, KEYS, adds, sums);
        }
    }

    private void write(int row, int rows, int head, float[] w) {
        for (int i = 0; i < rows; i += L) {
            FloatVector total = FloatVector.fromArray(S, w, sum + i);
            VectorMath.log(total).add(FloatVector.fromArray(S, w, max + i)).intoArray(w, factor + i);
            FloatVector.broadcast(S, 1f).div(total).intoArray(w, sum + i);
        }
        for (int i = 0, to = FIRST + row * shape.heads() + head; i < rows; i++, to += shape.heads()) {
            lse[to] = w[factor + i];
        }
        HeadBlocks.scale(w, sums, width, w, sum, out, FIRST + (row * shape.heads() + head) * d, shape.heads() * d, rows, d);
    }
}
