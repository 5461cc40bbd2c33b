package org.soarj.tensor.cpu;

/**
 * How a product is cut: tasks of {@code rows} by {@code cols} of c, each of which walks k in steps of {@link #DEPTH}.
 *
 * <p>A function of the shape alone. It never shows in the result either, because every element of c is one chain of
 * multiply-adds however it is cut; it only decides which numbers are in which cache, and who may work at the same time.
 */
final class GemmBlocking {
    /** A panel of b, four vectors of 512 bits wide, then takes 32 KiB: it stays in the first-level cache. */
    static final int DEPTH = 128;
    /** Blocks of a packed a, of b and of c of these sizes take half a MiB together: they stay in the second-level cache. */
    static final int MAX_ROWS = 256;
    private static final int MAX_COLS = 256;
    /** Columns beside an a that is read in place, which has half as many rows. */
    private static final int MAX_WIDE_COLS = 512;
    /**
     * Rows of an a that is read in place: as far apart as they may lie, they and those of c fall into few sets of the cache.
     * With 256 rows the product of 2048 cubed takes up to a fifth longer.
     */
    private static final int MAX_FAR_ROWS = 128;
    /** Numbers of an a, 2 MiB, that tasks which pack what they need read in place: of a larger one most come from far away. */
    private static final int MAX_A_IN_PLACE = 1 << 19;
    /** Columns of a task that packs its own b: half a MiB. */
    static final int MAX_OWN_COLS = 1024;
    private static final int LEAST = 64;
    /** The rows of a task begin with a cache line of a transposed a. */
    static final int ROWS_UNIT = 16;
    /** With few columns a is read in long pieces of a few rows, for which the prefetching of the machine works best. */
    private static final int ROWS_OF_NARROW = 64;
    /** Up to this many rows a task packs its own b: nobody else needs that. */
    private static final int FEW_ROWS = 64;
    /**
     * Rows of a transposed a that is read in place, at most: with 1024 its steps are a page apart and fall into one set of the cache, and
     * 8 of 1024 x 64 x 1024 take half as long again on a Xeon.
     */
    private static final int MAX_STEP = 512;
    /** Least steps of k, and rows, of a product that is cut {@link #deep}. */
    private static final int DEEP = GemmBlock.WORTH_COPYING;
    private static final int DEEP_ROWS = 33;
    /** Numbers of c that such a task keeps when there are two already: with half as many, 512 x 512 x 2048 takes a tenth longer. */
    private static final int DEEP_BLOCK = 1 << 16;
    /** Numbers of an a that may still be in the second-level cache. */
    private static final int NEAR = 1 << 17;
    /** Lanes of the vectors that come with the 32 registers that tiles over an a in place need. */
    private static final int WIDE = 16;
    /** Enough tasks for two threads to end together, and for eight to have one each. */
    private static final int TASKS = 8;
    /** Numbers of b below which a second turn of tasks, for those that would wait for packed numbers, takes longer than it saves. */
    private static final int SMALL_B = 32_768;
    /** Floats of packed operands at a time, 2 MiB: most are still in the second-level cache when they are read. */
    private static final int MAX_PACKED = 1 << 19;
    /**
     * Floats of a packed b that has no packed a beside it: four times as many steps, for which c is brought in a fourth as often. Its
     * rows come one by one, each after a wait that nothing fills: with 2048 cubed that is a tenth of the time where memory is slow.
     */
    private static final int MAX_PACKED_B = 1 << 21;

    /** Operands wider than this would take more than 64 MiB when DEPTH steps of them are packed: each task packs its own. */
    static final int MAX_WIDTH = (1 << 24) / DEPTH;

    /**
     * How often tasks must pack a number, on average, if it is to be packed once for all of them: 1024 cubed, 2048 x 1376 x 512. On an
     * Emerald-Rapids-class Xeon 1024 cubed takes 2 to 9% less time so; with 768 cubed (2.5) nothing is won.
     */
    private static final int OFTEN = 3;
    /** Steps that are then packed at a time, so that c is rarely brought in, and most numbers of them, 64 MiB. */
    private static final int OFTEN_SLAB = 8 * DEPTH;
    private static final int MAX_SLAB = 1 << 24;

    /** Numbers of a b, 1 MiB, whose rows tiles read where they lie: of a larger one they would wait for each. */
    static final int MAX_B_IN_ROWS = 1 << 18;

    /** Multiply-adds from which two threads that share its rows end a product sooner than one: four microseconds. */
    private static final int WORTH_TWO = 200_000;

