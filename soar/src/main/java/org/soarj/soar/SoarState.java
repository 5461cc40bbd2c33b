package org.soarj.soar;

import java.util.List;

/**
 * What an outer step leaves to the next one; with the teacher's weights and optimiser, all that an exact resume needs.
 *
 * <p>No random state is in it: every draw of step t comes from a stream named by t, so a resumed run draws the same.
 *
 * @param <W> the student's weights
 * @param step outer steps done, which is also the number of the next one
 * @param baseline theta, where students start
 * @param window step-mean gains that still count, oldest first
 * @param promotionQuestions D_best, and through it the promotions so far
 */
public record SoarState<W>(int step, W baseline, List<Double> window, PromotionQuestions promotionQuestions) {
    public SoarState {
        SoarSettings.atLeast(0, step, "state.step", "a run starts at step 0");
        window = List.copyOf(window);
    }

    /** The state before the first step. */
    public static <W> SoarState<W> start(W base) {
        return new SoarState<>(0, base, List.of(), PromotionQuestions.NONE);
    }

    /** How often the baseline changed so far. */
    public int promotions() {
        return promotionQuestions.promotions().size();
    }
}
