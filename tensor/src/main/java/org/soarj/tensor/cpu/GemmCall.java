package org.soarj.tensor.cpu;

import java.util.function.IntConsumer;

/**
 * One product at a time: chooses its path, shares out its tasks and holds what they share. An object is used again for the
 * next product, with its buffers and those of its tasks.
 *
 * <p>What several tasks need is packed before they start, by tasks of its own and once: a block of b for all rows of c, one of
 * a for all columns. A product that has a task for each of its b's, few rows, or a small b does
 * without that step.
 */
final class GemmCall {
    /** Columns of one task of a row: the row of c stays in the first-level cache. */
    private static final int ROW_COLS = 1024;
    private static final int TRANSPOSED_ROW_COLS = 64;
    private static final int DEPTH = GemmBlocking.DEPTH;
    /** What one task packs: steps of k where those are far apart, else lines of a or b. */
    private static final int PACK_STEPS = 32;
    private static final int PACK_LINES = 64;
    private static final int PACK_COLS = GemmBlocking.MAX_OWN_COLS * DEPTH / PACK_STEPS;
    /** Numbers of c that one task multiplies by beta. */
    private static final int SCALED = 1 << 14;

    final GemmProduct product = new GemmProduct();
    private final GemmBlocking cut = new GemmBlocking();
    private final WorkPool pool;
    /** One for each thread: to lend them from a common place costs as much as a small task, as cores fight for its line. */
    private final ThreadLocal<GemmTask> workers = ThreadLocal.withInitial(GemmTask::new);
    private final IntConsumer row = this::row;
    private final IntConsumer transposedRow = this::transposedRow;
    private final IntConsumer rowsOfPanels = this::rowsOfPanels;
    private final IntConsumer alone = this::alone;
    private final IntConsumer pack = this::pack;
    private final IntConsumer multiply = this::multiply;
    private final IntConsumer scale = this::scale;
    private float[] packedA = {};
    private float[] packedB = {};
    /** Tasks side by side in c. */
    private int across;
    /** Counts products whose tasks pack what they need: what a thread has packed in this one its next task can use. */
    private long turn;
    /** Tasks below each other in c, of those that pack what they need. */
    private int down;
    /** The slab of k of the matrices that is being worked on. */
    private int batch;
    private int from;
    private int to;

    GemmCall(WorkPool pool) {
        this.pool = pool;
    }

    void run() {
        GemmProduct x = product;
        if (x.batches == 0 || x.m == 0 || x.n == 0) {
            return;
        }
        if (x.beta != 0f && x.beta != 1f) {
            share(Math.ceilDiv(x.sizeOfC(), SCALED), scale);
        }
        boolean oneRow = x.m == 1 && x.b != null;
        // Of a b in the caches tiles take a row in half the time: they keep c in registers. GemmRow reads a far b in order.
        boolean tiles = x.n >= GemmKernels.COLS && GemmBlocking.mayReadRows(x);
        if (oneRow && !x.transposeB && !tiles) {
            across = Math.ceilDiv(x.n, ROW_COLS);
            share(x.batches * across, row);
        } else if (oneRow && x.transposeB && Lanes.WIDTH == GemmRowTransposed.L && x.n >= GemmRowTransposed.L && x.alpha == 1f) {
            across = Math.max(1, x.n / TRANSPOSED_ROW_COLS);
            share(x.batches * across, transposedRow);
        } else if (x.panels != null && x.m <= GemmRowPanels.ROWS && !x.transposeA && x.alpha == 1f) {
            share(Math.ceilDiv(x.n, GemmRowPanels.TASK_COLS), rowsOfPanels);
        } else {
            cut.fit(x);
            across = Math.ceilDiv(x.n, cut.cols);
            if (cut.own) {
                apart();
            } else {
                together();
            }
        }
    }

    private void share(int tasks, IntConsumer body) {
        if (product.shared()) {
            pool.run(tasks, body);
            return;
        }
        for (int task = 0; task < tasks; task++) {
            body.accept(task);
        }
    }

    private void row(int task) {
        GemmProduct x = product;
        int item = task / across;
        int j = task % across * ROW_COLS;
        GemmRow.multiply(x.k, x.a, x.aAt(item, 0, 0), x.alpha, x.b, x.bAt(item, 0, j), x.n, x.adds(), x.c, x.cAt(item, 0, j),
                Math.min(ROW_COLS, x.n - j));
    }

    /** The last part has what is left over too: a part must not be narrower than a vector. */
    private void transposedRow(int task) {
        GemmProduct x = product;
        int item = task / across;
        int part = task % across;
        int j = part * TRANSPOSED_ROW_COLS;
        int end = part == across - 1 ? x.n : j + TRANSPOSED_ROW_COLS;
        workers.get().transposedRow(x, item, j, end);
    }

    /** c = beta c, once: chains can only go on from c or begin at 0. */
    private void scale(int task) {
        int first = task * SCALED;
        int end = Lanes.FIRST + first + Math.min(SCALED, product.sizeOfC() - first);
        for (int i = Lanes.FIRST + first; i < end; i++) {
            product.c[i] *= product.beta;
        }
    }

    private void rowsOfPanels(int task) {
        workers.get().rowsOfPanels(product, task * GemmRowPanels.TASK_COLS);
    }

