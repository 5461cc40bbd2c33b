package org.soarj.tensor.cpu;

/**
 * {@code batches} products {@code c = alpha op(a) op(b) + beta c} of matrices that lie one behind the other. An object is
 * filled anew for the next call, so that products leave nothing to the collector.
 */
final class GemmProduct {
    /** Below the work of this many multiply-adds, ten microseconds at most, a product stays on the calling thread. */
    private static final int SMALL = 400_000;
    /** Fewer rows than this take as long, because the time goes into reading b. */
    private static final int LEAST_ROWS = 8;
    /** A transposed b takes as long to turn as so many rows to multiply. */
    private static final int ROWS_TO_TURN = 20;

    int batches;
    int m;
    int n;
    int k;
    float[] a;
    boolean transposeA;
    /** Null if b is stored in 16 bits. */
    float[] b;
    /** A b that is stored in 16 bits and not transposed, else null. */
    HalfBits half;
    /** A b that is stored in 16 bits and transposed, as the weights of every layer are; else null. */
    WeightPanels panels;
    boolean transposeB;
    float alpha;
    float beta;
    float[] c;

    void sizes(int batchesOf, int rows, int cols, int depth) {
        batches = batchesOf;
        m = rows;
        n = cols;
        k = depth;
    }

    void left(float[] floats, boolean transpose) {
        a = floats;
        transposeA = transpose;
    }

    /** One of the three is given, the others are null. */
    void right(float[] floats, HalfBits stored, WeightPanels packed, boolean transpose) {
        b = floats;
        half = stored;
        panels = packed;
        transposeB = transpose;
    }

    void result(float alphaOf, float betaOf, float[] to) {
        alpha = alphaOf;
        beta = betaOf;
        c = to;
    }

    /** Lets go of the arrays. */
    void clear() {
        left(null, false);
        right(null, null, null, false);
        c = null;
    }

    /** Whether chains begin with what is in c, which any other beta than 0 and 1 has been multiplied into. */
    boolean adds() {
        return beta != 0f;
    }

    boolean shared() {
        int rows = Math.max(m, LEAST_ROWS) + (transposeB && b != null ? ROWS_TO_TURN : 0);
        return (long) batches * rows * n * k >= SMALL;
    }

    /** Where row i, column p of op(a) is. */
    int aAt(int batch, int i, int p) {
        return Lanes.FIRST + batch * m * k + (transposeA ? p * m + i : i * k + p);
    }

    /** Where row p, column j of op(b) is: in its array, or among its numbers of 16 bits. */
    int bAt(int batch, int p, int j) {
        return (b == null ? 0 : Lanes.FIRST) + batch * k * n + (transposeB ? j * k + p : p * n + j);
    }

    int sizeOfC() {
        return batches * m * n;
    }

    /** Where row i, column j of c is. */
    int cAt(int batch, int i, int j) {
        return Lanes.FIRST + (batch * m + i) * n + j;
    }
}
