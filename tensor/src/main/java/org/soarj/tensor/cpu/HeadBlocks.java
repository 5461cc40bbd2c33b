package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What both passes of attention do with a block of up to 64 queries of one head: its way from the packed tensors to scratch
 * and back, and what is made of positions down and queries across, (keys,64).
 */
final class HeadBlocks {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Queries of a block. */
    static final int QUERIES = 64;
    /** Queries that have one limit of keys. */
    static final int COLUMN = Lanes.SUM_LANES;
    /** 0, 1, 2, ... */
    private static final FloatVector LANE = FloatVector.broadcast(S, 0f).addIndex(1);

    private HeadBlocks() {}

    /** Keys of a block of {@code keys} that the 16 queries from {@code column} on see; query 0 is key {@code own}. */
    static int limit(int column, int own, int keys) {
        return Math.min(keys, own + column + COLUMN);
    }

    /** Copies rows of d numbers times a factor; what lies between the rows of {@code to} is left as it is. */
    static void copy(float[] from, int fo, int fromStride, float factor, float[] to, int at, int toStride, int rows, int d) {
        FloatVector by = FloatVector.broadcast(S, factor);
        int i = 0;
        for (; i + 2 * L <= d; i += 2 * L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a).mul(by).intoArray(to, b);
                FloatVector.fromArray(S, from, a + L).mul(by).intoArray(to, b + L);
            }
        }
        for (; i + L <= d; i += L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a).mul(by).intoArray(to, b);
            }
        }
        if (i < d) {
            VectorMask<Float> in = S.indexInRange(i, d);
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector.fromArray(S, from, a, in).mul(by).intoArray(to, b, in);
            }
        }
    }

    /**
     * Rows of d numbers times a factor each. Adding 0 makes -0 to 0: which of them a sum of nothing is depends on the tile.
     */
    static void scale(float[] from, int fo, int fromStride, float[] factors, int factor, float[] to, int at, int toStride,
                      int rows, int d) {
        FloatVector zero = FloatVector.zero(S);
        int i = 0;
        for (; i + 2 * L <= d; i += 2 * L) {
            for (int row = 0, a = fo + i, b = at + i; row < rows; row++, a += fromStride, b += toStride) {
                FloatVector by = FloatVector.broadcast(S, factors[factor + row]);
                FloatVector.fromArray(S, from, a).fma(by, zero).intoArray(to, b);
                FloatVector.fromArray(S, from, a + L).fma(by, zero).intoArray(to, b + L);
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

    /**
     * Copies rows times a factor to w[rows], (count,width), and the same transposed to w[across], (width,64). Columns that
     * fill up the last group of 16 queries are 0.
     */
    static void transposed(float[] from, int fo, int stride, float factor, int count, int d, float[] w, int rows,
                           int across) {
        int width = Lanes.padded(d);
        int filled = Lanes.padded(count);
        copy(from, fo, stride, factor, w, rows, width, count, d);
        Arrays.fill(w, rows + count * width, rows + filled * width, 0f);
        for (int row = 0; row < filled; row += L) {
            for (int i = 0; i < width; i += L) {
                Transposition.block(w, rows + row * width + i, width, w, across + i * QUERIES + row, QUERIES);
            }
        }
    }

    /**
     * w[to + j*64 + i] = the chain over d of key j and query i, for the keys that each column of 16 queries sees.
     *
     * @param keys rows of d numbers, {@code stride} apart, of which {@code count} are in the block
     * @param own the key at the position of query 0; {@code count} or more when all queries see all keys
     * @param across where the transposed queries begin, (D,64)
     */
    static void products(float[] keys, int ko, int stride, int count, int own, int queries, int d, float[] w, int across,
                         int to) {
        for (int column = 0; column < queries; column += 2 * COLUMN) {
            int both = limit(column, own, count);
            int cols = Math.min(2 * COLUMN, Lanes.padded(queries - column));
            Tiles.product(both, cols, d, keys, ko, stride, 1, w, across + column, QUERIES, null, 0, w, to + column, QUERIES);
            if (cols > COLUMN) {
                int right = column + COLUMN;
                Tiles.product(limit(right, own, count) - both, COLUMN, d, keys, ko + both * stride, stride, 1, w,
                        across + right, QUERIES, null, 0, w, to + both * QUERIES + right, QUERIES);
            }
        }
    }

    /** Gives keys [from, to) a number in those of 16 queries that they come after; query 0 is key {@code own}. */
    static void hide(float[] w, int at, int own, int from, int to, float number) {
        for (int lane = 0; lane < COLUMN; lane += L) {
            for (int j = from; j < to; j++) {
                int a = at + j * QUERIES + lane;
                FloatVector.fromArray(S, w, a).blend(number, LANE.compare(VectorOperators.LT, (float) (j - own - lane)))
                        .intoArray(w, a);
            }
        }
    }
}
