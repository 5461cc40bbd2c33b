package org.soarj.tensor.linalg;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** Eigenvalues. */
public final class Eigen {
    /** How far two mirrored elements may lie apart, as a part of the largest element: the noise of float arithmetic. */
    private static final double SYMMETRY = 1e-4;

    private Eigen() {}

    /**
     * The eigenvalues of a symmetric matrix, ascending. Mirrored elements that differ by rounding are averaged.
     *
     * @param matrix (N,N)
     * @throws IllegalArgumentException when the matrix is not square, not symmetric, or holds numbers that are not finite
     */
    public static double[] symmetricValues(double[][] matrix) {
        int n = matrix.length;
        for (double[] row : matrix) {
            if (row.length != n) {
                throw new IllegalArgumentException("eigenvalues: the matrix must be square, got " + n + " rows, one with "
                        + row.length + " numbers");
            }
        }
        if (n == 0) {
            return new double[0];
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, false, true);
        if (!eigen.decompose(symmetric(matrix, n))) {
            throw new ArithmeticException("eigenvalues: the iteration did not converge for a matrix (" + n + "," + n + ")");
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = eigen.getEigenvalue(i).getReal();
        }
        Arrays.sort(values);
        return values;
    }

    private static DMatrixRMaj symmetric(double[][] matrix, int n) {
        double largest = 0;
        for (double[] row : matrix) {
            for (double value : row) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("eigenvalues: the matrix (" + n + "," + n + ") holds " + value);
                }
                largest = Math.max(largest, Math.abs(value));
            }
        }
        DMatrixRMaj symmetric = new DMatrixRMaj(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double value = matrix[i][j];
                double mirrored = matrix[j][i];
                if (Math.abs(value - mirrored) > SYMMETRY * largest) {
                    throw new IllegalArgumentException("eigenvalues: the matrix is not symmetric: element (" + i + "," + j
                            + ") is " + value + ", (" + j + "," + i + ") is " + mirrored);
                }
                symmetric.set(i, j, (value + mirrored) / 2);
            }
        }
        return symmetric;
    }
}
