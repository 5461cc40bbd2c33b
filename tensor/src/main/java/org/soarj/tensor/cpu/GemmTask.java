package org.soarj.tensor.cpu;

/**
 * One task of a product at a time, with buffers of its own for what no other task needs. An object is used again for the
 * next task, so that products leave nothing to the collector.
 */
final class GemmTask {
    private static final int DEPTH = GemmBlocking.DEPTH;
    private static final int NARROW = GemmNarrowKernels.COLS;
    private static final int SLIM = GemmSlimKernels.COLS;
    /** Numbers of a cache line. */
    private static final int LINE = 16;
    private static final int PANEL = GemmPanels.COLS;
    /** Rows of a packed block of a are this far apart: not a power of two, which would crowd a few sets of the cache. */
    static final int PACKED_STRIDE = DEPTH + LINE;
    /** Rows of a partial panel that the tiles write to a buffer first. */
    private static final int BUFFERED = 16;
    /** From so many rows on a b that is a panel as it is takes less time in a copy: a fiftieth, where both begin with a cache line. */
    private static final int WORTH_COPYING = 128;

    private final float[] ownA = new float[Lanes.FIRST + GemmBlocking.MAX_ROWS * PACKED_STRIDE];
    private final float[] ownB = new float[Lanes.FIRST + GemmBlocking.MAX_OWN_COLS * DEPTH];
    private final GemmPanels panelsOfB = new GemmPanels();
    private final float[] tile = new float[BUFFERED * PANEL];
    /** Never read; kept so that reading in advance is not left out. */
    private long ahead;

    private GemmProduct x;
    private int batch;
    private int rows;
    private int depth;
    /**
     * Element (i,p) of a's block is at {@code aStart + i*ai + p} of a, or at {@code aStart + p*ai + i} if it is transposed and read
     * in place.
     */
    private float[] a;
    private int aStart;
    private int ai;
    private boolean packed;
    private boolean transposed;
    private float[] b;
    private int bStart;
    /** Whether tiles walk along what comes after these: the rest of the block of a, from aNext to aEnd-1, and the panel of b at bNext. */
    private boolean walks;
    private int aNext;
    private int aEnd;
    private int bNext;
    /** The step with which the panels of b begin, and the column before which tiles read b in rows, and pack it where that pays. */
    private int step;
    private int inRowsTo;
    /** The turn of the product whose b is in ownB, or 0 if it is not or not all; of which item, and from which column on. */
    private long heldTurn;
    private int heldItem;
    private int heldFrom;
    private final GemmBlock block = new GemmBlock();

    /** Whether b is a panel as it is. */
    private boolean bInPlace() {
        return x.b != null && !x.transposeB && (x.n == PANEL || x.n == NARROW || x.n == SLIM);
    }

    /**
     * Computes as many rows of c from {@code top} on and columns from j on as {@code cut} says, or all that are left, and packs
     * what it needs, or what no earlier task of this thread has packed in the same {@code turn}.
     */
    void alone(GemmProduct product, GemmBlocking cut, long turn, int item, int top, int j) {
        x = product;
        batch = item;
        int bottom = Math.min(x.m, top + cut.taskRows);
        int end = Math.min(x.n, j + cut.cols);
        int paddedCols = GemmBlocking.padded(end - j, NARROW);
        boolean inPlace = bInPlace() && bottom - top < WORTH_COPYING;
        boolean packs = !inPlace && !holds(turn, item, j);
        int wholeTo = packs && cut.readsRows ? GemmPanels.whole(x, j, end) : j;
        for (int from = 0; from == 0 || from < x.k; from += cut.slab) {
            int to = Math.min(x.k, from + cut.slab);
            for (int p = from; p < to && packs && wholeTo < end; p += DEPTH) {
                int steps = Math.min(DEPTH, to - p);
                packOwnB(p, steps, wholeTo, end, Lanes.FIRST + (p - from) * paddedCols + (wholeTo - j) * steps);
            }
            for (int i = top; i < bottom; i += cut.rows) {
                rows = Math.min(cut.rows, bottom - i);
                inRowsTo = i == top ? wholeTo : j;
                block.inPlace(x, batch, i, j, rows, end);
                if (cut.touchesA) {
                    touchA(i, from, to);
                }
                for (int p = from; p == 0 || p < to; p += DEPTH) {
                    depth = Math.min(DEPTH, to - p);
                    step = p;
                    takeA(cut.packsA, i, p);
                    if (inRowsTo > j && !packed) {
                        packA(x, batch, i, Math.min(rows, GemmFirstKernels.FEW), p, depth, ownA, Lanes.FIRST);
                    }
                    b = inPlace ? x.b : ownB;
                    bStart = inPlace ? x.bAt(batch, p, 0) : Lanes.FIRST + (p - from) * paddedCols;
                    panels(i, j, end, p > 0 || x.adds());
                }
                block.finish();
            }
        }
        inRowsTo = 0;
        boolean few = Math.min(cut.rows, bottom - top) <= GemmFirstKernels.FEW;
        heldTurn = inPlace || few || x.k > cut.slab ? 0 : turn;
        heldItem = item;
        heldFrom = j;
        clear();
    }

