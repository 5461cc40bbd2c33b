package org.soarj.tensor.cpu;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.UnaryOp;

/**
 * The arguments of one kernel, and how its work is cut into tasks for the pool: by shape alone, never by the number of
 * threads.
 *
 * <p>A lambda that reads its arguments from around it is a new object for each call, and a training step makes hundreds of
 * calls. So the bodies given here capture nothing: Java keeps one object of each for good, and they find their arguments in
 * this one, which is filled anew for the next call of the thread.
 */
final class KernelCall {
    /** Rows that are added up before their sums are, unless {@link Tasks#CHUNK} makes it more. */
    private static final int SUM_ROWS = 64;
    /** Most tasks of a kernel, as the beginning and the end of each wait for memory. */
    private static final int MOST_TASKS = 64;
    /** Columns of one task where every task goes over all rows. */
    private static final int COLUMNS = 64;

    /** The tensors of the kernel, in its order. */
    Tensor a;
    Tensor b;
    Tensor c;
    Tensor d;
    Tensor e;
    /** What else it was given. */
    UnaryOp unary;
    BinaryOp binary;
    AttentionShape heads;
    int[] indices;
    int[] positions;
    float factor;
    /** Numbers of a row. */
    int cols;
    /** Where the rows of two tensors begin that are broadcast. */
    Broadcast.Starts startsA;
    Broadcast.Starts startsB;
    /** Sums of blocks of rows, of rows or of chunks, which begin where those of a tensor would. */
    float[] sums;
    /** Rows of a block: its sums are the row of {@link #sums} with its number. */
    int sumRows;
    double[] squares = {};

    private final WorkPool pool;
    private final Scratch scratch;
    private final IntConsumer range = this::range;
    private final IntConsumer rows = this::rows;
    private final IntConsumer blocksOfRows = this::blocksOfRows;
    private Range body;
    private RowRange rowBody;
    /** Numbers of work space of a task. */
    private int room;
    /** Where what is shared out begins, its size, and how much of it is one task. */
    private int first;
    private int size;
    private int perTask;
    /** Where the sums of so many blocks of {@link #sumRows} rows are added up. */
    private int blocks;
    private float[] totals;

    /** Does the part [from, to) of the work. */
    interface Range {
        void accept(KernelCall in, int from, int to);
    }

    /** Does the part [from, to) of the work, rows as a rule, with work space. */
    interface RowRange {
        void accept(KernelCall in, int from, int to, float[] work);
    }

