package org.soarj.soar.measure;

import java.util.stream.IntStream;
import org.soarj.tensor.Rng;
import org.soarj.tensor.linalg.Eigen;

/**
 * The Vendi score (Friedman and Dieng 2023, arXiv 2210.02410): how many different things a sample effectively holds, as the
 * exponential of the entropy of the eigenvalues of K/n. From 1 (all the same) to n (nothing in common).
 */
public final class VendiScore {
    private VendiScore() {}

    /**
     * exp(-sum l log l) over the eigenvalues l of K/n, with 0 log 0 = 0.
     *
     * @throws IllegalArgumentException unless they sum to 1, which holds when the kernel's diagonal is 1, and none is
     *     negative beyond rounding
     */
    public static double ofEigenvalues(double[] values) {
        double sum = 0;
        double entropy = 0;
        for (double value : values) {
            if (!(value > -1e-8)) {
                throw new IllegalArgumentException(
                        "vendi: an eigenvalue is " + value + "; the kernel must be positive semi-definite");
            }
            sum += value;
            entropy -= value > 0 ? value * Math.log(value) : 0;
        }
        if (Math.abs(sum - 1) > 1e-6) {
            throw new IllegalArgumentException(
                    "vendi: the eigenvalues sum to " + sum + ", not 1; divide a kernel with unit diagonal by its size");
        }
        return Math.exp(entropy);
    }

    /** The score of a kernel (N,N), symmetric with ones on its diagonal. */
    public static double ofKernel(double[][] kernel) {
        double[][] scaled = new double[kernel.length][kernel.length];
        for (int i = 0; i < kernel.length; i++) {
            for (int j = 0; j < kernel.length; j++) {
                scaled[i][j] = kernel[i][j] / kernel.length;
            }
        }
        return ofEigenvalues(Eigen.symmetricValues(scaled));
    }

    /**
     * The score of embeddings (N,C) under the cosine kernel. X X^T / n and X^T X / n have the same eigenvalues but for
     * zeros, so the smaller of the two is taken.
     */
    public static double ofEmbeddings(double[][] rows) {
        double[][] unit = CosineDistance.unitRows(rows);
        int n = unit.length;
        int width = unit[0].length;
        double[][] gram = n <= width ? gram(unit, n) : gram(transpose(unit), n);
        return ofEigenvalues(Eigen.symmetricValues(gram));
    }

    /**
     * Scores of random subsets of one size, so that pools of different sizes compare (SOAR sec. 5: 128 rows, 100 times). Each
     * subset is drawn without replacement: a row drawn twice would count as a lack of diversity.
     *
     * @throws IllegalArgumentException when there are fewer rows than {@code size}
     */
    public static MeanDeviation subsampled(double[][] rows, int size, int iterations, Rng rng) {
        if (size < 1 || rows.length < size) {
            throw new IllegalArgumentException(
                    "vendi: subsets of " + size + " rows asked of " + rows.length + "; bring more rows or ask for fewer");
        }
        double[] scores = new double[iterations];
        int[] order = IntStream.range(0, rows.length).toArray();
        for (int i = 0; i < iterations; i++) {
            rng.shuffle(order);
            scores[i] = ofEmbeddings(IntStream.of(order).limit(size).mapToObj(row -> rows[row]).toArray(double[][]::new));
        }
        return MeanDeviation.of(scores);
    }

    private static double[][] gram(double[][] rows, int divisor) {
        double[][] gram = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j <= i; j++) {
                double dot = 0;
                for (int c = 0; c < rows[i].length; c++) {
                    dot += rows[i][c] * rows[j][c];
                }
                gram[i][j] = dot / divisor;
                gram[j][i] = gram[i][j];
            }
        }
        return gram;
    }

    private static double[][] transpose(double[][] rows) {
        double[][] columns = new double[rows[0].length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int c = 0; c < rows[i].length; c++) {
                columns[c][i] = rows[i][c];
            }
        }
        return columns;
    }
}
