package org.soarj.soar.experiment;

import java.util.Arrays;

/**
 * When a student's training counts as done, by its training reward alone, since there is no validation split (SOAR sec. 5): the
 * reward is smoothed by a centred moving average, and training is done at the first step, past the steepest one, whose slope
 * has fallen below a share of the greatest slope. Test results are then averaged over the steps that follow.
 *
 * @param smoothing steps of the moving average, odd; fewer at the ends
 * @param slopeShare share of the greatest slope
 * @param average steps after the stop whose test results are averaged
 * @param fixed steps after which training counts as done whatever its reward was, as the paper's 50 on OlympiadBench; 0 for none
 */
public record StoppingRule(int smoothing, double slopeShare, int average, int fixed) {
    /** The paper's, for training of up to 1,500 steps. */
    public static final StoppingRule PAPER = new StoppingRule(25, 0.15, 200, 0);

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public StoppingRule {
        if (smoothing < 1 || smoothing % 2 == 0) {
            throw new IllegalArgumentException("stopping rule: smoothing must be odd and 1 or more, got " + smoothing);
        }
        if (!(slopeShare > 0 && slopeShare < 1)) {
            throw new IllegalArgumentException("stopping rule: slope share must lie in (0,1), got " + slopeShare);
        }
        if (average < 1) {
            throw new IllegalArgumentException("stopping rule: average must be 1 or more, got " + average);
        }
        if (fixed < 0) {
            throw new IllegalArgumentException("stopping rule: fixed must be 0 or more, got " + fixed);
        }
    }

    /**
     * The step, from 0, after which training counts as done. Where the reward never rises that is the first of {@code from}: more
     * steps would not have taught more. Where the slope never falls it is the last.
     *
     * @param rewards mean training reward of each step
     * @param from the first step that counts, such as the first on hard problems
     */
    public int stop(double[] rewards, int from) {
        if (from < 0 || from >= rewards.length) {
            throw new IllegalArgumentException("stopping rule: step " + from + " of " + rewards.length + " is none; give one of them");
        }
        if (fixed > 0) {
            return Math.min(fixed, rewards.length) - 1;
        }
        double[] smooth = smoothed(Arrays.copyOfRange(rewards, from, rewards.length));
        double[] slopes = new double[Math.max(0, smooth.length - 1)];
        int steepest = -1;
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = smooth[i + 1] - smooth[i];
            if (slopes[i] > 0 && (steepest < 0 || slopes[i] > slopes[steepest])) {
                steepest = i;
            }
        }
        if (steepest < 0) {
            return from;
        }
        for (int i = steepest; i < slopes.length; i++) {
            if (slopes[i] < slopeShare * slopes[steepest]) {
                return from + i;
            }
        }
        return rewards.length - 1;
    }

    private double[] smoothed(double[] values) {
        double[] smooth = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int reach = Math.min(smoothing / 2, Math.min(i, values.length - 1 - i));
            smooth[i] = Arrays.stream(values, i - reach, i + reach + 1).average().orElseThrow();
        }
        return smooth;
    }
}
