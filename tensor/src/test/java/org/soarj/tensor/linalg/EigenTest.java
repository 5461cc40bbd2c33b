package org.soarj.tensor.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;

class EigenTest {

    @Test
    void ofTwoByTwo() {
        double[][] matrix = {{2, 1}, {1, 2}};
        assertArrayEquals(new double[] {1, 3}, Eigen.symmetricValues(matrix), 1e-12);
    }

    @Test
    void ofADiagonalAreItsElementsInOrder() {
        double[][] matrix = {{5, 0, 0}, {0, -2, 0}, {0, 0, 1}};
        assertArrayEquals(new double[] {-2, 1, 5}, Eigen.symmetricValues(matrix), 1e-12);
    }

    @Test
    void ofNothingAreNone() {
        assertEquals(0, Eigen.symmetricValues(new double[0][0]).length);
    }

    /** Their sum is the trace, the sum of their squares the squared norm of the matrix. */
    @Property(tries = 40)
    void sumToTheTraceAndSquareToTheNorm(@ForAll @IntRange(min = 1, max = 30) int n, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        double[][] matrix = new double[n][n];
        double trace = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double value = rng.nextGaussian();
                matrix[i][j] = value;
                matrix[j][i] = value;
                squares += (i == j ? 1 : 2) * value * value;
            }
            trace += matrix[i][i];
        }
        double[] values = Eigen.symmetricValues(matrix);
        assertEquals(trace, Arrays.stream(values).sum(), 1e-9 * (1 + squares));
        assertEquals(squares, Arrays.stream(values).map(value -> value * value).sum(), 1e-9 * (1 + squares));
    }

    @Test
    void refuseWhatIsNotSquareSymmetricAndFinite() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Eigen.symmetricValues(new double[][] {{1, 2, 3}, {4, 5, 6}})).getMessage();
        assertTrue(message.contains("2 rows") && message.contains("3 numbers"), message);
        message = assertThrows(IllegalArgumentException.class,
                () -> Eigen.symmetricValues(new double[][] {{1, 2}, {3, 4}})).getMessage();
        assertTrue(message.contains("not symmetric") && message.contains("2.0") && message.contains("3.0"), message);
        assertThrows(IllegalArgumentException.class, () -> Eigen.symmetricValues(new double[][] {{Double.NaN}}));
    }
}
