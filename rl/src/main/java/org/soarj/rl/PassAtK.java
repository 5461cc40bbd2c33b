package org.soarj.rl;

import java.util.stream.IntStream;

/** The chance that at least one of k samples is correct, estimated from n of them (Chen et al. 2021, eq. 1). */
public final class PassAtK {
    private PassAtK() {}

    /**
     * Unbiased estimate for one problem: {@code 1 - C(n-c,k) / C(n,k)}, as a product that cannot overflow.
     *
     * @param samples n, how many completions were drawn
     * @param correct c, how many of them were correct
     * @param k at most n
     * @return in [0, 1]
     * @throws IllegalArgumentException unless 0 <= c <= n and 1 <= k <= n
     */
    public static double estimate(int samples, int correct, int k) {
        if (correct < 0 || correct > samples) {
            throw new IllegalArgumentException(
                    "pass@k: " + correct + " correct of " + samples + " samples; the count must lie between 0 and that");
        }
        if (k < 1 || k > samples) {
            throw new IllegalArgumentException(
                    "pass@" + k + " asked of " + samples + " samples; draw more samples or ask for a smaller k");
        }
        if (samples - correct < k) {
            return 1;
        }
        double allWrong = 1;
        for (int i = samples - correct + 1; i <= samples; i++) {
            allWrong *= 1 - (double) k / i;
        }
        return 1 - allWrong;
    }

    /**
     * Mean of {@link #estimate} over problems that were each sampled {@code samples} times.
     *
     * @param correct correct completions of each problem
     * @throws IllegalArgumentException when there is no problem
     */
    public static double mean(int samples, int[] correct, int k) {
        return IntStream.of(correct)
                .mapToDouble(count -> estimate(samples, count, k))
                .average()
                .orElseThrow(() -> new IllegalArgumentException("pass@" + k + ": no problem to average over"));
    }
}
