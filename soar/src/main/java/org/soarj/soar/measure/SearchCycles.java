package org.soarj.soar.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * How a teacher searches and exploits (SOAR App. E): between two promotions its reward first wanders, then rises to the next
 * one, after which the better baseline makes gains harder and the reward drops.
 */
public final class SearchCycles {
    private SearchCycles() {}

    /**
     * What was measured in an outer step.
     *
     * @param average of the rewards of the last steps, as the promotion check has it; the window starts anew at a promotion
     */
    public record Step(int step, double average, boolean promoted) {}

    /**
     * From one promotion to the next, or to the end of the run.
     *
     * @param from its first step
     * @param trough the step from which the average rises to its end: the last of the lowest
     * @param to its last step, the promotion's where there is one
     * @param rise average of the last step less that of the trough
     * @param drop average at the promotion less the lowest of the next cycle; NaN without either
     * @param promoted whether it ends in a promotion
     */
    public record Cycle(int from, int trough, int to, double rise, double drop, boolean promoted) {
        /** Steps until the rise. */
        public int searching() {
            return trough - from + 1;
        }

        /** Steps of the rise. */
        public int exploiting() {
            return to - trough;
        }
    }

    /** The cycles of a run, in order. */
    public static List<Cycle> of(List<Step> steps) {
        List<List<Step>> parts = new ArrayList<>();
        List<Step> part = new ArrayList<>();
        for (Step step : steps) {
            part.add(step);
            if (step.promoted()) {
                parts.add(part);
                part = new ArrayList<>();
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        List<Cycle> cycles = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Step first = parts.get(i).getFirst();
            Step last = parts.get(i).getLast();
            Step trough = trough(parts.get(i));
            double drop = last.promoted() && i + 1 < parts.size() ? last.average() - trough(parts.get(i + 1)).average() : Double.NaN;
            cycles.add(new Cycle(first.step(), trough.step(), last.step(), last.average() - trough.average(), drop, last.promoted()));
        }
        return List.copyOf(cycles);
    }

    private static Step trough(List<Step> steps) {
        return steps.stream().reduce((low, next) -> next.average() <= low.average() ? next : low).orElseThrow();
    }
}