    /** Whether an earlier task of this thread has left all of the b that one with these columns needs. */
    private boolean holds(long turn, int item, int j) {
        return heldTurn == turn && heldItem == item && heldFrom == j;
    }

    /**
     * Computes as many rows of c from {@code top} on and columns from j on as {@code cut} says, or all that are left, and packs what it
     * needs DEPTH steps at a time, right before the tiles that need it.
     */
    void deep(GemmProduct product, GemmBlocking cut, int item, int top, int j) {
        x = product;
        batch = item;
        rows = Math.min(cut.taskRows, x.m - top);
        int end = Math.min(x.n, j + cut.cols);
        b = ownB;
        bStart = Lanes.FIRST;
        block.copied(x, batch, top, j, rows, end, x.adds());
        for (int p = 0; p < x.k; p += DEPTH) {
            depth = Math.min(DEPTH, x.k - p);
            packOwnB(p, depth, j, end, bStart);
            takeA(cut.packsA, top, p);
            panels(top, j, end, p > 0 || x.adds());
        }
        block.finish();
        clear();
    }

    /** Computes the block of c that starts at (i,j) and is as large as the call's tasks are, or ends with c. */
    void multiply(GemmCall call, int i, int j) {
        x = call.product;
        batch = call.batch();
        rows = Math.min(call.cut().rows, x.m - i);
        int end = Math.min(x.n, j + call.cut().cols);
        if (call.to() - call.from() < GemmBlock.WORTH_COPYING) {
            block.inPlace(x, batch, i, j, rows, end);
        } else {
            block.copied(x, batch, i, j, rows, end, call.from() > 0 || x.adds());
        }
        for (int p = call.from(); p == 0 || p < call.to(); p += DEPTH) {
            depth = Math.min(DEPTH, call.to() - p);
            if (call.cut().packsA) {
                packed(call.packedA(), call.aAt(p, i));
            } else {
                inPlace(i, p);
            }
            b = call.packedB();
            bStart = call.bAt(p, depth, j);
            walks = call.cut().walks && block.isCopy();
            if (walks) {
                next(call, i, p, j, end);
            }
            panels(i, j, end, p > 0 || x.adds());
        }
        walks = false;
        block.finish();
        clear();
    }

    /** What comes after DEPTH steps from p on; after the last, what the task to the right begins with, if that is this thread's too. */
    private void next(GemmCall call, int i, int p, int j, int end) {
        boolean last = p + DEPTH >= call.to();
        int step = last ? call.from() : p + DEPTH;
        aNext = call.aAt(step, i);
        aEnd = aNext + rows * PACKED_STRIDE;
        bNext = call.bAt(step, Math.min(DEPTH, call.to() - step), !last ? j : end < x.n ? end : 0);
    }

    /** Computes the columns of one task of c from j on, for a product of few rows with weights in panels. */
    void rowsOfPanels(GemmProduct product, int j) {
        ahead += GemmRowPanels.multiply(product, j, tile);
    }

    /** Computes columns j to end-1 of a row times a transposed b. */
    void transposedRow(GemmProduct of, int item, int j, int end) {
        GemmRowTransposed.multiply(of.k, of.a, of.aAt(item, 0, 0), of.b, of.bAt(item, 0, j), of.adds(), of.c, of.cAt(item, 0, j),
                end - j, tile);
    }

    private void packOwnB(int p, int steps, int j, int end, int start) {
        if (!x.transposeB) {
            panelsOfB.pack(x, batch, p, steps, p, steps, j, end, ownB, start);
            return;
        }
        for (int strip = j; strip < end; strip += GemmPanels.strip(x, strip, end)) {
            panelsOfB.packStrip(x, batch, p, steps, strip, j, end, ownB, start);
        }
    }

    /** Brings steps from to to-1 of the rows from i on near, one number of each line, in the order in which they lie. */
    private void touchA(int i, int from, int to) {
        float sum = 0;
        for (int row = i; row < i + rows; row++) {
            int end = x.aAt(batch, row, to);
            for (int at = x.aAt(batch, row, from); at < end; at += LINE) {
                sum += x.a[at];
            }
        }
        ahead += Float.floatToRawIntBits(sum);
    }

    GemmPanels panelsOfB() {
        return panelsOfB;
    }

    private void clear() {
        x = null;
        a = null;
        b = null;
    }

