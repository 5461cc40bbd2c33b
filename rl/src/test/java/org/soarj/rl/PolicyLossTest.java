package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.rl.Aggregation.SEQUENCE_MEAN_TOKEN_MEAN;
import static org.soarj.rl.Aggregation.SEQUENCE_MEAN_TOKEN_SUM;
import static org.soarj.rl.Aggregation.SEQUENCE_SUM;
import static org.soarj.rl.Aggregation.TOKEN_MEAN;
import static org.soarj.rl.Aggregation.TOKEN_SUM_OVER_CONSTANT;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;

class PolicyLossTest {
    private static final double TOLERANCE = 1e-6;

    @Test
    void v12LeaveOneOutIsUnbiasedAndItsSiblingsAreNot() {
        assertArrayEquals(new double[] {.2, -.18, -.02}, expectedAscent(Advantage.leaveOneOut()), TOLERANCE);
        assertArrayEquals(new double[] {.1, -.09, -.01}, expectedAscent(Advantage.meanCentred()), TOLERANCE);
        assertArrayEquals(new double[] {.176742, -.148465, -.028276}, expectedAscent(Advantage.grpo()), 1e-5);
    }

    @Test
    void v14OnPolicyTheValueIsZeroButTheGradientIsNot() {
        PolicyLoss.Step step = onPolicy(SEQUENCE_SUM, 1);
        assertEquals(0, step.value(), TOLERANCE);
        assertArrayEquals(new double[] {1, 1, 1, 1}, step.ratios(), 0);
        float[] slopes = {-.164167f, .1625f, -.164167f, .165833f};
        for (int i = 0; i < 4; i++) {
            float[] expected = new float[FourSequences.OLD[i].length];
            Arrays.fill(expected, slopes[i]);
            assertArrayEquals(expected, step.gradient()[i], 1e-6f);
        }
    }

    @Test
    void v14OnPolicyUnderTheOtherAggregations() {
        assertEquals(-.263333, onPolicy(TOKEN_MEAN, 1).value(), TOLERANCE);
        assertEquals(0, onPolicy(SEQUENCE_MEAN_TOKEN_MEAN, 1).value(), TOLERANCE);
        assertEquals(-.658333, onPolicy(SEQUENCE_MEAN_TOKEN_SUM, 1).value(), TOLERANCE);
        assertEquals(-.082292, onPolicy(TOKEN_SUM_OVER_CONSTANT, 4 * 8).value(), TOLERANCE);
    }

    @Test
    void v15ClippedSequenceRatios() {
        PolicyLoss.Step step = offPolicy(SEQUENCE_SUM, 1);
        assertArrayEquals(new double[] {1.161834, .951229, 1.349859, 1.105171}, step.ratios(), TOLERANCE);
        assertEquals(-.049885, step.value(), TOLERANCE);
        assertEquals(0, step.clippedLow());
        assertEquals(1, step.clippedHigh());
        assertEquals(.25, step.clipFraction());
        assertArrayEquals(new float[4], step.gradient()[2]);
        double[] terms = {-.762938, .618299, -.788, .733097};
        for (int i = 0; i < 4; i++) {
            float[][] now = {FourSequences.NEW[i]};
            float[][] old = {FourSequences.OLD[i]};
            double[] advantage = {FourSequences.ADVANTAGES[i]};
            assertEquals(terms[i], new PolicyLoss(SEQUENCE_SUM, Clip.within(.2)).of(now, old, advantage).value(), TOLERANCE);
        }
    }

    @Test
    void v15ClippedTokenRatios() {
        PolicyLoss.Step step = offPolicy(TOKEN_MEAN, 1);
        assertEquals(-.289840, step.value(), TOLERANCE);
        assertEquals(.1, step.clipFraction(), TOLERANCE);
        assertEquals(-.05, step.oldToNew() / step.terms(), TOLERANCE);
        assertEquals(-.724599, offPolicy(SEQUENCE_MEAN_TOKEN_SUM, 1).value(), TOLERANCE);
        assertEquals(-.007607, offPolicy(SEQUENCE_MEAN_TOKEN_MEAN, 1).value(), TOLERANCE);
        assertEquals(-.362300, offPolicy(TOKEN_SUM_OVER_CONSTANT, 8).value(), TOLERANCE);
    }

