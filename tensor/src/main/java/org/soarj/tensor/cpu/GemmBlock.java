package org.soarj.tensor.cpu;

/**
 * The block of c that a task computes: in c, or in a copy. The rows of a copy are close together and all begin with a cache line, and no
 * other task has numbers in a line of it. On a Sapphire-Rapids-class Xeon 2048 cubed takes a tenth less time so, 1024 cubed a fiftieth, and
 * 512 cubed as long. An object is used again for the next block.
 */
final class GemmBlock {
    /** Steps of k from which the tiles win more than it takes to copy a block and to bring it back. */
    static final int WORTH_COPYING = 4 * GemmBlocking.DEPTH;

    private GemmProduct x;
    private int batch;
    private int top;
    private int left;
    private int rows;
    private int cols;
    private float[] copy = {};
    /** Element (i,j) is at {@link #at} of it, the next row {@link #stride} further. */
    float[] c;
    private int start;
    int stride;

    /** The {@code high} rows of c from i on, from column j to end-1. */
    void inPlace(GemmProduct of, int item, int i, int j, int high, int end) {
        set(of, item, i, j, high, end);
        c = x.c;
        start = x.cAt(item, i, j);
        stride = x.n;
    }

    /** The same in a copy, with room for columns up to a multiple of those of a narrow tile; filled if tiles add to it. */
    void copied(GemmProduct of, int item, int i, int j, int high, int end, boolean adds) {
        set(of, item, i, j, high, end);
        stride = GemmBlocking.padded(cols, GemmNarrowKernels.COLS);
        int size = Lanes.FIRST + rows * stride;
        if (copy.length < size) {
            copy = new float[size];
        }
        c = copy;
        start = Lanes.FIRST;
        if (adds) {
            GemmPacking.copy(x.c, x.cAt(item, i, j), x.n, copy, start, stride, rows, cols);
        }
    }

    private void set(GemmProduct of, int item, int i, int j, int high, int end) {
        x = of;
        batch = item;
        top = i;
        left = j;
        rows = high;
        cols = end - j;
    }

    boolean isCopy() {
        return c == copy;
    }

    int at(int i, int j) {
        return start + (i - top) * stride + j - left;
    }

    /** Brings a copy back, and lets go of the product. */
    void finish() {
        if (isCopy()) {
            GemmPacking.copy(copy, start, stride, x.c, x.cAt(batch, top, left), x.n, rows, cols);
        }
        x = null;
        c = null;
    }
}
