package org.soarj.soar.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.rl.RlooStep;

/**
 * Where the wall time of outer steps goes, in parts that add up to it.
 *
 * <p>Students that are trained side by side are busy for more seconds than go by; here each second of a worker counts as its
 * share of a second. What a worker waits, copies or starts is {@code other}. A step ends when its line is written, so that a
 * checkpoint, which comes after the line, counts in the step after.
 */
public final class StepClock {
    /** What a metric's name begins with that is such a part. */
    public static final String PART = "part_";
    private static final String STEP = "step";
    private static final String OTHER = PART + "other";
    /** Sampling, forward and backward passes; the rest of a step is what they are burdened with. */
    private static final List<String> WORK = List.of(PART + "generation", PART + "updates", PART + "gains");

    private final int workers;
    private final Map<String, Double> parts = new LinkedHashMap<>();
    private final Map<String, Double> all = new LinkedHashMap<>();
    private long begun = System.nanoTime();

    /** @param workers inner loops that run at a time */
    StepClock(int workers) {
        this.workers = workers;
    }

    /** Begins the first step. */
    void start() {
        parts.clear();
        begun = System.nanoTime();
    }

    /** Counts what took from a reading of {@link System#nanoTime} until now. */
    void since(String part, long from) {
        add(part, (System.nanoTime() - from) / 1e9);
    }

    private void add(String part, double seconds) {
        parts.merge(PART + part, seconds, Double::sum);
    }

    /**
     * Ends a step.
     *
     * @param phases of {@link org.soarj.soar.StepReport}
     * @param students training steps of all inner loops
     * @param gains seconds in which these measured their students, or asked for intrinsic rewards
     * @return the phases, the parts of the whole, and the whole under {@code step}
     */
    Map<String, Double> stop(Map<String, Double> phases, List<RlooStep> students, double gains) {
        add("generation", phases.getOrDefault("generate", 0.0) + of(students, "generate"));
        add("updates", phases.getOrDefault("teacher_update", 0.0) + of(students, "score") + of(students, "update"));
        add("gains", phases.getOrDefault("evaluate_base", 0.0) + gains / workers);
        add("rewards", of(students, "reward"));
        long now = System.nanoTime();
        double whole = (now - begun) / 1e9;
        begun = now;
        parts.put(OTHER, Math.max(0, whole - parts.values().stream().mapToDouble(Double::doubleValue).sum()));
        Map<String, Double> seconds = new LinkedHashMap<>(phases);
        seconds.putAll(parts);
        seconds.put(STEP, whole);
        parts.forEach((part, taken) -> all.merge(part, taken, Double::sum));
        all.merge(STEP, whole, Double::sum);
        parts.clear();
        return seconds;
    }

    private double of(List<RlooStep> students, String phase) {
        return students.stream().mapToDouble(step -> step.seconds().getOrDefault(phase, 0.0)).sum() / workers;
    }

    /** The same over all steps, with what came after the last. */
    Map<String, Double> total() {
        Map<String, Double> total = new LinkedHashMap<>(all);
        parts.forEach((part, taken) -> {
            total.merge(part, taken, Double::sum);
            total.merge(STEP, taken, Double::sum);
        });
        return total;
    }

    /** Share of a step, or of all, outside of generation and updates; NaN where the seconds have no parts. */
    public static double outside(Map<String, Double> seconds) {
        if (!seconds.containsKey(OTHER)) {
            return Double.NaN;
        }
        double work = WORK.stream().mapToDouble(part -> seconds.getOrDefault(part, 0.0)).sum();
        return 1 - work / seconds.get(STEP);
    }
}
