package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.backend.AttentionShape;

/**
 * The backward pass of causal attention over blocks of 64 queries by 64 keys (Dao et al. 2022, algorithm 4).
 *
 * <p>With p = e^(scale q k - lse): dv[j] = sum p[j] dout; ds[j] = scale p[j] (dout v[j] - dout out); dq = sum ds[j] k[j];
 * dk[j] = sum ds[j] q. Blocks of keys are the outer loop, so that keys and values are transposed once. Each number of dq is
 * one chain over keys in ascending order, each of dk and dv one chain over the heads of the group and, within, queries in
 * ascending order; so it does not matter whether one task makes all three or some make dq and others dk and dv.
 */
final class AttentionBackward {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Queries and keys of a block. */
    static final int BLOCK = Attention.QUERIES;
    /** Rows of a tile. */
    private static final int TILE = 8;

    /**
     * The tensors of one backward pass, as {@link org.soarj.tensor.backend.Backend#attentionBackward} has them.
     *
     * @param inner (N,H), dout out of each row and head
     */
    record Backward(AttentionShape shape, float[] q, float[] k, float[] v, float[] lse, float[] inner, float[] dout,
                    float[] dq, float[] dk, float[] dv) {}

    private final Backward x;
    private final float[] w;
    private final int d;
    private final int width;
    private final int first;
    private final int length;
    private final int kv;
    /** Where the parts of the scratch begin. Transposed (D,64): */
    private final int keysT;
    private final int valuesT;
    /** (64,64): */
    private final int weights;
    private final int slopes;
    /** (64,width): */
    private final int keys;
    private final int queries;
    private final int douts;
    private final int dq;
    private final int dk;
    private final int dv;
    /** 64 factors that keep what a product is added to. */
    private final int ones;

    private AttentionBackward(Backward x, int first, int length, int kv, float[] w) {
        this.x = x;
        this.w = w;
        this.first = first;
        this.length = length;
        this.kv = kv;
        d = x.shape.headDim();
        width = Lanes.padded(d);
        keysT = 0;
        valuesT = d * BLOCK;
        weights = 2 * d * BLOCK;
        slopes = weights + BLOCK * BLOCK;
        keys = slopes + BLOCK * BLOCK;
        queries = keys + BLOCK * width;
        douts = queries + BLOCK * width;
        dq = douts + BLOCK * width;
        dk = dq + BLOCK * width;
        dv = dk + BLOCK * width;
        ones = dv + BLOCK * width;
        Arrays.fill(w, ones, ones + BLOCK, 1f);
    }

    /** Numbers of scratch that one task needs. */
    static int scratch(int d) {
        return BLOCK * (2 * d + 2 * BLOCK + 6 * Lanes.padded(d) + 1);
    }

    /** dq, dk and dv of one key-value head in the sequence of {@code length} rows that begins at row {@code first}. */
    static void all(Backward x, int first, int length, int kv, float[] scratch) {
        new AttentionBackward(x, first, length, kv, scratch).run(0, length, 0, length, true, true);
    }

    /** dk and dv alone, for the block of keys at {@code position}, a multiple of {@link #BLOCK}. */
    static void keys(Backward x, int first, int length, int kv, int position, float[] scratch) {
        new AttentionBackward(x, first, length, kv, scratch)
                .run(position, Math.min(length, position + BLOCK), position, length, false, true);
    }

    /** dq alone, for queries [from, to); {@code from} is a multiple of {@link #BLOCK}. */
    static void queries(Backward x, int first, int length, int kv, int from, int to, float[] scratch) {
        new AttentionBackward(x, first, length, kv, scratch).run(0, to, from, to, true, false);
    }

    private void run(int firstKey, int endKey, int firstQuery, int endQuery, boolean wantQueries, boolean wantKeys) {
        int stride = x.shape.kvHeads() * d;
        for (int j = firstKey; j < endKey; j += BLOCK) {
            int count = Math.min(BLOCK, length - j);
            int at = (first + j) * stride + kv * d;
            Attention.transpose(x.k, at, stride, count, d, 1f, w, keysT);
            Attention.transpose(x.v, at, stride, count, d, 1f, w, valuesT);
            Attention.copyRows(x.k, at, stride, w, keys, width, count, d);
            Arrays.fill(w, dk, dk + 2 * BLOCK * width, 0f);
            for (int head = kv * x.shape.groups(); head < (kv + 1) * x.shape.groups(); head++) {
                for (int i = Math.max(j, firstQuery); i < endQuery; i += BLOCK) {
                    block(head, i, Math.min(BLOCK, length - i), j, count, wantQueries, wantKeys);
                }
            }
            if (wantKeys) {
                Attention.copyRows(w, dk, width, x.dk, at, stride, count, d);
                Attention.copyRows(w, dv, width, x.dv, at, stride, count, d);
            }
        }
    }

