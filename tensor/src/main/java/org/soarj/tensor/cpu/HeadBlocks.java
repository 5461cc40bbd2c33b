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
     * Copies rows times a factor to panels of height 64 at w[rows] ({@link HeadProducts}), and the same transposed to w[across],
     * (width,64). Columns that fill up the last group of 16 queries are 0.
     */
    static void transposed(float[] from, int fo, int stride, float factor, int count, int d, float[] w, int rows,
                           int across) {
        int width = Lanes.padded(d);
        int filled = Lanes.padded(count);
        HeadProducts.panels(from, fo, stride, factor, w, rows, QUERIES, count, d);
        for (int j = 0, cols; j < width; j += cols) {
            cols = HeadProducts.panel(width - j);
            int panel = rows + QUERIES * j;
            Arrays.fill(w, panel + count * cols, panel + filled * cols, 0f);
            for (int row = 0; row < filled; row += L) {
                for (int i = 0; i < cols; i += L) {
                    Transposition.block(w, panel + row * cols + i, cols, w, across + (j + i) * QUERIES + row, QUERIES);
                }
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
