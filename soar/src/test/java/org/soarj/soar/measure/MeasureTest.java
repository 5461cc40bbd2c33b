package org.soarj.soar.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;

class MeasureTest {
    @Test
    void theVendiScoreOfThreeClustersIsThree() {
        double[] points = {0, 0, 10, 10, 20, 20};
        double[][] kernel = new double[6][6];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                kernel[i][j] = Math.exp(-Math.abs(points[i] - points[j]));
            }
        }
        assertEquals(2.9999, VendiScore.ofKernel(kernel), 1e-4);
    }

    @Property(tries = 30)
    void identicalRowsScoreOneAndOrthogonalRowsScoreTheirNumber(
            @ForAll @IntRange(min = 2, max = 12) int n, @ForAll @DoubleRange(min = 0.1, max = 10) double scale) {
        double[][] same = IntStream.range(0, n).mapToObj(i -> new double[] {scale, 1, -2}).toArray(double[][]::new);
        assertEquals(1, VendiScore.ofEmbeddings(same), 1e-6);
        assertEquals(0, CosineDistance.meanPairwise(same), 1e-9);
        double[][] axes = new double[n][n];
        for (int i = 0; i < n; i++) {
            axes[i][i] = scale;
        }
        assertEquals(n, VendiScore.ofEmbeddings(axes), 1e-6);
        assertEquals(1, CosineDistance.meanPairwise(axes), 1e-9);
    }

    @Property(tries = 40)
    void theScoreLiesBetweenOneAndTheNumberOfRowsWhicheverGramMatrixIsTaken(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 9) int n, @ForAll @IntRange(min = 2, max = 9) int width) {
        double[][] rows = gaussian(Rng.of(seed), n, width);
        double score = VendiScore.ofEmbeddings(rows);
        assertTrue(score >= 1 - 1e-9 && score <= n + 1e-9, "score " + score);
        double[][] unit = CosineDistance.unitRows(rows);
        double[][] kernel = new double[n][n];
        double distances = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int c = 0; c < width; c++) {
                    kernel[i][j] += unit[i][c] * unit[j][c];
                }
                distances += 1 - kernel[i][j];
            }
        }
        assertEquals(VendiScore.ofKernel(kernel), score, 1e-8);
        assertEquals(distances / (n * (n - 1)), CosineDistance.meanPairwise(rows), 1e-9);
    }

    @Test
    void eigenvaluesOfSomethingElseAreRefused() {
        assertEquals(2, VendiScore.ofEigenvalues(new double[] {0.5, 0.5, 0, -1e-12}), 1e-9);
        assertThrows(IllegalArgumentException.class, () -> VendiScore.ofEigenvalues(new double[] {1.5, -0.5}));
        assertThrows(IllegalArgumentException.class, () -> VendiScore.ofEigenvalues(new double[] {3, 3}));
        assertThrows(IllegalArgumentException.class, () -> VendiScore.ofEigenvalues(new double[] {Double.NaN}));
        assertThrows(IllegalArgumentException.class, () -> VendiScore.ofEmbeddings(new double[][] {{1, 0}, {0, 0}}));
        assertThrows(IllegalArgumentException.class, () -> CosineDistance.meanPairwise(new double[][] {{1, 0}}));
    }

    @Test
    void subsamplesCompareAtOneSizeAndRepeatWithTheirSeed() {
        double[][] rows = gaussian(Rng.of(5), 40, 6);
        MeanDeviation score = VendiScore.subsampled(rows, 10, 20, Rng.of(1));
        assertEquals(20, score.count());
        assertTrue(score.mean() > 3 && score.mean() < 6.01 && score.deviation() > 0, score.toString());
        assertEquals(score, VendiScore.subsampled(rows, 10, 20, Rng.of(1)));
        assertThrows(IllegalArgumentException.class, () -> VendiScore.subsampled(rows, 41, 1, Rng.of(1)));
    }

    @Test
    void meanAndDeviationAreThoseOfTheTextbook() {
        MeanDeviation some = MeanDeviation.of(2, 4, 4, 4, 5, 5, 7, 9);
        assertEquals(5, some.mean());
        assertEquals(Math.sqrt(32.0 / 7), some.deviation(), 1e-12);
        assertEquals("5.0 ± 2.1", some.format(1));
        assertEquals("3.00", MeanDeviation.of(3).format(2));
        assertTrue(Double.isNaN(MeanDeviation.of(3).deviation()));
        assertThrows(IllegalArgumentException.class, MeanDeviation::of);
    }

    @Test
    void theBootstrapIntervalOfACoinCoversItsStandardError() {
        double[] coin = IntStream.range(0, 400).mapToDouble(i -> i % 4 == 0 ? 1 : 0).toArray();
        BootstrapInterval interval = BootstrapInterval.ofMean(coin, 0.95, 4000, Rng.of(9));
        double standardError = Math.sqrt(0.25 * 0.75 / 400);
        assertEquals(0.25 - 1.96 * standardError, interval.lower(), 0.006);
        assertEquals(0.25 + 1.96 * standardError, interval.upper(), 0.006);
    }

    @Property(tries = 50)
    void aWiderLevelGivesAWiderInterval(@ForAll long seed) {
        double[] values = gaussian(Rng.of(seed), 1, 30)[0];
        BootstrapInterval narrow = BootstrapInterval.ofMean(values, 0.5, 200, Rng.of(seed));
        BootstrapInterval wide = BootstrapInterval.ofMean(values, 0.9, 200, Rng.of(seed));
        assertTrue(wide.lower() <= narrow.lower() && narrow.lower() <= narrow.upper() && narrow.upper() <= wide.upper());
    }

    @Test
    void anIntervalOfNothingIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> BootstrapInterval.ofMean(new double[0], 0.95, 10, Rng.of(1)));
        assertThrows(
                IllegalArgumentException.class, () -> BootstrapInterval.ofMean(new double[1], 1, 10, Rng.of(1)));
    }

    private static double[][] gaussian(Rng rng, int rows, int width) {
        return IntStream.range(0, rows)
                .mapToObj(i -> IntStream.range(0, width).mapToDouble(c -> rng.nextGaussian()).toArray())
                .toArray(double[][]::new);
    }
}
