package org.soarj.soar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a trained student replaces the baseline, and which one (SOAR sec. 3.4).
 *
 * <p>The mean gain of a step, averaged over the last {@code window} steps, must be above {@code tau}: strictly, and only once
 * the window is full. The winner is the median repeat of the data set with the highest mean gain.
 *
 * <p>{@code tau} belongs to the noise of the measurement: 0.01 suits 3 * 4 * 4 students with 64 answers each. With fewer
 * questions, repeats or data sets it has to grow; {@link GroundedReward#standardError()} says by how much.
 *
 * @param enabled false never promotes (the arm "Grounded-T, no promotion")
 * @param tau the threshold on the moving average
 * @param window steps in the moving average
 * @param median which middle value is the median of an even number of repeats
 * @param clearWindow whether a promotion empties the window. Gains over the old baseline say nothing about the new one, so
 *     keeping them would promote again for the same success; the paper leaves this open
 */
public record PromotionRule(boolean enabled, double tau, int window, MedianRule median, boolean clearWindow) {
    public static final PromotionRule PAPER = new PromotionRule(true, 0.01, 3, MedianRule.LOWER, true);
    /** The paper's averages, but the student always goes back to the base. */
    public static final PromotionRule NEVER = new PromotionRule(false, 0.01, 3, MedianRule.LOWER, true);

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public PromotionRule {
        SoarSettings.atLeast(1, window, "loop.promotion.window", "an average needs an entry");
        if (!Double.isFinite(tau)) {
            throw new IllegalArgumentException("settings: loop.promotion.tau must be a finite number, got " + tau);
        }
    }

    /** The last {@code window} entries of {@code means} with {@code mean} added at the end. */
    public List<Double> extend(List<Double> means, double mean) {
        int kept = Math.min(means.size(), window - 1);
        List<Double> recent = new ArrayList<>(means.subList(means.size() - kept, means.size()));
        recent.add(mean);
        return List.copyOf(recent);
    }

    /**
     * The decision at the end of a step.
     *
     * @param means step-mean gains, oldest first, this step's last; as {@link #extend} gives them
     * @param reward this step's gains
     */
    public PromotionDecision decide(List<Double> means, GroundedReward reward) {
        double average = means.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        boolean full = means.size() >= window;
        double standardError = reward.standardError() / Math.sqrt(Math.max(1, means.size()));
        Optional<PromotionDecision.Winner> winner = Optional.empty();
        if (enabled && full && average > tau) {
            int best = reward.bestDataSet();
            winner = Optional.of(new PromotionDecision.Winner(best, median.indexIn(reward.gains().get(best))));
        }
        return new PromotionDecision(average, standardError, means.size(), this, winner);
    }
}
