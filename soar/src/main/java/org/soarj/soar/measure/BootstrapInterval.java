package org.soarj.soar.measure;

import java.util.Arrays;
import org.soarj.tensor.Rng;

/**
 * A percentile bootstrap interval (Efron 1979) of a mean over problems.
 *
 * <p>Problems are drawn with replacement, so the interval says how the mean would move with another test set of the same
 * size. It says nothing about other training seeds; those need runs.
 */
public record BootstrapInterval(double lower, double upper) {

    /**
     * @param perProblem one value for each problem, such as its pass@k
     * @param level share of resampled means inside, such as 0.95
     * @param resamples means to draw, 1000 or more for two stable digits
     */
    public static BootstrapInterval ofMean(double[] perProblem, double level, int resamples, Rng rng) {
        if (perProblem.length == 0 || resamples < 1 || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException("bootstrap: needs a problem, a resample and a level in (0,1), got "
                    + perProblem.length + " problems, " + resamples + " resamples, level " + level);
        }
        double[] means = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            double sum = 0;
            for (int draw = 0; draw < perProblem.length; draw++) {
                sum += perProblem[rng.nextInt(perProblem.length)];
            }
            means[i] = sum / perProblem.length;
        }
        Arrays.sort(means);
        double tail = (1 - level) / 2;
        return new BootstrapInterval(quantile(means, tail), quantile(means, 1 - tail));
    }

    /** Linear between the two nearest order statistics. */
    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