    private void block(int head, int i, int rows, int j, int count, boolean wantQueries, boolean wantKeys) {
        int stride = x.shape.heads() * d;
        int at = (first + i) * stride + head * d;
        Attention.copyRows(x.dout, at, stride, w, douts, width, rows, d);
        boolean diagonal = i == j;
        for (int row = 0; row < rows; row += TILE) {
            int tile = Math.min(TILE, rows - row);
            int cols = Lanes.padded(diagonal ? row + tile : count);
            Tiles.product(tile, cols, d, x.q, at + row * stride, stride, 1, w, keysT, BLOCK, null, 0, w,
                    weights + row * BLOCK, BLOCK);
            Tiles.product(tile, cols, d, w, douts + row * width, width, 1, w, valuesT, BLOCK, null, 0, w,
                    slopes + row * BLOCK, BLOCK);
            weigh(head, i, row, tile, cols, diagonal);
        }
        if (wantQueries) {
            addQueries(at, stride, rows, count, j == 0, diagonal);
        }
        if (wantKeys) {
            Attention.copyRows(x.q, at, stride, w, queries, width, rows, d);
            addKeys(rows, count, diagonal);
        }
    }

    /** Makes p of the scores and ds of dout v, for the rows of a tile. */
    private void weigh(int head, int i, int row, int tile, int cols, boolean diagonal) {
        for (int r = row; r < row + tile; r++) {
            int number = (first + i + r) * x.shape.heads() + head;
            int line = r * BLOCK;
            probabilities(w, weights + line, slopes + line, cols, x.shape.scale(), x.lse[number], x.inner[number]);
            if (diagonal) {
                clearLater(w, weights + line, slopes + line, r + 1, cols);
            }
        }
    }

    /** Makes numbers [from, cols) of two rows 0; {@code cols} is a multiple of 16. */
    private static void clearLater(float[] w, int p, int ds, int from, int cols) {
        FloatVector zero = FloatVector.zero(S);
        for (int i = from - from % L; i < cols; i += L) {
            VectorMask<Float> kept = S.indexInRange(i, from);
            zero.blend(FloatVector.fromArray(S, w, p + i), kept).intoArray(w, p + i);
            zero.blend(FloatVector.fromArray(S, w, ds + i), kept).intoArray(w, ds + i);
        }
    }

    private static void probabilities(float[] w, int p, int ds, int n, float scale, float lse, float inner) {
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector shift = FloatVector.broadcast(S, -lse);
        for (int i = 0; i < n; i += L) {
            FloatVector weight = VectorMath.exp(FloatVector.fromArray(S, w, p + i).fma(factor, shift));
            weight.intoArray(w, p + i);
            FloatVector.fromArray(S, w, ds + i).sub(inner).mul(weight.mul(factor)).intoArray(w, ds + i);
        }
    }

    private void addQueries(int at, int stride, int rows, int count, boolean firstKeys, boolean diagonal) {
        if (!firstKeys) {
            Attention.copyRows(x.dq, at, stride, w, dq, width, rows, d);
        }
        for (int row = 0; row < rows; row += TILE) {
            int tile = Math.min(TILE, rows - row);
            Tiles.product(tile, width, diagonal ? row + tile : count, w, slopes + row * BLOCK, BLOCK, 1, w, keys, width,
                    firstKeys ? null : w, ones, w, dq + row * width, width);
        }
        Attention.copyRows(w, dq, width, x.dq, at, stride, rows, d);
    }

    private void addKeys(int rows, int count, boolean diagonal) {
        for (int key = 0; key < count; key += TILE) {
            int tile = Math.min(TILE, count - key);
            int from = diagonal ? key : 0;
            int square = from * BLOCK + key;
            Tiles.product(tile, width, rows - from, w, weights + square, 1, BLOCK, w, douts + from * width, width, w, ones,
                    w, dv + key * width, width);
            Tiles.product(tile, width, rows - from, w, slopes + square, 1, BLOCK, w, queries + from * width, width, w, ones,
                    w, dk + key * width, width);
        }
    }
}
