package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What goes wrong when trainer and sampler do not divide the logits by the same temperature, in numbers (V17). */
class TemperatureTest {
    private static final double TOLERANCE = 1e-6;
    private static final double[] LOGITS = {2, 1, 0};

    @Test
    void v17LogProbabilitiesAreThoseOfScaledLogits() {
        double[] plain = logSoftmax(1, 3);
        double[] tempered = logSoftmax(.6, 3);
        assertArrayEquals(new double[] {-.407606, -1.407606, -2.407606}, plain, TOLERANCE);
        assertArrayEquals(new double[] {-.202573, -1.869240, -3.535906}, tempered, TOLERANCE);
        assertEquals(-.679343, plain[0] / .6, TOLERANCE);
        assertEquals(.832396, -Arrays.stream(plain).map(lp -> Math.exp(lp) * lp).sum(), TOLERANCE);
    }

    @Test
    void v17ATrainerThatForgetsTheTemperatureShowsInTheFirstRatio() {
        double[] plain = logSoftmax(1, 3);
        double[] tempered = logSoftmax(.6, 3);
        float[][] now = {{(float) plain[0]}, {(float) plain[2]}};
        float[][] old = {{(float) tempered[0]}, {(float) tempered[2]}};
        assertArrayEquals(new double[] {.814621, 3.090400}, PolicyLoss.plain().of(now, old, new double[2]).ratios(), 2e-6);
    }

    @Test
    void v17TopTwoSamplingBiasesEveryLogRatioByTheKeptMass() {
        double[] plain = logSoftmax(1, 3);
        double kept = Math.exp(plain[0]) + Math.exp(plain[1]);
        assertEquals(.909969, kept, TOLERANCE);
        assertEquals(-.094344, plain[0] - logSoftmax(1, 2)[0], TOLERANCE);
        assertEquals(Math.log(kept), plain[1] - logSoftmax(1, 2)[1], TOLERANCE);
    }

    private static double[] logSoftmax(double temperature, int kept) {
        double[] scaled = Arrays.stream(LOGITS).limit(kept).map(logit -> logit / temperature).toArray();
        double normaliser = Math.log(Arrays.stream(scaled).map(Math::exp).sum());
        return Arrays.stream(scaled).map(logit -> logit - normaliser).toArray();
    }
}
