package org.soarj.soar.measure;

/** Diversity as the mean distance of pairs: cheap enough for every step (SOAR App. E). */
public final class CosineDistance {
    private CosineDistance() {}

    /**
     * The mean of 1 - cos(x_i, x_j) over all pairs i &lt; j: 0 for parallel rows, 1 for orthogonal ones, at most 2.
     *
     * <p>With unit rows u_i the sum of all cosines is |sum u|², so no pair is visited.
     *
     * @param rows (N,C) embeddings, N at least 2, none of them zero
     */
    public static double meanPairwise(double[][] rows) {
        if (rows.length < 2) {
            throw new IllegalArgumentException("cosine distance: a pair needs 2 rows, got " + rows.length);
        }
        double[][] unit = unitRows(rows);
        double sumOfCosines = 0;
        for (int c = 0; c < unit[0].length; c++) {
            double column = 0;
            for (double[] row : unit) {
                column += row[c];
            }
            sumOfCosines += column * column;
        }
        double n = unit.length;
        return 1 - (sumOfCosines - n) / (n * (n - 1));
    }

    /** The rows divided by their Euclidean length. */
    static double[][] unitRows(double[][] rows) {
        double[][] unit = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            double squares = 0;
            for (double value : rows[i]) {
                squares += value * value;
            }
            double length = Math.sqrt(squares);
            if (!(length > 0 && Double.isFinite(length)) || rows[i].length != rows[0].length) {
                throw new IllegalArgumentException("embeddings: row " + i + " has " + rows[i].length
                        + " numbers and length " + length + "; all rows need " + rows[0].length
                        + " numbers and a direction");
            }
            unit[i] = new double[rows[i].length];
            for (int c = 0; c < rows[i].length; c++) {
                unit[i][c] = rows[i][c] / length;
            }
        }
        return unit;
    }
}