    @Test
    void v18ATruncatedSequenceCountsButDoesNotTeach() {
        float[][] old = {new float[3], new float[2], new float[4], new float[4]};
        double[] advantages = Advantage.leaveOneOut().of(new double[] {1, 0, 0, 0});
        boolean[] masked = {false, false, false, true};
        PolicyLoss.Step step = PolicyLoss.plain().of(old, old, advantages, masked);
        assertFirstSlopes(new double[] {-.25, .083333, .083333, 0}, step);
        // The masked sequence adds -A/4 = +1/12, so that the four terms still cancel.
        assertEquals(0, step.value(), TOLERANCE);
        assertFirstSlopes(new double[] {-.333333, .111111, .111111, 0},
                new PolicyLoss(SEQUENCE_MEAN_TOKEN_SUM, Clip.off()).of(old, old, advantages, masked));
        assertFirstSlopes(new double[] {-.111111, .037037, .037037, 0},
                new PolicyLoss(TOKEN_MEAN, Clip.off()).of(old, old, advantages, masked));
    }

    @Test
    void v19MicroBatchesShareTheTokenCountOfTheBatch() {
        // With ratio 1 a token's loss is -A: one sequence of 2 tokens with loss 1, one of 8 tokens with loss 0.
        float[][] shorter = {new float[2]};
        float[][] longer = {new float[8]};
        PolicyLoss loss = new PolicyLoss(TOKEN_MEAN, Clip.off());
        boolean[] kept = {false};
        BatchTotals whole = BatchTotals.of(new int[] {2, 8}, new boolean[2]);
        double shared = loss.of(shorter, shorter, new double[] {-1}, kept, whole).value()
                + loss.of(longer, longer, new double[] {0}, kept, whole).value();
        double meanOfMeans = (loss.of(shorter, shorter, new double[] {-1}).value()
                + loss.of(longer, longer, new double[] {0}).value()) / 2;
        assertEquals(.2, shared, TOLERANCE);
        assertEquals(.5, meanOfMeans, TOLERANCE);
    }

    @Property(tries = 60)
    void theGradientIsTheSlopeOfTheValue(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        Rng rng = Rng.of(seed);
        for (Aggregation aggregation : Aggregation.values()) {
            PolicyLoss loss = new PolicyLoss(aggregation, Clip.within(.2), aggregation == TOKEN_SUM_OVER_CONSTANT ? 8 : 1);
            float[][] now = noisy(FourSequences.OLD, rng);
            int i = rng.nextInt(4);
            int t = rng.nextInt(now[i].length);
            boolean[] masked = {false, rng.nextInt(2) == 0, false, false};
            double slope = loss.of(now, FourSequences.OLD, FourSequences.ADVANTAGES, masked).gradient()[i][t];
            float here = now[i][t];
            now[i][t] = here + 0x1p-9f;
            PolicyLoss.Step above = loss.of(now, FourSequences.OLD, FourSequences.ADVANTAGES, masked);
            now[i][t] = here - 0x1p-9f;
            PolicyLoss.Step below = loss.of(now, FourSequences.OLD, FourSequences.ADVANTAGES, masked);
            if (above.clippedLow() == below.clippedLow() && above.clippedHigh() == below.clippedHigh()) {
                assertEquals((above.value() - below.value()) * 0x1p8, slope, 1e-5, aggregation::name);
            }
        }
    }

    @Property(tries = 60)
    void microBatchesAddUpToTheBatch(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        Rng rng = Rng.of(seed);
        float[][] now = noisy(FourSequences.OLD, rng);
        boolean[] masked = {false, rng.nextInt(2) == 0, rng.nextInt(2) == 0, false};
        BatchTotals totals = BatchTotals.of(new int[] {3, 2, 4, 1}, masked);
        for (Aggregation aggregation : Aggregation.values()) {
            PolicyLoss loss = new PolicyLoss(aggregation, Clip.within(.2));
            PolicyLoss.Step whole = loss.of(now, FourSequences.OLD, FourSequences.ADVANTAGES, masked);
            double sum = 0;
            for (int i = 0; i < 4; i++) {
                PolicyLoss.Step part = loss.of(new float[][] {now[i]}, new float[][] {FourSequences.OLD[i]},
                        new double[] {FourSequences.ADVANTAGES[i]}, new boolean[] {masked[i]}, totals);
                assertArrayEquals(whole.gradient()[i], part.gradient()[0], aggregation::name);
                sum += part.value();
            }
            assertEquals(whole.value(), sum, 1e-12, aggregation::name);
        }
    }

