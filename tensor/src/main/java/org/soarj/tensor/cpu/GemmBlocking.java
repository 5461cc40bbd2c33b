package org.soarj.tensor.cpu;

/**
 * How a product is cut: tasks of {@code rows} by {@code cols} of c, each of which walks k in steps of {@code depth}.
 *
 * <p>A function of the shape alone. It never shows in the result either, because every element of c is one chain of
 * multiply-adds however it is cut; it only decides which numbers are in which cache, and who may work at the same time.
 */
record GemmBlocking(int rows, int cols, int depth) {
    /** A block of a of this size takes a quarter of a MiB: it stays in the second-level cache. */
    static final int MAX_ROWS = 512;
    /** A panel of b, four vectors of 512 bits wide, then takes 32 KiB: it stays in the first-level cache. */
    static final int DEPTH = 128;
    static final int MAX_COLS = 256;
    private static final int LEAST = 64;
    /** Up to this many rows are one task: there is too little to do for a panel of b to pack it twice. */
    private static final int FEW_ROWS = 32;
    /** Enough tasks for two threads to end together, and for eight to have one each. */
    private static final int TASKS = 8;
    /** Measured: to pack one number of a transposed a costs half as much again as one of b; rows of a are read in place. */
    private static final double PACK_A = 1.5;

    /**
     * The cut with the least packing among those that give TASKS tasks, or else the finest: each number of b is packed
     * once for every {@code rows} rows of c, each number of a transposed a once for every {@code cols} columns. A product
     * that is not shared out is cut for the caches alone.
     */
    static GemmBlocking of(Gemm.Product x) {
        int m = x.m();
        int n = x.n();
        if (m <= FEW_ROWS) {
            return new GemmBlocking(FEW_ROWS, LEAST, DEPTH);
        }
        if (!x.shared()) {
            return new GemmBlocking(even(m, MAX_ROWS, GemmPacking.GROUP), even(n, MAX_COLS, LEAST), DEPTH);
        }
        GemmBlocking best = null;
        for (int rows = LEAST; rows <= MAX_ROWS; rows *= 2) {
            for (int cols = LEAST; cols <= MAX_COLS; cols *= 2) {
                GemmBlocking cut = new GemmBlocking(even(m, rows, GemmPacking.GROUP), even(n, cols, LEAST), DEPTH);
                boolean enough = (long) x.batches() * cut.tasks(m, n) >= TASKS;
                if (best == null || enough && cut.packing(x.transposeA()) < best.packing(x.transposeA())) {
                    best = cut;
                }
            }
        }
        return best;
    }

    int tasks(int m, int n) {
        return Math.ceilDiv(m, rows) * Math.ceilDiv(n, cols);
    }

    private double packing(boolean transposeA) {
        return 1.0 / rows + (transposeA ? PACK_A / cols : 0);
    }

    /** The size of equal parts of at most {@code most} that {@code size} falls into, as a multiple of {@code unit}. */
    private static int even(int size, int most, int unit) {
        int parts = Math.ceilDiv(size, most);
        return Math.ceilDiv(Math.ceilDiv(size, parts), unit) * unit;
    }
}
