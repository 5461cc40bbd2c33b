package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;

/**
 * The backward pass of causal attention over blocks of 64 queries by 64 keys (Dao et al. 2022, algorithm 4).
 *
 * <p>With p = e^(scale q k - lse): dv[j] = sum p[j] dout; ds[j] = scale p[j] (dout v[j] - dout out); dq = sum ds[j] k[j];
 * dk[j] = sum ds[j] q. As in {@link Attention}, p and ds lie with the positions down and the queries across, so that lse
 * and dout out are vectors and only q, dout and out are transposed, once for all keys. Each number of dq is one chain over
 * keys in ascending order, each of dk and dv one chain over the heads of the group and, within, queries in ascending order;
 * so it does not matter whether one task makes all three or some make dq and others dk and dv. An object is used again for the
 * next call.
 */
final class AttentionBackward {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final int FIRST = Lanes.FIRST;
    /** Queries and keys of a block. */
    private static final int BLOCK = HeadBlocks.QUERIES;
    private static final int COLUMN = HeadBlocks.COLUMN;

    private AttentionShape shape;
    private float[] q;
    private float[] k;
    private float[] v;
    private float[] out;
    private float[] lse;
    private float[] dout;
    private float[] dq;
    private float[] dk;
    private float[] dv;
    private int d;
    private int width;
    /** Where the parts of the scratch begin. Transposed, (width,64), the first at FIRST: queries and dout. */
    private int doutsT;
    /** (64,64): */
    private int weights;
    private int slopes;
    /** (64,width), the first three in panels: */
    private int queries;
    private int douts;
    private int keys;
    private int dqs;
    private int dkvs;
    /** 64 numbers: -lse and dout out. */
    private int shifts;
    private int inner;

    /** Prepares for one backward pass over the tensors of {@link org.soarj.tensor.backend.Backend#attentionBackward}. */
    void over(AttentionShape heads) {
        shape = heads;
        d = heads.headDim();
        width = Lanes.padded(d);
        doutsT = FIRST + width * BLOCK;
        weights = doutsT + width * BLOCK;
        slopes = weights + BLOCK * BLOCK;
        queries = slopes + BLOCK * BLOCK;
        douts = queries + BLOCK * width;
        keys = douts + BLOCK * width;
        dqs = keys + BLOCK * width;
        dkvs = dqs + BLOCK * width;
        shifts = dkvs + BLOCK * width;
        inner = shifts + BLOCK;
    }

    /** The tensors that the forward pass read and made. */
    void forward(Tensor queriesOf, Tensor keysOf, Tensor values, Tensor made, Tensor logSums) {
        q = queriesOf.data();
        k = keysOf.data();
        v = values.data();
        out = made.data();
        lse = logSums.data();
    }

    /** The gradients, of which the first is given. */
    void gradients(Tensor ofOut, Tensor ofQueries, Tensor ofKeys, Tensor ofValues) {
        dout = ofOut.data();
        dq = ofQueries.data();
        dk = ofKeys.data();
        dv = ofValues.data();
    }

    /** Lets go of the arrays. */
    void clear() {
        q = null;
        k = null;
        v = null;
        out = null;
        lse = null;
        dout = null;
        dq = null;
        dk = null;
        dv = null;
    }

    /** Numbers of scratch that one task needs. */
    int scratch() {
        return inner + BLOCK;
    }

    /** dq, dk and dv of one key-value head in the sequence of {@code length} rows that begins at row {@code first}. */
    void all(int first, int length, int kv, float[] scratch) {
        run(first, kv, 0, length, 0, length, true, true, scratch);
    }

    /** dk and dv alone, for the block of keys at {@code position}, a multiple of 64. */
    void keys(int first, int length, int kv, int position, float[] scratch) {
        run(first, kv, position, Math.min(length, position + BLOCK), position, length, false, true, scratch);
    }

    /** dq alone, for queries [from, to); {@code from} is a multiple of 64. */
    void queries(int first, int kv, int from, int to, float[] scratch) {
        run(first, kv, 0, to, from, to, true, false, scratch);
    }

    private void run(int first, int kv, int firstKey, int endKey, int firstQuery, int endQuery, boolean wantQueries,
                     boolean wantKeys, float[] w) {
        int stride = shape.heads() * d;
        int kvStride = shape.kvHeads() * d;
        for (int head = kv * shape.groups(); head < (kv + 1) * shape.groups(); head++) {
            for (int i = firstQuery; i < endQuery; i += BLOCK) {
                int rows = Math.min(BLOCK, endQuery - i);
                int at = FIRST + (first + i) * stride + head * d;
                prepare(at, FIRST + (first + i) * shape.heads() + head, rows, w);
                for (int j = firstKey; j < Math.min(endKey, i + rows); j += BLOCK) {
                    int count = Math.min(BLOCK, endKey - j);
                    int key = FIRST + (first + j) * kvStride + kv * d;
                    weigh(key, count, i - j, rows, w);
                    if (wantQueries) {
                        addQueries(key, count, i - j, rows, j == 0, w);
                    }
                    if (wantKeys) {
                        boolean fresh = i == j && head == kv * shape.groups();
                        addKeys(weights, douts, dv, key, count, i == j, rows, fresh, w);
                        addKeys(slopes, queries, dk, key, count, i == j, rows, fresh, w);
                    }
                }
                if (wantQueries) {
                    HeadBlocks.copy(w, dqs, width, 1f, dq, at, stride, rows, d);
                }
            }
        }
    }

