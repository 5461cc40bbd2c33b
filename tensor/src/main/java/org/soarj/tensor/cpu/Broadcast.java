package org.soarj.tensor.cpu;

import org.soarj.tensor.Shape;
import org.soarj.tensor.backend.KernelShapes;

/** Where the rows of a broadcast tensor begin. */
final class Broadcast {
    private Broadcast() {}

    /** For each row of {@code wide}, the offset of the row of {@code narrow} that meets it. */
    static int[] rowStarts(Shape narrow, Shape wide) {
        int[] strides = KernelShapes.broadcastStrides(narrow, wide);
        int[] starts = new int[wide.rows()];
        for (int row = 0; row < starts.length; row++) {
            int rest = row;
            for (int i = wide.rank() - 2; i >= 0; i--) {
                starts[row] += rest % wide.dim(i) * strides[i];
                rest /= wide.dim(i);
            }
        }
        return starts;
    }
}
