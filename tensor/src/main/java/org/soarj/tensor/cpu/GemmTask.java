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
    /** Columns of a panel of b: a wide tile needs the 32 registers that come with 512-bit vectors. */
    private static final int PANEL = Lanes.WIDTH == 16 ? GemmKernels.COLS : NARROW;
    /** Rows of a packed block of a are this far apart: not a power of two, which would crowd a few sets of the cache. */
    static final int PACKED_STRIDE = DEPTH + LINE;
    /** Columns of a transposed b that are packed at a time: as many streams. */
    private static final int STRIP = Math.min(LINE, PANEL);
    /** Rows of a partial panel that the tiles write to a buffer first. */
    private static final int BUFFERED = 16;
    /** From so many rows on a b that is a panel as it is takes less time in a copy: a fiftieth, where both begin with a cache line. */
    private static final int WORTH_COPYING = 128;

    private final float[] ownA = new float[Lanes.FIRST + GemmBlocking.MAX_ROWS * PACKED_STRIDE];
    private final float[] ownB = new float[Lanes.FIRST + GemmBlocking.MAX_OWN_COLS * DEPTH];
    /** Only there once a b was stored in 16 bits. */
    private float[] widened;
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
    private final GemmBlock block = new GemmBlock();

    /** Whether b is a panel as it is. */
    static boolean bInPlace(GemmProduct x) {
        return x.b != null && !x.transposeB && (x.n == PANEL || x.n == NARROW || x.n == SLIM);
    }

    /**
     * Computes as many rows of c from {@code top} on and columns from j on as {@code cut} says, or all that are left, and packs
     * what it needs.
     */
    void alone(GemmProduct product, GemmBlocking cut, int item, int top, int j) {
        x = product;
        batch = item;
        int bottom = Math.min(x.m, top + cut.taskRows);
        int end = Math.min(x.n, j + cut.cols);
        int paddedCols = GemmBlocking.padded(end - j, NARROW);
        boolean inPlace = bInPlace(x) && bottom - top < WORTH_COPYING;
        for (int from = 0; from == 0 || from < x.k; from += cut.slab) {
            int to = Math.min(x.k, from + cut.slab);
            for (int p = from; p < to && !inPlace; p += DEPTH) {
                packOwnB(p, Math.min(DEPTH, to - p), j, end, Lanes.FIRST + (p - from) * paddedCols);
            }
            for (int i = top; i < bottom; i += cut.rows) {
                rows = Math.min(cut.rows, bottom - i);
                block.inPlace(x, batch, i, j, rows, end);
                if (cut.touchesA) {
                    touchA(i, from, to);
                }
                for (int p = from; p == 0 || p < to; p += DEPTH) {
                    depth = Math.min(DEPTH, to - p);
                    takeA(cut.packsA, i, p);
                    b = inPlace ? x.b : ownB;
                    bStart = inPlace ? x.bAt(batch, p, 0) : Lanes.FIRST + (p - from) * paddedCols;
                    panels(i, j, end, p > 0 || x.adds());
                }
                block.finish();
            }
        }
        clear();
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
            packB(x, batch, p, steps, p, steps, j, end, ownB, start);
            return;
        }
        for (int strip = j; strip < end; strip += strip(x, strip, end)) {
            packStrip(x, batch, p, steps, strip, j, end, ownB, start);
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

    /**
     * Panels at {@code start} of columns j to end-1, each as wide as {@link #width} says; they begin with step {@code block} and are
     * {@code panelDepth} deep. Of a b that is not transposed {@code steps} steps from p on are packed.
     */
    void packB(GemmProduct of, int item, int block, int panelDepth, int p, int steps, int j, int end, float[] to, int start) {
        float[] source = of.b;
        int first = of.bAt(item, p, j);
        int stride = of.n;
        if (of.half != null) {
            widen(of, first, steps, stride, end - j);
            source = widened;
            first = 0;
            stride = end - j;
        }
        int whole = (end - j) / PANEL * PANEL;
        GemmPacking.panels(source, first, stride, whole / PANEL, PANEL, steps, to, start + (p - block) * PANEL,
                PANEL * panelDepth);
        for (int done = whole, width; done < end - j; done += width) {
            width = width(of, end - j - done);
            int cols = Math.min(width, end - j - done);
            GemmPacking.lastPanel(source, first + done, stride, cols, steps, to, start + done * panelDepth + (p - block) * width, width);
        }
    }

    /** Columns of a transposed b from {@code from} on that {@link #packStrip} takes at a time. */
    static int strip(GemmProduct of, int from, int end) {
        if (of.panels == null) {
            return STRIP;
        }
        int group = WeightPanels.GROUP * WeightPanels.COLS;
        return end - from >= group && of.panels.beginsGroup(from / WeightPanels.COLS) ? group : WeightPanels.COLS;
    }

    /** The strip of columns from {@code from} on, or what is left, of a transposed b whose columns j to end-1 go to start. */
    void packStrip(GemmProduct of, int item, int p, int steps, int from, int j, int end, float[] to, int start) {
        int panel = (from - j) / PANEL * PANEL;
        int width = width(of, end - j - panel);
        if (from - j - panel >= width) {
            panel += width;
            width = width(of, end - j - panel);
        }
        int at = start + panel * steps;
        int first = at + from - j - panel;
        if (of.panels != null) {
            if (strip(of, from, end) > WeightPanels.COLS) {
                of.panels.widenGroup(from / WeightPanels.COLS, p, steps, to, first, width);
            } else {
                of.panels.widen(from / WeightPanels.COLS, p, steps, to, first, width);
            }
            return;
        }
        int last = Math.min(end, from + STRIP);
        GemmPacking.transposed(of.b, of.bAt(item, p, from), of.k, last - from, steps, to, first, width);
        if (last == end) {
            GemmPacking.fill(end - j - panel, steps, to, at, width);
        }
    }

    /** Lines of a block of b that is to be packed, as floats: few enough to be still in the cache when they are. */
    private void widen(GemmProduct of, int first, int lines, int stride, int length) {
        if (widened == null) {
            widened = new float[ownB.length];
        }
        for (int i = 0; i < lines; i++) {
            of.half.widen(first + (long) i * stride, length, widened, i * length);
        }
    }

    /**
     * Columns of the panel, and of its tiles, that begins where {@code left} columns of b are left: as many as fit, with a slim panel
     * behind a narrow one if that is enough. Panels of 16-bit weights are never slim.
     */
    private static int width(GemmProduct of, int left) {
        boolean stored = of.panels != null;
        if (left > (stored ? NARROW : NARROW + SLIM)) {
            return PANEL;
        }
        return stored || left > SLIM ? NARROW : SLIM;
    }

    private void panels(int i, int j, int end, boolean adds) {
        for (int from = j, width; from < end; from += width) {
            width = width(x, end - from);
            int at = bStart + (from - j) * depth;
            if (walks && width == GemmKernels.COLS) {
                int after = from + PANEL < end ? at + PANEL * depth : bNext;
                ahead += GemmWalkingKernels.tiles(rows, depth, a, aStart, b, at, adds, block.c, block.at(i, from), block.stride, aNext,
                        aEnd, after);
                aNext += GemmWalkingKernels.walked(rows, depth);
            } else {
                panel(i, from, width, Math.min(width, end - from), at, adds);
            }
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
