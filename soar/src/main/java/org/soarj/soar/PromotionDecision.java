package org.soarj.soar;

import java.util.Locale;
import java.util.Optional;

/**
 * What the promotion check of one step found.
 *
 * @param movingAverage mean gain over the steps in the window
 * @param standardError of that average, were all answers independent: a floor, since the repeats share their questions
 * @param entries steps in the window, at most {@code rule.window()}
 * @param rule the rule that decided
 * @param winner the student to promote, or empty
 */
public record PromotionDecision(
        double movingAverage, double standardError, int entries, PromotionRule rule, Optional<Winner> winner) {

    /** The promoted student: repeat {@code repeat} of data set {@code dataSet}, both from 0. */
    public record Winner(int dataSet, int repeat) {}

    public boolean promoted() {
        return winner.isPresent();
    }

    /** One line for people, the noise beside the number. */
    @Override
    public String toString() {
        String measured = String.format(
                Locale.ROOT, "mean gain over %d of %d steps %+.4f ± %.4f, tau %.4f: ",
                entries, rule.window(), movingAverage, standardError, rule.tau());
        return measured + winner.map(w -> "promoted data set " + w.dataSet() + ", repeat " + w.repeat()).orElse(kept());
    }

    private String kept() {
        if (!rule.enabled()) {
            return "promotion is off";
        }
        return entries < rule.window() ? "window not full" : "baseline kept";
    }
}