    /** Whether each task packs what it needs; else what all tasks need is packed first. */
    boolean own;
    /**
     * Whether such a task packs DEPTH steps of b, and of an a that is not read in place, right before it needs them, and works on a
     * copy of its block of c; else a slab of b. Some numbers are then packed by several tasks, but all are in the caches of the core
     * that does, and no core waits for another. A transposed b takes too long for that where there are many rows, and so does a far a
     * beside a single block of columns: 2048 x 16 x 512 takes half as long when b is packed for all and a read in place, 2048 x 128 x 512
     * a tenth less.
     */
    boolean deep;
    /** Whether what is packed for all is far away, so that tiles walk along what is needed next: {@link GemmWalkingKernels}. */
    boolean walks;
    /** Of c in a task; in one that packs what it needs, those that go through all of k before the next. */
    int rows;
    /** Of c in a task that packs what it needs. */
    int taskRows;
    /** Of c in a task. */
    int cols;
    /** Steps of k whose operands are packed at the same time; a multiple of DEPTH. */
    int slab;
    /** Whether a is packed: by the tasks that pack what they need, else for all. */
    boolean packsA;
    /**
     * Whether a task touches some rows of a before its tiles come to them. Beside few columns each number of a is needed once, and
     * the tiles take rows longer than DEPTH in pieces, of which the processor does not fetch the next in time: 64 of 256 x 64 x 256
     * take a third less.
     */
    boolean touchesA;

    /** Whether the first tiles of such a task read b in rows, as it lies: {@link GemmFirstKernels}. */
    boolean readsRows;

    void fit(GemmProduct x) {
        packsA = x.transposeA || x.alpha != 1f;
        boolean smallB = (long) x.n * x.k <= SMALL_B;
        boolean someColumns = x.n >= TASKS * LEAST || smallB;
        boolean columnsSuffice = x.m <= FEW_ROWS && (x.m <= FEW_ROWS / 2 || !x.transposeA && someColumns);
        boolean manyItems = x.batches >= TASKS || x.batches > 1 && (long) x.n * x.k <= MAX_OWN_COLS * DEPTH;
        boolean divides = x.shared() && !manyItems;
        boolean large = divides && x.k >= DEEP && x.m >= DEEP_ROWS;
        walks = large && packsOften(x);
        // Beside few columns a transposed a takes longer to turn and pack than they do: tasks of some of its rows read it in place.
        boolean transposedRows = divides && x.m > FEW_ROWS && x.n <= GemmNarrowKernels.COLS && readsTransposed(x);
        boolean worthPacking = packsA ? !transposedRows : x.n > MAX_COLS || !isFar(x);
        deep = large && !walks && worthPacking && (!x.transposeB || x.m <= MAX_ROWS);
        if (walks) {
            cutOften(x);
            return;
        }
        if (deep) {
            cutDeep(x);
            return;
        }
        int width = padded(x.n, LEAST) + (packsA ? padded(x.m, ROWS_UNIT) : 0);
        boolean mayHalve = x.batches == 1 && !large && !transposedRows && (long) x.m * x.n * x.k >= WORTH_TWO;
        // Where b is a small part of the work, each thread packs all of it, and nobody waits for another before the tiles begin. A far a
        // beside few columns takes a tenth longer so.
        boolean farA = x.n <= LEAST && (long) x.m * x.k > NEAR;
        boolean nearB = smallB && !farA || x.m <= MAX_ROWS && x.n <= 2 * x.m && x.k <= ownSlab(padded(x.n, LEAST));
        boolean byRows = mayHalve && (columnsSuffice ? !packsA && x.n <= LEAST : nearB);
        own = !divides || columnsSuffice || transposedRows || byRows || width > MAX_WIDTH;
        if (own) {
            cutOwn(x, divides && !byRows);
            taskRows = transposedRows ? even(x.m, Math.ceilDiv(x.m, TASKS), ROWS_UNIT) : byRows ? someRows(x) : x.m;
            return;
        }
        cut(x);
        slab = Math.max(1, (packsA ? MAX_PACKED : MAX_PACKED_B) / width / DEPTH) * DEPTH;
    }

    private void cutOwn(GemmProduct x, boolean byColumns) {
        rows = packsA || x.n > LEAST ? MAX_ROWS : ROWS_OF_NARROW;
        packsA &= !readsTransposed(x);
        touchesA = !packsA && !x.transposeA && x.n <= LEAST && x.k > DEPTH && (long) x.batches * x.m * x.k > NEAR;
        readsRows = mayReadRows(x);
        int least = x.panels == null ? LEAST : GemmRowPanels.TASK_COLS;
        cols = even(x.n, byColumns ? least : MAX_OWN_COLS, LEAST);
        slab = ownSlab(cols);
    }

    static boolean mayReadRows(GemmProduct x) {
        return x.b != null && !x.transposeB && Lanes.WIDTH == WIDE && (long) x.n * x.k <= MAX_B_IN_ROWS;
    }

    /** Steps of k for which a task has room when it packs its own b. */
    private static int ownSlab(int cols) {
        return Math.max(1, MAX_OWN_COLS / cols) * DEPTH;
    }

