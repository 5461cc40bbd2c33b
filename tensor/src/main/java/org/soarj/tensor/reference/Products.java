package org.soarj.tensor.reference;

import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.KernelShapes;

/** Products of matrices. */
interface Products extends Backend {

    @Override
    default void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        multiply(KernelShapes.matmul(a, transposeA, b, transposeB, c), a, transposeA, b.to(DType.F32), transposeB, alpha,
                beta, c);
    }

    @Override
    default void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta,
                               Tensor c) {
        multiply(KernelShapes.batchedMatmul(a, transposeA, b, transposeB, c),
                a, transposeA, b, transposeB, alpha, beta, c);
    }

    private static void multiply(KernelShapes.Product sizes, Tensor a, boolean transposeA, Tensor b, boolean transposeB,
                                 float alpha, float beta, Tensor c) {
        int m = sizes.m();
        int n = sizes.n();
        int k = sizes.k();
        for (int batch = 0; batch < sizes.batches(); batch++) {
            int fromA = batch * m * k;
            int fromB = batch * k * n;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        double left = a.data()[fromA + (transposeA ? l * m + i : i * k + l)];
                        double right = b.data()[fromB + (transposeB ? j * k + l : l * n + j)];
                        sum += left * right;
                    }
                    int at = (batch * m + i) * n + j;
                    // What c holds is not read when beta is 0: it may be uninitialised, even NaN.
                    c.data()[at] = (float) (beta == 0 ? alpha * sum : alpha * sum + beta * c.data()[at]);
                }
            }
        }
    }
}
