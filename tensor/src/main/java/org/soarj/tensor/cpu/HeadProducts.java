package org.soarj.tensor.cpu;

import java.util.Arrays;

/**
 * The matrix products of both passes of attention, of a block of up to 64 queries and some keys of one head: by the tiles of large
 * products where vectors have 16 lanes, half again as fast as those of {@link Tiles}, which make the rest. Every element is one chain of
 * fused multiply-adds in ascending order, whichever makes it.
 *
 * <p>What is made of keys and queries is (keys,64). Rows that are added up lie in panels, as a packed b does: the columns of one from j
 * on, {@code height} rows without a gap, begin at {@code height*j}.
 */
final class HeadProducts {
    private static final int QUERIES = HeadBlocks.QUERIES;
    private static final int COLUMN = HeadBlocks.COLUMN;
    private static final int WIDE = 4 * COLUMN;
    private static final int NARROW = 2 * COLUMN;
    /** Queries, or keys, of a block on the diagonal that have one limit. */
    static final int ONE_LIMIT = 8;
    /** Whether a panel is as wide as the tiles of {@link GemmKernels}, and there are registers for the tallest of them. */
    private static final boolean TILES = GemmKernels.COLS == WIDE;
    /** Factors that keep what {@link Tiles} adds to. */
    private static final float[] ONES = ones();

    private HeadProducts() {}

    private static float[] ones() {
        float[] ones = new float[QUERIES];
        Arrays.fill(ones, 1f);
        return ones;
    }

    /** Columns of the next panel where {@code left} are left, a multiple of 16. */
    static int panel(int left) {
        return left >= WIDE ? WIDE : left >= NARROW ? NARROW : COLUMN;
    }

    /** Copies rows of d numbers times a factor into panels; what fills up the last one is left as it is. */
    static void panels(float[] from, int fo, int stride, float factor, float[] w, int at, int height, int rows, int d) {
        for (int j = 0, cols; j < d; j += cols) {
            cols = panel(Lanes.padded(d - j));
            HeadBlocks.copy(from, fo + j, stride, factor, w, at + height * j, cols, rows, Math.min(cols, d - j));
        }
    }

    /**
     * w[to + j*64 + i] = the chain over d of key j and query i, for the keys that each column of 16 queries sees. Others may be written too.
     *
     * @param keys rows of d numbers, {@code stride} apart, of which {@code count} are in the block
     * @param own the key at the position of query 0; {@code count} or more when all queries see all keys
     * @param across where the transposed queries begin, (D,64)
     */
    static void scores(float[] keys, int ko, int stride, int count, int own, int queries, int d, float[] w, int across, int to) {
        // Of the second 16 keys on a diagonal the first column sees none; by these tiles they are sooner made than left out.
        int whole = TILES && queries > QUERIES - COLUMN ? HeadBlocks.limit(COLUMN, own, count) : 0;
        GemmKernels.tiles(whole, d, keys, ko, stride, w, across, false, w, to, QUERIES);
        for (int column = 0; column < queries; column += NARROW) {
            int both = Math.max(whole, HeadBlocks.limit(column, own, count));
            int cols = Math.min(NARROW, Lanes.padded(queries - column));
            Tiles.product(both - whole, cols, d, keys, ko + whole * stride, stride, 1, w, across + column, QUERIES, null, 0, w,
                    to + whole * QUERIES + column, QUERIES);
            if (cols > COLUMN) {
                int right = column + COLUMN;
                Tiles.product(HeadBlocks.limit(right, own, count) - both, COLUMN, d, keys, ko + both * stride, stride, 1, w,
                        across + right, QUERIES, null, 0, w, to + both * QUERIES + right, QUERIES);
            }
        }
    }

    /**
     * c[i,j] = c[i,j] or 0 + the chain over keys p of weights[p,i] rows[p,j], over those that a tile of queries sees.
     *
     * @param own the key at the position of query 0; {@code keys} or more when all queries see all keys, negative when the first see none
     * @param weights element (p,i) is at w[weights + p*64 + i]
     * @param panels rows in panels, of which the one numbered {@code first} is that of key 0
     * @param adds whether the chains go on from what is in c
     * @param co where c, (queries,width), begins in w
     */
    static void overKeys(int queries, int width, int keys, int own, float[] w, int weights, int panels, int first, int height, boolean adds,
                         int co) {
        int step = own >= keys ? queries : ONE_LIMIT;
        for (int row = 0; row < queries; row += step) {
            int rows = Math.min(step, queries - row);
            int seen = Math.min(keys, own + row + rows);
            if (seen > 0) {
                overAll(rows, width, seen, w, weights + row, panels, first, height, adds, co + row * width);
            }
        }
    }

    private static void overAll(int queries, int width, int keys, float[] w, int weights, int panels, int first, int height, boolean adds,
                                int co) {
        for (int j = 0, cols; j < width; j += cols) {
            cols = panel(width - j);
            int bo = panels + height * j + first * cols;
            if (!TILES) {
                Tiles.product(queries, cols, keys, w, weights, 1, QUERIES, w, bo, cols, adds ? ONES : null, 0, w, co + j, width);
            } else if (cols == WIDE) {
                HeadKernels.tiles(queries, keys, w, weights, w, bo, adds, w, co + j, width);
            } else {
                GemmTransposedKernels.tiles(cols, queries, keys, w, weights, QUERIES, w, bo, adds, w, co + j, width);
            }
        }
    }

    /**
     * c[i,j] = c[i,j] or 0 + the chain over queries p of weights[i,p] rows[p,j].
     *
     * @param weights element (i,p) is at w[weights + i*64 + p]
     * @param panels rows in panels of height 64, of which the one numbered {@code first} is that of query 0
     * @param adds whether the chains go on from what is in c
     */
    static void overQueries(int keys, int width, int queries, float[] w, int weights, int panels, int first, boolean adds, float[] c,
                            int co, int ldc) {
        for (int j = 0, cols; j < width; j += cols) {
            cols = panel(width - j);
            int bo = panels + QUERIES * j + first * cols;
            if (!TILES) {
                Tiles.product(keys, cols, queries, w, weights, QUERIES, 1, w, bo, cols, adds ? ONES : null, 0, c, co + j, ldc);
            } else if (cols == WIDE) {
                GemmKernels.tiles(keys, queries, w, weights, QUERIES, w, bo, adds, c, co + j, ldc);
            } else if (cols == NARROW) {
                GemmNarrowKernels.tiles(keys, queries, w, weights, QUERIES, w, bo, adds, c, co + j, ldc);
            } else {
                GemmSlimKernels.tiles(keys, queries, w, weights, QUERIES, w, bo, adds, c, co + j, ldc);
            }
        }
    }
}