    private void apart() {
        down = Math.ceilDiv(product.m, cut.taskRows);
        int tasks = product.batches * down * across;
        turn++;
        if (down > 1) {
            pool.run(tasks, alone);
        } else {
            share(tasks, alone);
        }
    }

    private void alone(int task) {
        int item = task / (down * across);
        int top = task / across % down * cut.taskRows;
        int j = task % across * cut.cols;
        if (cut.deep) {
            workers.get().deep(product, cut, item, top, j);
        } else {
            workers.get().alone(product, cut, turn, item, top, j);
        }
    }

    private void together() {
        GemmProduct x = product;
        int depth = Math.min(cut.slab, x.k);
        packedB = atLeast(packedB, Lanes.FIRST + depth * paddedCols() + (cut.walks ? GemmWalkingKernels.PANEL : 0));
        if (cut.packsA) {
            packedA = atLeast(packedA, Lanes.FIRST + Math.ceilDiv(depth, DEPTH) * paddedRows() * GemmTask.PACKED_STRIDE);
        }
        for (batch = 0; batch < x.batches; batch++) {
            for (from = 0; from == 0 || from < x.k; from += cut.slab) {
                to = Math.min(x.k, from + cut.slab);
                pool.run(packsOfA() + packsOfB(), pack);
                pool.run(Math.ceilDiv(x.m, cut.rows) * across, multiply);
            }
        }
    }

    private static float[] atLeast(float[] buffer, int size) {
        return buffer.length >= size ? buffer : new float[size];
    }

    private int paddedRows() {
        return GemmBlocking.padded(product.m, GemmBlocking.ROWS_UNIT);
    }

    private int paddedCols() {
        return GemmBlocking.padded(product.n, GemmKernels.COLS);
    }

    private int packsOfA() {
        return !cut.packsA ? 0 : product.transposeA ? Math.ceilDiv(to - from, PACK_STEPS) : Math.ceilDiv(product.m, PACK_LINES);
    }

    private int packsOfB() {
        return product.transposeB ? Math.ceilDiv(product.n, columnsOfPack())
                : Math.ceilDiv(to - from, PACK_STEPS) * Math.ceilDiv(product.n, PACK_COLS);
    }

    /** Columns of a transposed b that one task packs. */
    private int columnsOfPack() {
        return product.panels == null ? PACK_LINES : GemmRowPanels.TASK_COLS;
    }

    /** Packs some steps of all rows of a or of many columns of b, or all steps of a few where they lie side by side. */
    private void pack(int task) {
        if (task < packsOfA()) {
            if (product.transposeA) {
                packStepsOfA(from + task * PACK_STEPS);
            } else {
                packRowsOfA(task * PACK_LINES);
            }
            return;
        }
        int part = task - packsOfA();
        GemmTask worker = workers.get();
        if (product.transposeB) {
            packColumnsOfB(worker, part * columnsOfPack());
        } else {
            int side = Math.ceilDiv(product.n, PACK_COLS);
            packStepsOfB(worker, from + part / side * PACK_STEPS, part % side * PACK_COLS);
        }
    }

    private void packStepsOfA(int p) {
        int at = aAt(p, 0) + (p - from) % DEPTH;
        GemmTask.packA(product, batch, 0, product.m, p, Math.min(PACK_STEPS, to - p), packedA, at);
    }

    private void packRowsOfA(int start) {
        int end = Math.min(product.m, start + PACK_LINES);
        for (int i = start; i < end; i++) {
            for (int p = from; p < to; p += DEPTH) {
                GemmTask.packA(product, batch, i, 1, p, Math.min(DEPTH, to - p), packedA, aAt(p, i));
            }
        }
    }

    private void packStepsOfB(GemmTask worker, int p, int j) {
        int block = p - (p - from) % DEPTH;
        int depth = Math.min(DEPTH, to - block);
        int end = Math.min(product.n, j + PACK_COLS);
        worker.panelsOfB().pack(product, batch, block, depth, p, Math.min(PACK_STEPS, to - p), j, end, packedB, bAt(block, depth, j));
    }

    private void packColumnsOfB(GemmTask worker, int j) {
        int end = Math.min(product.n, j + columnsOfPack());
        for (int strip = j; strip < end; strip += GemmPanels.strip(product, strip, end)) {
            for (int p = from; p < to; p += DEPTH) {
                int depth = Math.min(DEPTH, to - p);
                worker.panelsOfB().packStrip(product, batch, p, depth, strip, j, end, packedB, bAt(p, depth, j));
            }
        }
    }

    private void multiply(int task) {
        workers.get().multiply(this, task / across * cut.rows, task % across * cut.cols);
    }

    int batch() {
        return batch;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    GemmBlocking cut() {
        return cut;
    }

    float[] packedA() {
        return packedA;
    }

    float[] packedB() {
        return packedB;
    }

    /** Where the packed rows from i on of the steps from p on are. */
    int aAt(int p, int i) {
        return Lanes.FIRST + ((p - from) / DEPTH * paddedRows() + i) * GemmTask.PACKED_STRIDE;
    }

    /** Where the panel of the columns from j on of {@code depth} steps from p on is. */
    int bAt(int p, int depth, int j) {
        return Lanes.FIRST + (p - from) * paddedCols() + j * depth;
    }
}
