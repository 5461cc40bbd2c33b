package org.soarj.tensor.reference;

import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.KernelShapes;

/** Products of matrices. */
interface Products extends Backend {

    @Override
    default void matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c) {
        KernelShapes.matmul(a, transposeA, b, transposeB, c);
        multiply(c.rows(), transposeA ? a.rows() : a.cols(), a, transposeA, b.to(DType.F32), transposeB, alpha, beta, c);
    }

    @Override
    default void batchedMatmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta,
                               Tensor c) {
        KernelShapes.batchedMatmul(a, transposeA, b, transposeB, c);
        multiply(c.shape().dim(-2), a.shape().dim(transposeA ? -2 : -1), a, transposeA, b, transposeB, alpha, beta, c);
    }

    /** For each matrix of c, op(a) is (m,k), op(b) is (k,n) and c is (m,n). */
    private static void multiply(int m, int k, Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha,
                                 float beta, Tensor c) {
        int n = c.cols();
        for (int batch = 0; batch * m * n < c.size(); batch++) {
            int fromA = batch * m * k;
            int fromB = batch * k * n;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k; l++) {
                        double left = a.at(fromA + (transposeA ? l * m + i : i * k + l));
                        double right = b.at(fromB + (transposeB ? j * k + l : l * n + j));
                        sum += left * right;
                    }
                    int at = (batch * m + i) * n + j;
                    // What c holds is not read when beta is 0: it may be uninitialised, even NaN.
                    c.put(at, (float) (beta == 0 ? alpha * sum : alpha * sum + beta * c.at(at)));
                }
            }
        }
    }
}
