package org.soarj.soar;

/**
 * How many optimiser steps an inner loop trains: {@code min(steps + perPromotion * promotions, cap)}.
 *
 * <p>The paper says 10 steps, 5 more whenever the baseline is updated (App. B.7), and 10 to 20 in its limitations; the cap
 * reconciles the two.
 */
public record InnerSchedule(int steps, int perPromotion, int cap) {
    public static final InnerSchedule PAPER = new InnerSchedule(10, 5, 20);

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public InnerSchedule {
        SoarSettings.atLeast(1, steps, "loop.inner.steps", "a student that does not train gains nothing");
        SoarSettings.atLeast(0, perPromotion, "loop.inner.per_promotion", "a better student needs no less training");
        SoarSettings.atLeast(steps, cap, "loop.inner.cap", "it bounds loop.inner.steps, which is " + steps);
    }

    /** Steps of an inner loop that starts after this many promotions. */
    public int stepsAfter(int promotions) {
        return (int) Math.min(steps + (long) perPromotion * promotions, cap);
    }
}
