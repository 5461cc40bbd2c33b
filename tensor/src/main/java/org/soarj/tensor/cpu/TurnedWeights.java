package org.soarj.tensor.cpu;

import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;

/**
 * A transposed copy of a small F32 matrix that is multiplied again and again by a few rows, as a decoder's weights are: to turn it each
 * time takes as long as some twenty rows. It is made when such a product comes for the third time with the same numbers, for a training
 * step has one or, with checkpointing, two before it changes them; and it is kept with them ({@link Tensor#derived}).
 */
final class TurnedWeights {
    /** Of more rows a tenth of the time is won, and a training step of few rows makes an object for each matrix. */
    private static final int ROWS = 32;
    private static final int PRODUCTS_OF_A_STEP = 2;
    /** Columns of w that are read at a time: a cache line. */
    private static final int STEPS = 16;

    private int products;
    private volatile float[] numbers;

    private TurnedWeights() {}

    /** The numbers of b^T, where those of a tensor would be, for a product of m rows with b^T; null when b is better read as it is. */
    static float[] of(Tensor b, int m) {
        boolean fits = b.dtype() == DType.F32 && m <= ROWS && b.size() <= GemmBlocking.MAX_B_IN_ROWS;
        return fits ? b.derived(TurnedWeights.class, _ -> new TurnedWeights()).again(b) : null;
    }

    private float[] again(Tensor b) {
        if (numbers == null && ++products > PRODUCTS_OF_A_STEP) {
            numbers = turned(b.data(), b.rows(), b.cols());
        }
        return numbers;
    }

    /** Without vectors: before the compiler has seen them each is an object, and this may run only then. */
    private static float[] turned(float[] w, int n, int k) {
        float[] to = new float[Lanes.FIRST + n * k];
        for (int from = 0; from < k; from += STEPS) {
            int end = Math.min(k, from + STEPS);
            for (int j = 0; j < n; j++) {
                for (int p = from; p < end; p++) {
                    to[Lanes.FIRST + p * n + j] = w[Lanes.FIRST + j * k + p];
                }
            }
        }
        return to;
    }
}