    /** Rows of a task beside a b that each thread packs once: LEAST to MAX_FAR_ROWS, or half of them all. */
    private static int someRows(GemmProduct x) {
        int tasks = Math.clamp(Integer.highestOneBit(x.m / LEAST), 2, TASKS);
        int most = Math.min(MAX_FAR_ROWS, Math.ceilDiv(x.m, tasks));
        if (x.transposeA) {
            return even(x.m, most, ROWS_UNIT);
        }
        return tasks > 2 ? even(x.m, most, GemmKernels.ROWS) : x.m - x.m / 2 / GemmKernels.ROWS * GemmKernels.ROWS;
    }

    /** Whether tasks that pack what they need would bring all of a and b into order so often that to do it for all is sooner done. */
    private static boolean packsOften(GemmProduct x) {
        int width = padded(x.n, LEAST) + padded(x.m, ROWS_UNIT);
        long packed = (long) Math.ceilDiv(x.m, MAX_ROWS) * x.n + (long) Math.ceilDiv(x.n, MAX_WIDE_COLS) * x.m;
        return packed >= (long) OFTEN * (x.m + x.n) && (long) width * Math.min(x.k, OFTEN_SLAB) <= MAX_SLAB;
    }

    private void cutOften(GemmProduct x) {
        own = false;
        packsA = true;
        rows = even(x.m, MAX_ROWS, ROWS_UNIT);
        cols = even(x.n, MAX_WIDE_COLS, x.panels == null ? LEAST : GemmRowPanels.TASK_COLS);
        slab = OFTEN_SLAB;
    }

    /** Two tasks at least, if c can be divided, and TASKS of them as long as each keeps DEEP_BLOCK numbers. */
    private void cutDeep(GemmProduct x) {
        own = true;
        int unit = x.panels == null ? LEAST : GemmRowPanels.TASK_COLS;
        taskRows = even(x.m, MAX_ROWS, ROWS_UNIT);
        cols = even(x.n, MAX_WIDE_COLS, unit);
        int tasks = 0;
        while (tasks(x) > tasks && (tasks(x) == 1 || tasks(x) < TASKS && taskRows * cols >= 2 * DEEP_BLOCK)) {
            tasks = tasks(x);
            if (cols >= taskRows && cols > unit) {
                cols = even(x.n, Math.ceilDiv(cols, 2), unit);
            } else {
                taskRows = even(x.m, Math.ceilDiv(taskRows, 2), ROWS_UNIT);
            }
        }
        packsA |= isFar(x);
    }

    /** Whether most of a comes from beyond the second-level cache. */
    private static boolean isFar(GemmProduct x) {
        return (long) x.m * x.k > MAX_A_IN_PLACE;
    }

    private int tasks(GemmProduct x) {
        return Math.ceilDiv(x.m, taskRows) * Math.ceilDiv(x.n, cols);
    }

    /**
     * Whether a lies transposed and tiles read it so. Beside one or two panels of b that takes less time than to turn and pack it (64 of
     * 128 x 64 x 128 a tenth, 96 cubed a seventh), but for more than a few rows beside a wide panel of more than DEPTH steps: 64 of 512 x
     * 64 x 192 take a fifth more.
     */
    private static boolean readsTransposed(GemmProduct x) {
        int most = x.k <= DEPTH ? 2 * GemmKernels.COLS : x.m <= FEW_ROWS ? GemmKernels.COLS : GemmNarrowKernels.COLS;
        return x.n <= most && x.m <= MAX_STEP && x.transposeA && x.alpha == 1f && Lanes.WIDTH == WIDE;
    }

    /** The cut that reads packed numbers least often among those that give TASKS tasks, or else the finest. */
    private void cut(GemmProduct x) {
        rows = even(x.m, LEAST, ROWS_UNIT);
        cols = even(x.n, LEAST, LEAST);
        for (int high = LEAST; high <= (packsA ? MAX_ROWS : MAX_FAR_ROWS); high *= 2) {
            for (int wide = LEAST; wide <= (packsA ? MAX_COLS : MAX_WIDE_COLS); wide *= 2) {
                int evenRows = even(x.m, high, ROWS_UNIT);
                int evenCols = even(x.n, wide, LEAST);
                boolean enough = Math.ceilDiv(x.m, evenRows) * Math.ceilDiv(x.n, evenCols) >= TASKS;
                if (enough && 1.0 / evenRows + 1.0 / evenCols < 1.0 / rows + 1.0 / cols) {
                    rows = evenRows;
                    cols = evenCols;
                }
            }
        }
    }

    static int padded(int size, int unit) {
        return Math.ceilDiv(size, unit) * unit;
    }

    /** The size of equal parts of at most {@code most} that {@code size} falls into, as a multiple of {@code unit}. */
    private static int even(int size, int most, int unit) {
        return padded(Math.ceilDiv(size, Math.ceilDiv(size, most)), unit);
    }
}
