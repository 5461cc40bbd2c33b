package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.soarj.tensor.Rng;

/** Examples with numbers, worked out by hand after Hugging Face's logits processors. */
class DecodingSamplerTest {
    /** Scores of the probabilities 0.4, 0.3, 0.2, 0.05, 0.05. */
    private static final float[] SCORES = logs(0.4, 0.3, 0.2, 0.05, 0.05);

    private static float[] logs(double... probabilities) {
        float[] logs = new float[probabilities.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(probabilities[i]);
        }
        return logs;
    }

    private static Sequence sequence(long seed, int... prompt) {
        return new Sequence(prompt, 100, Rng.of(seed), TokenListener.NONE);
    }

    /** Shares of 20,000 draws; three standard deviations are at most 0.011. */
    private static double[] shares(Decoding decoding, float[] scores, int... prompt) {
        DecodingSampler sampler = new DecodingSampler(decoding);
        Sequence sequence = sequence(3, prompt);
        double[] shares = new double[scores.length];
        for (int i = 0; i < 20_000; i++) {
            shares[sampler.choose(scores, 0, scores.length, sequence)] += 1 / 20_000.0;
        }
        return shares;
    }

    private static void assertShares(double[] expected, double[] got) {
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] == 0) {
                assertEquals(0, got[i], "token " + i + " must not come: " + Arrays.toString(got));
            }
            assertEquals(expected[i], got[i], 0.015, Arrays.toString(got));
        }
    }

    @Example
    void topKKeepsTheHighestAndTheirEquals() {
        assertShares(new double[] {4 / 7.0, 3 / 7.0, 0, 0, 0}, shares(new Decoding(1, 2, 1, 0, 1), SCORES));
        assertShares(new double[] {0.4, 0.3, 0.2, 0.05, 0.05}, shares(new Decoding(1, 4, 1, 0, 1), SCORES));
        assertShares(new double[] {0.4, 0.3, 0.2, 0.05, 0.05}, shares(new Decoding(1, 50, 1, 0, 1), SCORES));
    }

    @Example
    void topPKeepsTheFewestThatReachTheMass() {
        // Ascending sums 0.05, 0.1, 0.3, 0.6, 1: dropped are those of at most 1 - p.
        assertShares(new double[] {4 / 7.0, 3 / 7.0, 0, 0, 0}, shares(new Decoding(1, 0, 0.65f, 0, 1), SCORES));
        assertShares(new double[] {4 / 9.0, 3 / 9.0, 2 / 9.0, 0, 0}, shares(new Decoding(1, 0, 0.75f, 0, 1), SCORES));
        assertShares(new double[] {1, 0, 0, 0, 0}, shares(new Decoding(1, 0, 0.01f, 0, 1), SCORES));
        // Of two equals the higher id goes first: 0.05 is dropped, 0.1 is not.
        assertShares(new double[] {0.4 / 0.95, 0.3 / 0.95, 0.2 / 0.95, 0.05 / 0.95, 0}, shares(new Decoding(1, 0, 0.93f, 0, 1), SCORES));
    }

    @Example
    void minPIsRelativeToTheHighest() {
        assertShares(new double[] {4 / 9.0, 3 / 9.0, 2 / 9.0, 0, 0}, shares(new Decoding(1, 0, 1, 0.3f, 1), SCORES));
        assertShares(new double[] {1, 0, 0, 0, 0}, shares(new Decoding(1, 0, 1, 1, 1), SCORES));
    }

    @Example
    void topPSeesWhatTopKLeft() {
        // After top-k 3: 4/9, 3/9, 2/9. Ascending sums 2/9, 5/9, 1; with p 0.7 the first is dropped, of the whole it would not be.
        assertShares(new double[] {4 / 7.0, 3 / 7.0, 0, 0, 0}, shares(new Decoding(1, 3, 0.7f, 0, 1), SCORES));
        assertShares(new double[] {4 / 9.0, 3 / 9.0, 2 / 9.0, 0, 0}, shares(new Decoding(1, 0, 0.71f, 0, 1), SCORES));
    }

    @Example
    void thePenaltyDividesPositiveScoresAndMultipliesOthersOnce() {
        float[] scores = {2, 1.5f, -1, 0};
        // Tokens 0 and 2 came, 0 three times: 2 / 1.5 is below 1.5.
        assertEquals(1, new DecodingSampler(new Decoding(0, 0, 1, 0, 1.5f)).choose(scores, 0, 4, sequence(1, 0, 2, 0, 0)));
        assertEquals(0, new DecodingSampler(new Decoding(0, 0, 1, 0, 1.3f)).choose(scores, 0, 4, sequence(1, 0, 2, 0, 0)));
        double[] weights = {Math.exp(2 / 1.5), Math.exp(1.5), Math.exp(-1.5), 1};
        double sum = Arrays.stream(weights).sum();
        assertShares(Arrays.stream(weights).map(w -> w / sum).toArray(), shares(new Decoding(1, 0, 1, 0, 1.5f), scores, 0, 2, 0));
        assertArrayEquals(new float[] {2, 1.5f, -1, 0}, scores, "the scores themselves are needed for log-probabilities");
    }

    @Example
    void generatedTokensArePenalisedToo() {
        Sequence sequence = sequence(1, 3);
        sequence.append(0, 0, false);
        DecodingSampler sampler = new DecodingSampler(new Decoding(0, 0, 1, 0, 2f));
        assertEquals(1, sampler.choose(new float[] {2, 1.5f, 0, 0}, 0, 4, sequence));
        assertEquals(0, sampler.choose(new float[] {2, 1.5f, 0, 0}, 0, 4, sequence(1, 3)), "another sequence has not had it");
    }

    @Property(tries = 200)
    void theEstimatedDrawIsTheExactOne(@ForAll long seed, @ForAll @IntRange(min = 513, max = 3000) int size) {
        Rng rng = Rng.of(seed);
        float[] scores = new float[size];
        double width = rng.nextDouble() * 12;
        for (int i = 0; i < size; i++) {
            scores[i] = (float) (width * rng.nextGaussian());
        }
        Sampler sampler = Sampler.softmax();
        for (int i = 0; i < 20; i++) {
            assertEquals(plain(scores, rng.split("draw", i)), sampler.choose(scores, 0, size, rng.split("draw", i)));
        }
    }

    /** The definition: inversion of the distribution function by StrictMath and sums in order. */
    private static int plain(float[] scores, Rng rng) {
        double max = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double total = 0;
        for (float score : scores) {
            total += StrictMath.exp(score - max);
        }
        double left = rng.nextDouble() * total;
        for (int i = 0; i < scores.length; i++) {
            left -= StrictMath.exp(scores[i] - max);
            if (left < 0) {
                return i;
            }
        }
        throw new AssertionError("the draw lies beyond the sum");
    }

    /** Over a large vocabulary: sorted the plain way. */
    @Property(tries = 100)
    void whatTopKAndTopPKeepIsWhatSortingKeeps(@ForAll long seed, @ForAll @IntRange(min = 2, max = 400) int size) {
        Rng rng = Rng.of(seed);
        float[] scores = new float[size];
        for (int i = 0; i < size; i++) {
            scores[i] = Math.round(8 * rng.nextGaussian()) / 4f;
        }
        int k = 1 + rng.nextInt(size);
        float p = (float) (0.05 + 0.9 * rng.nextDouble());
        boolean[] kept = kept(scores, k, p);
        DecodingSampler sampler = new DecodingSampler(new Decoding(1, k, p, 0, 1));
        Sequence sequence = sequence(seed);
        for (int i = 0; i < 200; i++) {
            int id = sampler.choose(scores, 0, size, sequence);
            assertTrue(kept[id], "token " + id + " of score " + scores[id] + ", k " + k + ", p " + p);
        }
    }

    private static boolean[] kept(float[] scores, int k, float p) {
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> scores[a] != scores[b] ? Float.compare(scores[b], scores[a]) : Integer.compare(a, b));
        boolean[] kept = new boolean[scores.length];
        double total = 0;
        for (int i = 0; i < scores.length; i++) {
            kept[i] = scores[i] >= scores[order[k - 1]];
            total += kept[i] ? Math.exp(scores[i]) : 0;
        }
        double sum = 0;
        for (int n = scores.length - 1; n > 0; n--) {
            sum += kept[order[n]] ? Math.exp(scores[order[n]]) : 0;
            // Rounding may decide at the very boundary: there both are right.
            kept[order[n]] &= sum > (1 - (double) p) * total * (1 - 1e-7);
        }
        return kept;
    }

    @Example
    void theExponentialIsExactToNineDigits() {
        for (double x = 0; x > -59; x -= 0.0137) {
            assertEquals(1, Exponential.of(x) / StrictMath.exp(x), 1e-9, "e^" + x);
        }
        assertEquals(1, Exponential.of(0));
        assertEquals(0, Exponential.of(-61));
        assertEquals(0, Exponential.of(Double.NEGATIVE_INFINITY));
    }

    @Example
    void settingsWithoutMeaningAreRefused() {
        for (float[] wrong : new float[][] {{-1, 0, 1, 0, 1}, {1, -1, 1, 0, 1}, {1, 0, 0, 0, 1}, {1, 0, 1.1f, 0, 1}, {1, 0, 1, 2, 1},
            {1, 0, 1, 0, 0}, {Float.NaN, 0, 1, 0, 1}}) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> new Decoding(wrong[0], (int) wrong[1], wrong[2], wrong[3], wrong[4])).getMessage();
            assertTrue(message.startsWith("decoding: "), message);
        }
    }
}
