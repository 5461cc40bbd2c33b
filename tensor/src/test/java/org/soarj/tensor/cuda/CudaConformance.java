package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.BackendConformance;
import org.soarj.tensor.backend.Close;

/** What the CUDA backend promises, on whatever card: all but the bits of products with weights of 16 bits. */
interface CudaConformance extends BackendConformance {
    /** Half a unit in the last place of BF16: what rounding one factor may change of a number of its size. */
    double BF16 = 0x1p-8;
    /** The same of F16. */
    double F16 = 0x1p-11;

    /** The other factor is rounded too; its sums are near those of floats, by the root of the sum of squares of the terms. */
    @Override
    @Property(tries = 2 * TRIES)
    default void aProductWithStoredWeightsIsThatWithTheirFloats(
            @ForAll(supplier = Width.class) int m, @ForAll(supplier = Width.class) int n,
            @ForAll(supplier = Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta,
            @ForAll(supplier = Halves.class) DType dtype, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = Tensor.gaussian(rng, 1f, transposeA ? k : m, transposeA ? m : k);
        Tensor b = Tensor.gaussian(rng, 1f, transposeB ? n : k, transposeB ? k : n).to(dtype);
        Tensor c = Tensor.gaussian(rng, 1f, m, n);
        Tensor actual = c.copy();
        backend().matmul(a, transposeA, b, transposeB, alpha, beta, actual);
        isNearTheReference(a, transposeA, b.to(DType.F32), transposeB, alpha, beta, c, actual, dtype == DType.BF16 ? BF16 : F16);
    }

    /** A product of which some inputs were rounded by up to {@code unit} of their size; c is overwritten. */
    static void isNearTheReference(Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta, Tensor c,
                                   Tensor actual, double unit) {
        Tensor squares = Tensor.zeros(c.shape());
        REFERENCE.matmul(a, transposeA, b, transposeB, alpha, beta, c);
        REFERENCE.matmul(squared(a), transposeA, squared(b), transposeB, alpha * alpha, 0f, squares);
        Close.nearSum(c, actual, squares, 4 * unit + Close.SUM);
    }

    @Property(tries = TRIES)
    default void choicesAreThoseOfSumsInOrder(@ForAll @IntRange(min = 1, max = 9) int rows,
                                              @ForAll @IntRange(min = 1, max = 1500) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor scores = Tensor.gaussian(rng, 3f, rows, cols);
        double[] draws = new double[rows];
        Arrays.setAll(draws, i -> i % 3 == 0 ? -1 : rng.nextDouble());
        if (rows > 4) {
            scores.put(3 * cols + rng.nextInt(cols), Float.NaN);
            scores.put(4 * cols + rng.nextInt(cols), Float.POSITIVE_INFINITY);
        }
        int[] chosen = new int[rows];
        backend().chooser().choose(scores, draws, chosen);
        for (int i = 0; i < rows; i++) {
            boolean decides = rows <= 4 || i != 3 && i != 4;
            assertEquals(decides ? choice(scores.data(), Tensor.FIRST + i * cols, cols, draws[i]) : -1, chosen[i]);
        }
    }

    private static int choice(float[] scores, int from, int cols, double draw) {
        int best = 0;
        for (int i = 1; i < cols; i++) {
            best = scores[from + i] > scores[from + best] ? i : best;
        }
        if (draw < 0) {
            return best;
        }
        double[] sums = new double[cols + 1];
        for (int i = 0; i < cols; i++) {
            sums[i + 1] = sums[i] + StrictMath.exp((double) scores[from + i] - scores[from + best]);
        }
        return (int) Arrays.stream(sums).skip(1).filter(sum -> sum <= draw * sums[cols]).count();
    }

    @Example
    default void aDrawOnABoundaryAndEqualScoresAreLeftOrTheFirst() {
        Tensor scores = Tensor.full(0.25f, 4, 512);
        int[] chosen = new int[4];
        backend().chooser().choose(scores, new double[] {-1, 0.5, 0.5 + 0.25 / 512, 0}, chosen);
        assertArrayEquals(new int[] {0, -1, 256, -1}, chosen);
        assertThrows(ShapeException.class, () -> backend().chooser().choose(scores, new double[3], chosen));
    }

    private static Tensor squared(Tensor x) {
        Tensor y = Tensor.zeros(x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.put(i, x.at(i) * x.at(i));
        }
        return y;
    }
}