    /** Brings a block of queries to scratch; until it has keys, their place is that of its out. */
    private void prepare(int at, int number, int rows, float[] w) {
        int stride = shape.heads() * d;
        HeadBlocks.transposed(dout, at, stride, 1f, rows, d, w, douts, doutsT);
        HeadBlocks.transposed(out, at, stride, 1f, rows, d, w, keys, FIRST);
        for (int column = 0; column < BLOCK; column += 4 * L) {
            dots(w, FIRST + column, doutsT + column, d, inner + column);
        }
        HeadBlocks.transposed(q, at, stride, 1f, rows, d, w, queries, FIRST);
        for (int row = 0, from = number; row < rows; row++, from += shape.heads()) {
            w[shifts + row] = -lse[from];
        }
    }

    /** to[i] = the chain over d of a[.,i] and b[.,i], both (d,64), for four vectors of columns. */
    private static void dots(float[] w, int a, int b, int d, int to) {
        FloatVector s0 = FloatVector.zero(S), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < d * BLOCK; i += BLOCK) {
            s0 = FloatVector.fromArray(S, w, a + i).fma(FloatVector.fromArray(S, w, b + i), s0);
            s1 = FloatVector.fromArray(S, w, a + i + L).fma(FloatVector.fromArray(S, w, b + i + L), s1);
            s2 = FloatVector.fromArray(S, w, a + i + 2 * L).fma(FloatVector.fromArray(S, w, b + i + 2 * L), s2);
            s3 = FloatVector.fromArray(S, w, a + i + 3 * L).fma(FloatVector.fromArray(S, w, b + i + 3 * L), s3);
        }
        s0.intoArray(w, to);
        s1.intoArray(w, to + L);
        s2.intoArray(w, to + 2 * L);
        s3.intoArray(w, to + 3 * L);
    }

    /** Makes p and ds of a block; those of keys that come after a query are 0. */
    private void weigh(int key, int count, int own, int rows, float[] w) {
        int stride = shape.kvHeads() * d;
        HeadProducts.scores(k, key, stride, count, own, rows, d, w, FIRST, weights);
        HeadProducts.scores(v, key, stride, count, own, rows, d, w, doutsT, slopes);
        for (int column = 0; column < rows; column += COLUMN) {
            int n = HeadBlocks.limit(column, own, count);
            for (int i = column; i < column + COLUMN; i += L) {
                probabilities(w, weights + i, slopes + i, n, shape.scale(), shifts + i, inner + i);
            }
            HeadBlocks.hide(w, weights + column, own + column, own + column + 1, n, 0f);
            HeadBlocks.hide(w, slopes + column, own + column, own + column + 1, n, 0f);
        }
    }

    private static void probabilities(float[] w, int p, int ds, int n, float scale, int shifts, int inner) {
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector shift = FloatVector.fromArray(S, w, shifts);
        FloatVector dot = FloatVector.fromArray(S, w, inner);
        int down = ds - p;
        for (int at = p; at < p + n * BLOCK; at += BLOCK) {
            FloatVector weight = VectorMath.exp(FloatVector.fromArray(S, w, at).fma(factor, shift));
            weight.intoArray(w, at);
            FloatVector.fromArray(S, w, at + down).sub(dot).mul(weight.mul(factor)).intoArray(w, at + down);
        }
    }

    private void addQueries(int key, int count, int own, int rows, boolean fresh, float[] w) {
        HeadProducts.panels(k, key, shape.kvHeads() * d, 1f, w, keys, BLOCK, count, d);
        HeadProducts.overKeys(rows, width, count, own, w, slopes, keys, 0, BLOCK, !fresh, dqs);
    }

    /** to[j] += the chain over the queries of factors[j,i] with row i of {@code b}; fresh: without reading {@code to}. */
    private void addKeys(int factors, int b, float[] to, int key, int count, boolean diagonal, int rows, boolean fresh,
                         float[] w) {
        int stride = shape.kvHeads() * d;
        // Rows that are whole vectors stay where they are.
        boolean inPlace = width == d;
        float[] c = inPlace ? to : w;
        int co = inPlace ? key : dkvs;
        int ldc = inPlace ? stride : width;
        if (!inPlace && !fresh) {
            HeadBlocks.copy(to, key, stride, 1f, w, dkvs, width, count, d);
        }
        int step = diagonal ? HeadProducts.ONE_LIMIT : count;
        for (int j = 0; j < count; j += step) {
            int from = diagonal ? j : 0;
            HeadProducts.overQueries(Math.min(step, count - j), width, rows - from, w, factors + j * BLOCK + from, b, from, !fresh, c,
                    co + j * ldc, ldc);
        }
        if (!inPlace) {
            HeadBlocks.copy(w, dkvs, width, 1f, to, key, stride, count, d);
        }
    }
}
