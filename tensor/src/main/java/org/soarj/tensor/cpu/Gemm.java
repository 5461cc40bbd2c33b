package org.soarj.tensor.cpu;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;

/**
 * Matrix products over row-major arrays: cuts c into tasks ({@link GemmBlocking}), each of which brings blocks of a and b
 * into the order and the cache that the tiles want ({@link GemmTask}, {@link GemmPacking}) and runs the tiles over them
 * ({@link GemmKernels}).
 */
final class Gemm {
    /** Below this many multiply-adds, ten microseconds at most, a product stays on the calling thread. */
    private static final long SMALL = 400_000;
    /** Fewer rows than this take as long, because the time goes into reading b. */
    private static final int LEAST_ROWS = 8;
    /** Columns of one task of a row: the row of c stays in the first-level cache. */
    private static final int ROW_COLS = 1024;
    private static final int TRANSPOSED_ROW_COLS = 64;

    private final WorkPool pool;
    /** Not one for each worker: callers that find the workers busy run their tasks themselves. */
    private final AtomicReferenceArray<GemmTask> idle;

    Gemm(WorkPool pool) {
        this.pool = pool;
        this.idle = new AtomicReferenceArray<>(pool.threads());
    }

    /**
     * {@code batches} products {@code c = alpha op(a) op(b) + beta c} of matrices that lie one behind the other.
     *
     * @param b null if b is stored in 16 bits
     * @param half null if b is stored as floats
     */
    record Product(int batches, int m, int n, int k, float[] a, boolean transposeA, float[] b, HalfBits half,
                   boolean transposeB, float alpha, float beta, float[] c) {

        boolean shared() {
            return (long) batches * Math.max(m, LEAST_ROWS) * n * k >= SMALL;
        }

        /** Where row i, column p of op(a) is. */
        int aAt(int batch, int i, int p) {
            return batch * m * k + (transposeA ? p * m + i : i * k + p);
        }

        /** Where row p, column j of op(b) is. */
        int bAt(int batch, int p, int j) {
            return batch * k * n + (transposeB ? j * k + p : p * n + j);
        }

        /** Where row i, column j of c is. */
        int cAt(int batch, int i, int j) {
            return (batch * m + i) * n + j;
        }
    }

    void run(Product x) {
        if (x.c.length == 0) {
            return;
        }
        if (x.m == 1 && !x.transposeB && x.half == null) {
            int across = Math.ceilDiv(x.n, ROW_COLS);
            share(x, x.batches * across, task -> row(x, task / across, task % across * ROW_COLS));
            return;
        }
        if (x.m == 1 && x.half == null && Lanes.WIDTH == GemmRowTransposed.L && x.n >= GemmRowTransposed.L && x.alpha == 1f) {
            int across = Math.max(1, x.n / TRANSPOSED_ROW_COLS);
            share(x, x.batches * across, task -> transposedRow(x, task / across, task % across, across));
            return;
        }
        if (x.half != null && fewStoredRows(x)) {
            int across = x.n / GemmRowStored.COLS;
            share(x, across, task -> {
                GemmTask worker = take();
                worker.storedRows(x, task * GemmRowStored.COLS);
                giveBack(worker);
            });
            return;
        }
        GemmBlocking cut = GemmBlocking.of(x);
        int across = Math.ceilDiv(x.n, cut.cols());
        int blocks = cut.tasks(x.m, x.n);
        share(x, x.batches * blocks, task -> {
            int block = task % blocks;
            GemmTask worker = take();
            worker.run(x, cut, task / blocks, block / across * cut.rows(), block % across * cut.cols());
            giveBack(worker);
        });
    }

    private static boolean fewStoredRows(Product x) {
        return x.batches == 1 && x.m <= GemmRowStored.ROWS && !x.transposeA && x.transposeB && x.alpha == 1f
                && Lanes.WIDTH == GemmRowStored.L && x.n % GemmRowStored.COLS == 0;
    }

    private static void row(Product x, int batch, int j) {
        GemmRow.multiply(x.k, x.a, x.aAt(batch, 0, 0), x.alpha, x.b, x.bAt(batch, 0, j), x.n, x.beta, x.c,
                x.cAt(batch, 0, j), Math.min(ROW_COLS, x.n - j));
    }

    /** The last part has what is left over too: a part must not be narrower than a vector. */
    private static void transposedRow(Product x, int batch, int part, int parts) {
        int j = part * TRANSPOSED_ROW_COLS;
        int end = part == parts - 1 ? x.n : j + TRANSPOSED_ROW_COLS;
        GemmRowTransposed.multiply(x.k, x.a, x.aAt(batch, 0, 0), x.b, x.bAt(batch, 0, j), x.beta, x.c, x.cAt(batch, 0, j),
                end - j);
    }

    private void share(Product x, int tasks, IntConsumer body) {
        if (x.shared()) {
            pool.run(tasks, body);
            return;
        }
        for (int task = 0; task < tasks; task++) {
            body.accept(task);
        }
    }

    private GemmTask take() {
        for (int i = 0; i < idle.length(); i++) {
            GemmTask task = idle.getAndSet(i, null);
            if (task != null) {
                return task;
            }
        }
        return new GemmTask();
    }

    /** Keeps as many as there are threads; any beyond that are left to the collector. */
    private void giveBack(GemmTask task) {
        for (int i = 0; i < idle.length(); i++) {
            if (idle.compareAndSet(i, null, task)) {
                return;
            }
        }
    }
}
