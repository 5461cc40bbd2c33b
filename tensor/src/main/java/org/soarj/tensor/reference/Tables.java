package org.soarj.tensor.reference;

import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.KernelShapes;

/** Kernels that look rows up by number: rotations by position, embeddings by token. */
interface Tables extends Backend {

    @Override
    default void rope(Tensor x, int[] positions, Tensor cos, Tensor sin, boolean inverse, Tensor y) {
        KernelShapes.rope(x, positions, cos, sin, y);
        int half = cos.cols();
        int heads = x.cols() / (2 * half);
        for (int row = 0; row < x.rows(); row++) {
            for (int head = 0; head < heads; head++) {
                int from = (row * heads + head) * 2 * half;
                for (int i = 0; i < half; i++) {
                    double c = cos.data()[positions[row] * half + i];
                    double s = sin.data()[positions[row] * half + i] * (inverse ? -1 : 1);
                    double first = x.data()[from + i];
                    double second = x.data()[from + half + i];
                    y.data()[from + i] = (float) (first * c - second * s);
                    y.data()[from + half + i] = (float) (second * c + first * s);
                }
            }
        }
    }

    @Override
    default void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        int cols = table.cols();
        float[] from = table.to(DType.F32).data();
        for (int row = 0; row < ids.length; row++) {
            System.arraycopy(from, ids[row] * cols, out.data(), row * cols, cols);
        }
    }

    @Override
    default void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        int cols = dtable.cols();
        for (int row = 0; row < ids.length; row++) {
            for (int i = 0; i < cols; i++) {
                dtable.data()[ids[row] * cols + i] += dy.data()[row * cols + i];
            }
        }
    }
}
