package org.soarj.tensor.cpu;

import java.util.Arrays;

/** Cuts work into tasks for the pool: by shape alone, never by the number of threads. */
final class Tasks {
    /** Elements of one task of an element-wise or row kernel; a multiple of every vector width. */
    static final int CHUNK = 16_384;
    /**
     * Elements of the rows of one call of a row kernel, which goes over them several times: few enough for the processor to
     * fetch the next rows in the meantime (4,096 are a fifth slower beyond the caches), enough for rows to overlap.
     */
    private static final int FEW = 1_024;
    /** Rows that are added up before their sums are, unless {@link #CHUNK} makes it more. */
    private static final int SUM_ROWS = 64;
    /** Columns of one task where every task goes over all rows. */
    private static final int COLUMNS = 64;

    private final WorkPool pool;
    private final Scratch scratch;

    Tasks(WorkPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    interface Range {
        void accept(int from, int to);
    }

    interface RangeWithWork {
        void accept(int from, int to, float[] work);
    }

    /** Makes the sums of the columns of rows [from, to), at sums[at]. */
    interface ColumnSums {
        void accept(int from, int to, float[] sums, int at);
    }

    void chunks(int size, Range body) {
        pool.run((size + CHUNK - 1) / CHUNK, task ->
                body.accept(task * CHUNK, Math.min(size, task * CHUNK + CHUNK)));
    }

    /** Shares out rows [from, to), in tasks of about CHUNK elements. */
    void rows(int rows, int cols, Range body) {
        int perTask = Math.max(1, CHUNK / Math.max(1, cols));
        pool.run((rows + perTask - 1) / perTask, task ->
                body.accept(task * perTask, Math.min(rows, task * perTask + perTask)));
    }

    /** {@link #rows} with work space of {@link Rows#WORK} numbers. */
    void rowsWithWork(int rows, int cols, RangeWithWork body) {
        rows(rows, cols, (from, to) -> {
            float[] work = scratch.take(Rows.WORK);
            body.accept(from, to, work);
            scratch.give(work);
        });
    }

    /** {@link #rowsWithWork} in calls for a few rows each. */
    void fewRows(int rows, int cols, RangeWithWork body) {
        rows(rows, cols, (from, to) -> {
            float[] work = scratch.take(Rows.WORK);
            fewRows(from, to, cols, work, body);
            scratch.give(work);
        });
    }

    /** Calls {@code body} for a few rows of [from, to) at a time, in order. */
    static void fewRows(int from, int to, int cols, float[] work, RangeWithWork body) {
        int few = Math.clamp(FEW / Math.max(1, cols), 1, Rows.ROWS);
        for (int row = from; row < to; row += few) {
            body.accept(row, Math.min(to, row + few), work);
        }
    }

    /** Shares out columns [from, to), for kernels in which every task goes over all rows. */
    void columns(int cols, Range body) {
        pool.run((cols + COLUMNS - 1) / COLUMNS, task ->
                body.accept(task * COLUMNS, Math.min(cols, task * COLUMNS + COLUMNS)));
    }

    /** Adds to {@code to} the sums that {@code body} makes of blocks of rows, block by block in ascending order. */
    void sumColumns(int rows, int cols, float[] to, ColumnSums body) {
        int perBlock = Math.max(SUM_ROWS, CHUNK / Math.max(1, cols));
        int blocks = (rows + perBlock - 1) / perBlock;
        float[] sums = scratch.take(blocks * cols);
        pool.run(blocks, block -> {
            Arrays.fill(sums, block * cols, block * cols + cols, 0f);
            body.accept(block * perBlock, Math.min(rows, block * perBlock + perBlock), sums, block * cols);
        });
        columns(cols, (from, until) -> Sums.addRows(sums, cols, 0, blocks, to, 0, from, until));
        scratch.give(sums);
    }
}
