package org.soarj.tensor.cpu;

/**
 * One task of a product at a time, with the buffers it needs: a packed block of a, packed panels of b and a tile.
 * An object is used again for the next task, so that products leave nothing to the collector.
 */
final class GemmTask {
    private static final int GROUP = GemmPacking.GROUP;
    private static final int NARROW = GemmNarrowKernels.COLS;
    /** Columns of a panel of b: a wide tile needs the 32 registers that come with 512-bit vectors. */
    private static final int PANEL = Lanes.WIDTH == 16 ? GemmKernels.COLS : NARROW;
    /** Rows of a packed block of a are this far apart: not a power of two, which would crowd a few sets of the cache. */
    private static final int PACKED_STRIDE = GemmBlocking.DEPTH + GROUP;
    /** A transposed a of at most this many columns is close enough together to be read where it is. */
    private static final int FEW_COLUMNS = 64;

    private final float[] packedA = new float[GemmBlocking.MAX_ROWS * PACKED_STRIDE];
    private final float[] packedB = new float[Math.max(GemmRowStored.BUFFER, GemmBlocking.MAX_COLS * GemmBlocking.DEPTH)];
    /** Only there once a b was stored in 16 bits. */
    private float[] widened;
    private final float[] tile = new float[GROUP * PANEL];

    private Gemm.Product x;
    private int batch;
    private int rows;
    private int depth;
    /** Element (i,p) of a's block is at {@code aStart + i/GROUP*aGroup + i%GROUP*ai + p*ak} of {@code a}. */
    private float[] a;
    private int aStart;
    private int aGroup;
    private int ai;
    private int ak;

    /** Computes the block of c that starts at (i,j) and is as large as {@code cut} says, or ends with c. */
    void run(Gemm.Product product, GemmBlocking cut, int batchIndex, int i, int j) {
        x = product;
        batch = batchIndex;
        rows = Math.min(cut.rows(), x.m() - i);
        int end = Math.min(x.n(), j + cut.cols());
        for (int p = 0; p == 0 || p < x.k(); p += cut.depth()) {
            depth = Math.min(cut.depth(), x.k() - p);
            takeA(i, p);
            float beta = p == 0 ? x.beta() : 1f;
            packB(p, j, end);
            for (int from = j; from < end; from += PANEL) {
                panel(i, from, Math.min(PANEL, end - from), (from - j) * depth, beta);
            }
        }
        x = null;
        a = null;
    }

    /** Computes the COLS columns of c from j on, for a product of few rows with a transposed b of 16 bits. */
    void storedRows(Gemm.Product product, int j) {
        GemmRowStored.multiply(product.m(), product.k(), product.a(), 0, product.half(), product.bAt(0, 0, j),
                product.beta(), product.c(), product.cAt(0, 0, j), product.n(), packedB);
    }

    private void takeA(int i, int p) {
        boolean transposed = x.transposeA();
        a = packedA;
        aStart = 0;
        if (transposed && (x.m() > FEW_COLUMNS || x.alpha() != 1f)) {
            GemmPacking.groups(x.a(), x.aAt(batch, i, p), x.m(), x.alpha(), rows, depth, packedA, GROUP * PACKED_STRIDE);
            aGroup = GROUP * PACKED_STRIDE;
            ai = 1;
            ak = GROUP;
        } else if (x.alpha() != 1f) {
            GemmPacking.rows(x.a(), x.aAt(batch, i, p), x.k(), x.alpha(), rows, depth, packedA, PACKED_STRIDE);
            aGroup = GROUP * PACKED_STRIDE;
            ai = PACKED_STRIDE;
            ak = 1;
        } else {
            a = x.a();
            aStart = x.aAt(batch, i, p);
            ai = transposed ? 1 : x.k();
            ak = transposed ? x.m() : 1;
            aGroup = GROUP * ai;
        }
    }

    /** Panels of columns j to end-1, each PANEL wide in {@code packedB} but for the last, which may be narrow. */
    private void packB(int p, int j, int end) {
        float[] b = x.b();
        int start = x.bAt(batch, p, j);
        int stride = x.transposeB() ? x.k() : x.n();
        if (x.half() != null) {
            widenB(p, j, end);
            b = widened;
            start = 0;
            stride = x.transposeB() ? depth : end - j;
        }
        int from = j;
        if (!x.transposeB()) {
            int whole = (end - j) / PANEL;
            GemmPacking.panels(b, start, stride, whole, PANEL, depth, packedB);
            from += whole * PANEL;
        }
        for (; from < end; from += PANEL) {
            int cols = Math.min(PANEL, end - from);
            int at = (from - j) * depth;
            if (x.transposeB()) {
                GemmPacking.transposedPanel(b, start + (from - j) * stride, stride, cols, depth, packedB, at, width(cols));
            } else {
                GemmPacking.partialPanel(b, start + from - j, stride, cols, depth, packedB, at, width(cols));
            }
        }
    }

    /** The block of b that is to be packed, as floats: few enough to be still in the cache when they are. */
    private void widenB(int p, int j, int end) {
        if (widened == null) {
            widened = new float[GemmBlocking.MAX_COLS * GemmBlocking.DEPTH];
        }
        int lines = x.transposeB() ? end - j : depth;
        int length = x.transposeB() ? depth : end - j;
        for (int i = 0; i < lines; i++) {
            x.half().widen(x.transposeB() ? x.bAt(batch, p, j + i) : x.bAt(batch, p + i, j), length, widened, i * length);
        }
    }

    private static int width(int cols) {
        return cols <= NARROW ? NARROW : PANEL;
    }

    /** {@code cols} columns of c from j on, with the panel of b at {@code bo}. */
    private void panel(int i, int j, int cols, int bo, float beta) {
        int width = width(cols);
        for (int g = 0, ao = aStart; g < rows; g += GROUP, ao += aGroup) {
            int high = Math.min(GROUP, rows - g);
            int co = x.cAt(batch, i + g, j);
            if (cols == width) {
                tiles(width, high, ao, bo, beta, x.c(), co, x.n());
                continue;
            }
            if (beta != 0f) {
                GemmPacking.copy(x.c(), co, x.n(), tile, 0, width, high, cols);
            }
            tiles(width, high, ao, bo, beta, tile, 0, width);
            GemmPacking.copy(tile, 0, width, x.c(), co, x.n(), high, cols);
        }
    }

    private void tiles(int width, int high, int ao, int bo, float beta, float[] c, int co, int ldc) {
        if (width == NARROW) {
            GemmNarrowKernels.tiles(high, depth, a, ao, ai, ak, packedB, bo, beta, c, co, ldc);
        } else {
            GemmKernels.tiles(high, depth, a, ao, ai, ak, packedB, bo, beta, c, co, ldc);
        }
    }
}
