package org.soarj.tensor.cpu;

/**
 * Matrix product over row-major arrays: cuts c into blocks of rows by panels of {@link GemmKernels#TILE_COLS} columns, one
 * task each, and walks k in blocks so that a panel of b stays in the second-level cache.
 *
 * <p>Only b is ever packed, and only where its rows are not contiguous along n (transposed) or a panel is narrower than a
 * tile: a is read one number at a time, which costs the same in any order.
 */
final class Gemm {
    private static final int TILE_COLS = GemmKernels.TILE_COLS;
    private static final int BLOCK_ROWS = 256;
    private static final int BLOCK_K = 512;
    /** Below this many multiply-adds the product stays on the calling thread. */
    private static final long SMALL = 40_000;

    private final WorkPool pool;

    Gemm(WorkPool pool) {
        this.pool = pool;
    }

    /** The operands of one product; {@code c = beta c + op(a) op(b)}. */
    record Operands(int m, int n, int k, float[] a, int ao, boolean transposeA, float[] b, int bo, boolean transposeB,
                    float beta, float[] c, int co) {

        long multiplyAdds() {
            return (long) m * n * k;
        }
    }

    void run(Operands x) {
        int panels = (x.n + TILE_COLS - 1) / TILE_COLS;
        int blockRows = Math.min(BLOCK_ROWS, roundUp((x.m + 1) / 2, GemmKernels.TILE_ROWS));
        int blocks = Math.max(1, (x.m + blockRows - 1) / blockRows);
        if (x.multiplyAdds() < SMALL) {
            runSerial(x);
            return;
        }
        pool.run(panels * blocks, task -> {
            int from = task / panels * blockRows;
            block(x, from, Math.min(x.m, from + blockRows), task % panels * TILE_COLS);
        });
    }

    void runSerial(Operands x) {
        for (int j = 0; j < x.n; j += TILE_COLS) {
            block(x, 0, x.m, j);
        }
    }

    /** Rows [from, to) of the panel that starts at column j. */
    private static void block(Operands x, int from, int to, int j) {
        int rows = to - from;
        int cols = Math.min(TILE_COLS, x.n - j);
        boolean packed = x.transposeB || cols < TILE_COLS;
        float[] panel = packed ? new float[Math.min(BLOCK_K, Math.max(1, x.k)) * TILE_COLS] : null;
        float[] tile = cols < TILE_COLS ? new float[rows * TILE_COLS] : null;
        int ai = x.transposeA ? 1 : x.k;
        int ak = x.transposeA ? x.m : 1;
        for (int p = 0; p == 0 || p < x.k; p += BLOCK_K) {
            int depth = Math.min(BLOCK_K, x.k - p);
            float beta = p == 0 ? x.beta : 1f;
            float[] b = x.b;
            int bo = x.bo + p * x.n + j;
            int ldb = x.n;
            if (packed) {
                pack(x, p, depth, j, cols, panel);
                b = panel;
                bo = 0;
                ldb = TILE_COLS;
            }
            int ao = x.ao + from * ai + p * ak;
            int co = x.co + from * x.n + j;
            if (tile == null) {
                GemmKernels.tiles(rows, depth, x.a, ao, ai, ak, b, bo, ldb, beta, x.c, co, x.n);
            } else {
                copyRows(x.c, co, x.n, tile, 0, TILE_COLS, rows, cols);
                GemmKernels.tiles(rows, depth, x.a, ao, ai, ak, b, bo, ldb, beta, tile, 0, TILE_COLS);
                copyRows(tile, 0, TILE_COLS, x.c, co, x.n, rows, cols);
            }
        }
    }

    /** Rows [p, p+depth) of op(b), columns [j, j+cols), as rows of TILE_COLS numbers padded with zeros. */
    private static void pack(Operands x, int p, int depth, int j, int cols, float[] panel) {
        if (x.transposeB) {
            for (int jj = 0; jj < cols; jj++) {
                int from = x.bo + (j + jj) * x.k + p;
                for (int pp = 0; pp < depth; pp++) {
                    panel[pp * TILE_COLS + jj] = x.b[from + pp];
                }
            }
        } else {
            copyRows(x.b, x.bo + p * x.n + j, x.n, panel, 0, TILE_COLS, depth, cols);
        }
    }

    private static void copyRows(float[] from, int fo, int fromStride, float[] to, int at, int toStride, int rows,
                                 int cols) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(from, fo + i * fromStride, to, at + i * toStride, cols);
        }
    }

    private static int roundUp(int n, int multiple) {
        return Math.max(multiple, (n + multiple - 1) / multiple * multiple);
    }
}
