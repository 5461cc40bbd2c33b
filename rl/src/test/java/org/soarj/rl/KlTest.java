package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KlTest {
    private static final double TOLERANCE = 1e-6;
    private static final double[] P = {.5, .3, .2};
    private static final double[] Q = {.4, .4, .2};

    @Test
    void v7PolicyLikesTheTokenMore() {
        assertEstimates(-1, -1.5, new double[] {.5, .125, .106531}, new double[] {1, .5, .393469});
    }

    @Test
    void v8PolicyLikesTheTokenLess() {
        assertEstimates(-2, -1, new double[] {-1, .5, .718282}, new double[] {1, -1, -1.718282});
    }

    @Test
    void v9AlmostImpossibleUnderTheReference() {
        assertEstimates(-.1, -25, new double[] {24.9, 310.005, 23.9}, new double[] {1, 24.9, 1});
        assertEquals(10, KlEstimator.K3.clampedValue(-.1, -25, 10), TOLERANCE);
    }

    @Test
    void v10ExpectationsOverACategorical() {
        double divergence = .0252671539;
        assertEquals(divergence, expectation(KlEstimator.K1), 1e-10);
        assertEquals(.0248624073, expectation(KlEstimator.K2), 1e-10);
        assertEquals(divergence, expectation(KlEstimator.K3), 1e-10);
    }

    @Test
    void v11ExpectedGradientsAsALossTerm() {
        assertArrayEquals(new double[3], expectedLogitGradient(KlEstimator.K1), TOLERANCE);
        assertArrayEquals(new double[] {.098938, -.093885, -.005053}, expectedLogitGradient(KlEstimator.K2), TOLERANCE);
        assertArrayEquals(new double[] {.1, -.1, 0}, expectedLogitGradient(KlEstimator.K3), TOLERANCE);
    }

    @Test
    void v13PenalisedRewardsAndLoggedKl() {
        KlPenalty penalty = KlPenalty.of(.05);
        double[] rewards = {1, 0, 1, 0};
        double[] divergence = {.2, -.2, .2, 0};
        double[] penalised = {.99, .01, .99, 0};
        for (int i = 0; i < 4; i++) {
            assertEquals(divergence[i], KlPenalty.sequenceKl(FourSequences.OLD[i], FourSequences.REFERENCE[i]), TOLERANCE);
            rewards[i] = penalty.apply(rewards[i], FourSequences.OLD[i], FourSequences.REFERENCE[i]);
            assertEquals(penalised[i], rewards[i], TOLERANCE);
        }
        assertArrayEquals(FourSequences.ADVANTAGES, Advantage.leaveOneOut().of(rewards), TOLERANCE);
        assertEquals(.02, KlPenalty.tokenMean(List.of(FourSequences.OLD), List.of(FourSequences.REFERENCE)), TOLERANCE);
        double logged = KlPenalty.sequenceMean(List.of(FourSequences.OLD), List.of(FourSequences.REFERENCE));
        assertEquals(.004167, logged, TOLERANCE);
    }

    @Test
    void theRangeAppliesBeforeThePenalty() {
        KlPenalty penalty = new KlPenalty(.5, -1, 1);
        float[] old = {-1};
        float[] reference = {-3};
        assertEquals(0, penalty.apply(120, old, reference), TOLERANCE);
        assertEquals(-2, penalty.apply(-7, old, reference), TOLERANCE);
        assertTrue(Double.isNaN(penalty.apply(Double.NaN, old, reference)));
    }

    @Test
    void impossiblePenaltiesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> KlPenalty.of(-1));
        assertThrows(IllegalArgumentException.class, () -> KlPenalty.of(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new KlPenalty(0, 1, -1));
        String message = assertThrows(IllegalArgumentException.class,
                () -> KlPenalty.of(1).apply(0, new float[2], new float[3])).getMessage();
        assertTrue(message.contains("2 sampler") && message.contains("3 of the reference"), message);
    }

    @Property(tries = 200)
    void theDerivativeIsTheSlopeOfTheValue(
            @ForAll @DoubleRange(min = -5, max = 0) double logProb,
            @ForAll @DoubleRange(min = -5, max = 0) double reference) {
        double h = 1e-5;
        for (KlEstimator estimator : KlEstimator.values()) {
            double slope = (estimator.value(logProb + h, reference) - estimator.value(logProb - h, reference)) / (2 * h);
            double derivative = estimator.derivative(logProb, reference);
            assertEquals(slope, derivative, 1e-6 * Math.max(1, Math.abs(derivative)));
        }
    }

    @Property(tries = 200)
    void thirdEstimatorIsExactForTinyDifferences(@ForAll @IntRange(min = 1, max = 100) int tenMillionths) {
        double d = tenMillionths * 1e-7;
        assertEquals(d * d / 2 - d * d * d / 6, KlEstimator.K3.value(d, 0), 1e-20);
    }

    private static void assertEstimates(double logProb, double reference, double[] values, double[] derivatives) {
        for (KlEstimator estimator : KlEstimator.values()) {
            assertEquals(values[estimator.ordinal()], estimator.value(logProb, reference), TOLERANCE);
            assertEquals(derivatives[estimator.ordinal()], estimator.derivative(logProb, reference), TOLERANCE);
        }
    }

    private static double expectation(KlEstimator estimator) {
        double sum = 0;
        for (int i = 0; i < P.length; i++) {
            sum += P[i] * estimator.value(Math.log(P[i]), Math.log(Q[i]));
        }
        return sum;
    }

    /** E over tokens i of k'(i) dlog p_i/dz_j, with dlog p_i/dz_j = [i=j] - p_j. */
    private static double[] expectedLogitGradient(KlEstimator estimator) {
        double[] gradient = new double[P.length];
        for (int i = 0; i < P.length; i++) {
            double derivative = estimator.derivative(Math.log(P[i]), Math.log(Q[i]));
            for (int j = 0; j < P.length; j++) {
                gradient[j] += P[i] * derivative * ((i == j ? 1 : 0) - P[j]);
            }
        }
        return gradient;
    }
}
