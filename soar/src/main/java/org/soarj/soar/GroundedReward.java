package org.soarj.soar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The gains of one outer step: R_kj = accuracy of student j of data set k on Q_R, less the baseline's (SOAR sec. 3.1).
 *
 * @param baseAccuracy accuracy of the baseline student on the same questions
 * @param gains R_kj by data set, then repeat; every data set has the same number of repeats, of which NaN are those that
 *     failed. They count in no mean
 * @param answers behind each accuracy: |Q_R|, or as many times that as each question is answered
 */
public record GroundedReward(double baseAccuracy, List<List<Double>> gains, int answers) {

    /** @throws IllegalArgumentException when the gains are empty, ragged or infinite, or a data set has none but NaN */
    public GroundedReward {
        gains = gains.stream().map(List::copyOf).toList();
        if (gains.isEmpty() || gains.getFirst().isEmpty()) {
            throw new IllegalArgumentException("grounded reward: needs one student at least, got none");
        }
        SoarSettings.atLeast(1, answers, "answers", "a gain is measured on questions");
        for (int k = 0; k < gains.size(); k++) {
            if (gains.get(k).size() != gains.getFirst().size()) {
                throw new IllegalArgumentException("grounded reward: data set " + k + " has " + gains.get(k).size()
                        + " repeats, data set 0 has " + gains.getFirst().size() + "; they must be equal");
            }
            if (gains.get(k).stream().anyMatch(gain -> gain.isInfinite()) || gains.get(k).stream().allMatch(gain -> gain.isNaN())) {
                throw new IllegalArgumentException("grounded reward: data set " + k + " has gains " + gains.get(k)
                        + "; all must be finite, but for the NaN of repeats that failed, and one must be a number");
            }
        }
    }

    /** The gains of students with these accuracies, {@code scores[k][j]}, over a baseline. */
    public static GroundedReward of(double baseAccuracy, double[][] scores, int answers) {
        List<List<Double>> gains = new ArrayList<>();
        for (double[] repeats : scores) {
            gains.add(Arrays.stream(repeats).mapToObj(score -> score - baseAccuracy).toList());
        }
        return new GroundedReward(baseAccuracy, gains, answers);
    }

    /** R_k, the reward of each data set: its mean gain over the repeats. */
    public double[] dataSetRewards() {
        return gains.stream().mapToDouble(GroundedReward::mean).toArray();
    }

    /** The mean of all R_k. */
    public double mean() {
        return Arrays.stream(dataSetRewards()).average().orElseThrow();
    }

    /** The data set with the highest R_k; the first of equals. */
    public int bestDataSet() {
        double[] rewards = dataSetRewards();
        return IntStream.range(0, rewards.length)
                .reduce((a, b) -> rewards[b] > rewards[a] ? b : a)
                .orElseThrow();
    }

    /**
     * The teacher's advantages, A_k = R_k - mean of the other R_l of its group (SOAR sec. 3.2; Ahmadian et al. 2024).
     *
     * <p>They sum to zero in each group, which is what lets a teacher that resamples rejected outputs use its plain
     * log-probabilities (Proposition 1).
     *
     * @param groupSize g; consecutive data sets form a group
     */
    public double[] advantages(int groupSize) {
        double[] rewards = dataSetRewards();
        if (groupSize < 2 || rewards.length % groupSize != 0) {
            throw new IllegalArgumentException("advantages: " + rewards.length + " data sets do not make groups of "
                    + groupSize + "; the size must be 2 or more and divide them");
        }
        double[] advantages = new double[rewards.length];
        for (int start = 0; start < rewards.length; start += groupSize) {
            double sum = Arrays.stream(rewards, start, start + groupSize).sum();
            for (int k = start; k < start + groupSize; k++) {
                advantages[k] = rewards[k] - (sum - rewards[k]) / (groupSize - 1);
            }
        }
        return advantages;
    }

    /**
     * Standard error of {@link #mean()} were all its answers independent draws: sqrt(p (1 - p) / answers), p the students'
     * mean accuracy. A floor: the students share the questions. At p of 0 or 1 it is 0 and says nothing.
     */
    public double standardError() {
        return binomialStandardError(baseAccuracy + mean(), answers * measured().length);
    }

    /**
     * Standard error of {@link #mean()} from the spread of the students' gains: their deviation over the root of their number.
     * It knows what seeds and data sets do, and not what the draw of Q_R does, which all students share. NaN for one student.
     */
    public double studentStandardError() {
        double[] all = measured();
        double mean = Arrays.stream(all).average().orElseThrow();
        double squares = Arrays.stream(all).map(gain -> (gain - mean) * (gain - mean)).sum();
        return Math.sqrt(squares / (all.length - 1) / all.length);
    }

    private double[] measured() {
        return gains.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).filter(gain -> !Double.isNaN(gain)).toArray();
    }

    /** Standard error of one R_k, were no repeat missing, likewise a floor. */
    public double dataSetStandardError() {
        return binomialStandardError(baseAccuracy + mean(), answers * gains.getFirst().size());
    }

    /** sqrt(p (1 - p) / count), with p held within [0,1]. */
    static double binomialStandardError(double p, int count) {
        double share = Math.clamp(p, 0, 1);
        return Math.sqrt(share * (1 - share) / count);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).filter(value -> !Double.isNaN(value)).average().orElseThrow();
    }
}
