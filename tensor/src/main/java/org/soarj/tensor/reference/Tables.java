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
                    double c = cos.at(positions[row] * half + i);
                    double s = sin.at(positions[row] * half + i) * (inverse ? -1 : 1);
                    double first = x.at(from + i);
                    double second = x.at(from + half + i);
                    y.put(from + i, (float) (first * c - second * s));
                    y.put(from + half + i, (float) (second * c + first * s));
                }
            }
        }
    }

    @Override
    default void gather(Tensor table, int[] ids, Tensor out) {
        KernelShapes.gather(table, ids, out);
        int cols = table.cols();
        Tensor floats = table.to(DType.F32);
        for (int row = 0; row < ids.length; row++) {
            System.arraycopy(floats.data(), Tensor.FIRST + ids[row] * cols, out.data(), Tensor.FIRST + row * cols, cols);
        }
    }

    @Override
    default void scatterAdd(Tensor dy, int[] ids, Tensor dtable) {
        KernelShapes.scatterAdd(dy, ids, dtable);
        int cols = dtable.cols();
        for (int row = 0; row < ids.length; row++) {
            for (int i = 0; i < cols; i++) {
                dtable.put(ids[row] * cols + i, dtable.at(ids[row] * cols + i) + dy.at(row * cols + i));
            }
        }
    }
}