    private void takeA(boolean packs, int i, int p) {
        if (packs) {
            packA(x, batch, i, rows, p, depth, ownA, Lanes.FIRST);
            packed(ownA, Lanes.FIRST);
        } else {
            inPlace(i, p);
        }
    }

    private void packed(float[] from, int at) {
        a = from;
        aStart = at;
        ai = PACKED_STRIDE;
        packed = true;
        transposed = false;
    }

    private void inPlace(int i, int p) {
        a = x.a;
        aStart = x.aAt(batch, i, p);
        transposed = x.transposeA;
        ai = transposed ? x.m : x.k;
        packed = false;
    }

    /** Steps p to p+depth-1 of the rows i to i+rows-1 of alpha op(a), PACKED_STRIDE apart. */
    static void packA(GemmProduct x, int batch, int i, int rows, int p, int depth, float[] to, int at) {
        if (x.transposeA) {
            GemmPacking.transposed(x.a, x.aAt(batch, i, p), x.m, depth, rows, to, at, PACKED_STRIDE);
            if (x.alpha != 1f) {
                GemmPacking.rows(to, at, PACKED_STRIDE, x.alpha, rows, depth, to, at, PACKED_STRIDE);
            }
        } else {
            GemmPacking.rows(x.a, x.aAt(batch, i, p), x.k, x.alpha, rows, depth, to, at, PACKED_STRIDE);
        }
    }

    private void panels(int i, int j, int end, boolean adds) {
        for (int from = j, width; from < end; from += width) {
            width = GemmPanels.width(x, end - from);
            int at = bStart + (from - j) * depth;
            if (walks && width == GemmKernels.COLS) {
                int after = from + PANEL < end ? at + PANEL * depth : bNext;
                ahead += GemmWalkingKernels.tiles(rows, depth, a, aStart, b, at, adds, block.c, block.at(i, from), block.stride, aNext,
                        aEnd, after);
                aNext += GemmWalkingKernels.walked(rows, depth);
            } else if (from < inRowsTo) {
                inRows(i, from, width, at, adds);
            } else {
                panel(i, from, width, Math.min(width, end - from), at, adds);
            }
        }
    }

    /**
     * {@code width} columns of c from j on. A few rows read b where it lies; of more only the first tile does, and packs it at {@code bo}.
     */
    private void inRows(int i, int j, int width, int bo, boolean adds) {
        boolean packs = rows > GemmFirstKernels.FEW;
        float[] from = packed ? a : ownA;
        int ao = packed ? aStart : Lanes.FIRST;
        int done = 0;
        for (int end = packs ? 1 : rows; done < end; ) {
            done += GemmFirstKernels.tile(width, rows - done, depth, from, ao + done * PACKED_STRIDE, x.b, x.bAt(batch, step, j), x.n,
                    packs, b, bo, adds, block.c, block.at(i + done, j), block.stride);
        }
        if (done < rows) {
            int next = aStart + (transposed ? done : done * ai);
            tiles(width, rows - done, next, bo, adds, block.c, block.at(i + done, j), block.stride);
        }
    }

    /** {@code cols} columns of c from j on, with the panel of b of {@code width} at {@code bo}. */
    private void panel(int i, int j, int width, int cols, int bo, boolean adds) {
        if (cols == width || block.isCopy()) {
            tiles(width, rows, aStart, bo, adds, block.c, block.at(i, j), block.stride);
            return;
        }
        for (int g = 0; g < rows; g += BUFFERED) {
            int high = Math.min(BUFFERED, rows - g);
            int ao = aStart + (transposed ? g : g * ai);
            int co = block.at(i + g, j);
            if (adds) {
                GemmPacking.copy(block.c, co, block.stride, tile, 0, width, high, cols);
            }
            tiles(width, high, ao, bo, adds, tile, 0, width);
            GemmPacking.copy(tile, 0, width, block.c, co, block.stride, high, cols);
        }
    }

    private void tiles(int width, int high, int ao, int bo, boolean adds, float[] c, int co, int ldc) {
        if (transposed) {
            GemmTransposedKernels.tiles(width, high, depth, a, ao, ai, b, bo, adds, c, co, ldc);
        } else if (width == SLIM) {
            GemmSlimKernels.tiles(high, depth, a, ao, ai, b, bo, adds, c, co, ldc);
        } else if (packed) {
            GemmPackedKernels.tiles(width, high, depth, a, ao, b, bo, adds, c, co, ldc);
        } else if (width == NARROW) {
            GemmNarrowKernels.tiles(high, depth, a, ao, ai, b, bo, adds, c, co, ldc);
        } else {
            GemmKernels.tiles(high, depth, a, ao, ai, b, bo, adds, c, co, ldc);
        }
    }
}
