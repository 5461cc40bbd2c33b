package org.soarj.tensor.cpu;

import org.soarj.tensor.Shape;

/** Where the rows of a broadcast tensor begin. */
final class Broadcast {
    private Broadcast() {}

    /** For each row of {@code wide}, the offset of the row of {@code narrow} that meets it. */
    static int[] rowStarts(Shape narrow, Shape wide) {
        int rank = wide.rank();
        int[] strides = new int[rank];
        int stride = 1;
        for (int i = 1; i <= narrow.rank(); i++) {
            strides[rank - i] = narrow.dim(-i) == 1 ? 0 : stride;
            stride *= narrow.dim(-i);
        }
        int[] starts = new int[wide.rows()];
        for (int row = 0; row < starts.length; row++) {
            int rest = row;
            for (int i = rank - 2; i >= 0; i--) {
                starts[row] += rest % wide.dim(i) * strides[i];
                rest /= wide.dim(i);
            }
        }
        return starts;
    }
}