    KernelCall(WorkPool pool, Scratch scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    void tensors(Tensor first, Tensor second, Tensor third, Tensor fourth, Tensor fifth) {
        a = first;
        b = second;
        c = third;
        d = fourth;
        e = fifth;
    }

    KernelCall op(UnaryOp op) {
        unary = op;
        return this;
    }

    KernelCall op(BinaryOp op) {
        binary = op;
        return this;
    }

    KernelCall factor(float number) {
        factor = number;
        return this;
    }

    KernelCall indices(int[] numbers) {
        indices = numbers;
        return this;
    }

    KernelCall starts(Broadcast.Starts ofA, Broadcast.Starts ofB) {
        startsA = ofA;
        startsB = ofB;
        return this;
    }

    KernelCall sums(float[] parts) {
        sums = parts;
        return this;
    }

    /** Room for so many sums in double precision, at {@link #squares}. */
    double[] squares(int count) {
        if (squares.length < count) {
            squares = new double[count];
        }
        return squares;
    }

    KernelCall slots(AttentionShape shape, int[] lines, int[] places) {
        heads = shape;
        indices = lines;
        positions = places;
        return this;
    }

    /** Shares out the places [from, to) of a tensor's elements in its array, in tasks of whole chunks. */
    void chunks(int count, Range kernel) {
        share(count, perTask(count, Tasks.CHUNK), Lanes.FIRST, kernel);
    }

    /** {@link #chunks} with so many numbers of work space. */
    void chunksWithWork(int count, int work, RowRange kernel) {
        share(count, perTask(count, Tasks.CHUNK), Lanes.FIRST, work, kernel);
    }

    /** Shares out elements [from, to), in tasks of whole runs of so many. */
    void runs(int count, int length, Range kernel) {
        cols = length;
        share(count, perTask(count, chunk(length) * Math.max(1, length)), kernel);
    }

    /** Shares out rows [from, to), in tasks of about a chunk's elements or more. */
    void rows(int count, int width, Range kernel) {
        cols = width;
        share(count, perTask(count, chunk(width)), kernel);
    }

    /** Rows of a chunk. */
    private static int chunk(int width) {
        return Math.max(1, Tasks.CHUNK / Math.max(1, width));
    }

    /** The least multiple of {@code unit} that makes no more than the most tasks of {@code count}. */
    private static int perTask(int count, int unit) {
        return unit * Math.max(1, Math.ceilDiv(Math.ceilDiv(count, unit), MOST_TASKS));
    }

    /** Shares out columns [from, to), for kernels in which every task goes over all rows. */
    void columns(int count, Range kernel) {
        cols = count;
        share(count, COLUMNS, kernel);
    }

    void share(int count, int each, Range kernel) {
        share(count, each, 0, kernel);
    }

    private void share(int count, int each, int from, Range kernel) {
        body = kernel;
        run(count, each, from, range);
        clear();
    }

    private void range(int task) {
        body.accept(this, start(task), end(task));
    }

    private int start(int task) {
        return first + task * perTask;
    }

    private int end(int task) {
        return start(task) + Math.min(perTask, size - task * perTask);
    }

    /** Shares out rows [from, to) with work space of {@link Rows#work} numbers. */
    void rowsWithWork(int count, int width, RowRange kernel) {
        cols = width;
        share(count, perTask(count, chunk(width)), 0, Rows.work(width, 2), kernel);
    }

    private void share(int count, int each, int from, int work, RowRange kernel) {
        rowBody = kernel;
        room = work;
        run(count, each, from, rows);
        clear();
    }

    private void rows(int task) {
        float[] work = scratch.take(room);
        rowBody.accept(this, start(task), end(task), work);
        scratch.give(work);
    }

    /**
     * Adds to the tensor's array {@code to} the sums that {@code kernel} makes of blocks of rows, which are 0 before it, block by block in
     * ascending order.
     *
     * @param work numbers of work space that it needs
     */
    void sumColumns(int count, int width, float[] to, int work, RowRange kernel) {
        cols = width;
        rowBody = kernel;
        room = work;
        sumRows = Math.max(SUM_ROWS, Tasks.CHUNK / Math.max(1, width));
        blocks = Math.ceilDiv(count, sumRows);
        float[] ofBlocks = scratch.take(Lanes.FIRST + blocks * width);
        sums = ofBlocks;
        totals = to;
        run(count, perTask(count, sumRows), 0, blocksOfRows);
        columns(width, (in, from, until) ->
                Sums.addRows(in.sums, in.cols, 0, in.blocks, in.totals, Lanes.FIRST, from, until));
        scratch.give(ofBlocks);
    }

    private void blocksOfRows(int task) {
        int block = task * perTask / sumRows;
        int end = Math.min(blocks, block + perTask / sumRows);
        Arrays.fill(sums, Lanes.FIRST + block * cols, Lanes.FIRST + end * cols, 0f);
        rows(task);
    }

    private void run(int count, int each, int from, IntConsumer task) {
        first = from;
        size = count;
        perTask = each;
        pool.run(Math.ceilDiv(count, each), task);
    }

    /** Lets go of what is not this object's own. */
    private void clear() {
        tensors(null, null, null, null, null);
        heads = null;
        indices = null;
        positions = null;
        startsA = null;
        startsB = null;
        sums = null;
        totals = null;
    }
}
