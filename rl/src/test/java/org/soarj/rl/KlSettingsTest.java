package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The weight of the divergence in the reward, and the divergence as a term of the loss. */
class KlSettingsTest {
    @ParameterizedTest
    @CsvSource({".05, .99488", ".1, 1", ".2, 1.00512"})
    void v22TheAdaptiveWeight(double kl, double factor) {
        assertEquals(3 * factor, new AdaptiveKl(.1, 10_000).next(3, kl, 256), 1e-9);
    }

    @Test
    void withoutATargetTheWeightStays() {
        assertEquals(.001, AdaptiveKl.off().next(.001, 5, 256));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new AdaptiveKl(-1, 1)).getMessage().contains("got -1.0 and 1.0"));
    }

    @Test
    void k1InTheLossIsRefusedBecauseItTeachesNothing() {
        String message = assertThrows(IllegalArgumentException.class, () -> new KlLoss(KlEstimator.K1, .1)).getMessage();
        assertTrue(message.contains("K1 has expected gradient 0"), message);
        assertEquals(0, new KlLoss(KlEstimator.K1, 0).beta());
    }

    @ParameterizedTest
    @EnumSource(value = KlEstimator.class, names = {"K2", "K3"})
    void theTermsDerivativeIsTheSlopeOfItsValue(KlEstimator estimator) {
        KlLoss kl = new KlLoss(estimator, .7);
        boolean[] masked = {false, true, false, false};
        for (Aggregation aggregation : Aggregation.values()) {
            PolicyLoss loss = new PolicyLoss(aggregation, Clip.off(), aggregation == Aggregation.TOKEN_SUM_OVER_CONSTANT ? 32 : 1);
            float[][] now = copy(FourSequences.NEW);
            PolicyLoss.Step step = step(loss, now);
            double value = add(kl, loss, step, now, masked);
            float h = 1f / 256;
            for (int i = 0; i < now.length; i++) {
                for (int t = 0; t < now[i].length; t++) {
                    float[][] above = copy(now);
                    above[i][t] += h;
                    float[][] below = copy(now);
                    below[i][t] -= h;
                    double slope = (add(kl, loss, step(loss, above), above, masked)
                            - add(kl, loss, step(loss, below), below, masked)) / (2 * h);
                    assertEquals(slope, step.gradient()[i][t], 1e-4, aggregation + " " + i + "," + t);
                }
            }
            assertTrue(value > 0, "the case should have a divergence");
        }
    }

    /** Advantages of 0, so that the term is alone. */
    private static PolicyLoss.Step step(PolicyLoss loss, float[][] now) {
        return loss.of(now, FourSequences.OLD, new double[4]);
    }

    private static double add(KlLoss kl, PolicyLoss loss, PolicyLoss.Step step, float[][] now, boolean[] masked) {
        int[] lengths = Arrays.stream(now).mapToInt(row -> row.length).toArray();
        return loss.addKl(kl, step, now, List.of(FourSequences.REFERENCE[0], FourSequences.REFERENCE[1],
                FourSequences.REFERENCE[2], FourSequences.REFERENCE[3]), masked, BatchTotals.of(lengths, masked));
    }

    private static float[][] copy(float[][] rows) {
        return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    }
}