    @Property(tries = 60)
    void aConstantAddedToEverySequenceScoreLeavesTheTeacherUpdateUnchanged(
            @ForAll @DoubleRange(min = -50, max = 50) double constant) {
        // Proposition 1 of SOAR: what rejection sampling adds to every log-probability is weighted by slopes that sum to 0.
        PolicyLoss.Step step = PolicyLoss.plain().of(FourSequences.OLD, FourSequences.OLD,
                Advantage.leaveOneOut().of(new double[] {.010, .020, -.005, .015}));
        double weighted = 0;
        for (float[] slopes : step.gradient()) {
            weighted += slopes[0] * constant;
        }
        assertEquals(0, weighted, 1e-7);
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        float[][] two = {{-1}, {-1}};
        assertMessage("2 new sequences, 2 old, 1 advantages", () -> PolicyLoss.plain().of(two, two, new double[1]));
        assertMessage("sequence 1 has 1 new log-probabilities but 2 old",
                () -> PolicyLoss.plain().of(two, new float[][] {{-1}, {-1, -1}}, new double[2]));
        assertMessage("advantage of sequence 0 is NaN",
                () -> PolicyLoss.plain().of(two, two, new double[] {Double.NaN, 0}));
        assertMessage("ratio of sequence 1 is Infinity",
                () -> PolicyLoss.plain().of(two, new float[][] {{-1}, {-2000}}, new double[2]));
        assertMessage("has no constant divisor", () -> new PolicyLoss(TOKEN_MEAN, Clip.off(), 8));
        assertMessage("must be above 0", () -> new PolicyLoss(TOKEN_SUM_OVER_CONSTANT, Clip.off(), 0));
        assertMessage("0 or more", () -> Clip.within(-.1));
        assertMessage("2 lengths but 1 mask", () -> BatchTotals.of(new int[2], new boolean[1]));
    }

    private static PolicyLoss.Step onPolicy(Aggregation aggregation, double divisor) {
        return new PolicyLoss(aggregation, Clip.off(), divisor)
                .of(FourSequences.OLD, FourSequences.OLD, FourSequences.ADVANTAGES);
    }

    private static PolicyLoss.Step offPolicy(Aggregation aggregation, double divisor) {
        return new PolicyLoss(aggregation, Clip.within(.2), divisor)
                .of(FourSequences.NEW, FourSequences.OLD, FourSequences.ADVANTAGES);
    }

    private static float[][] noisy(float[][] values, Rng rng) {
        float[][] noisy = new float[values.length][];
        for (int i = 0; i < values.length; i++) {
            noisy[i] = values[i].clone();
            for (int t = 0; t < noisy[i].length; t++) {
                noisy[i][t] += (float) (.2 * rng.nextGaussian());
            }
        }
        return noisy;
    }

    /**
     * Minus the expected gradient by the logits of p = (.5,.3,.2), over all nine pairs of one-token completions with rewards
     * (1,0,.5).
     */
    private static double[] expectedAscent(Advantage advantage) {
        double[] p = {.5, .3, .2};
        double[] rewards = {1, 0, .5};
        double[] ascent = new double[3];
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                float[][] logProbs = {{(float) Math.log(p[a])}, {(float) Math.log(p[b])}};
                double[] advantages = advantage.of(new double[] {rewards[a], rewards[b]});
                float[][] slopes = PolicyLoss.plain().of(logProbs, logProbs, advantages).gradient();
                for (int j = 0; j < 3; j++) {
                    double first = slopes[0][0] * ((a == j ? 1 : 0) - p[j]);
                    double second = slopes[1][0] * ((b == j ? 1 : 0) - p[j]);
                    ascent[j] -= p[a] * p[b] * (first + second);
                }
            }
        }
        return ascent;
    }

    private static void assertFirstSlopes(double[] expected, PolicyLoss.Step step) {
        double[] slopes = Arrays.stream(step.gradient()).mapToDouble(row -> row[0]).toArray();
        assertArrayEquals(expected, slopes, TOLERANCE);
    }

    private static void assertMessage(String part, Runnable refused) {
        String message = assertThrows(IllegalArgumentException.class, refused::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
