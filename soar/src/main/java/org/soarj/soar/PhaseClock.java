package org.soarj.soar;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Seconds spent in the phases of one step. */
final class PhaseClock {
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final long start = System.nanoTime();

    <R> R time(String phase, Supplier<R> work) {
        long before = System.nanoTime();
        R result = work.get();
        seconds.merge(phase, (System.nanoTime() - before) / 1e9, Double::sum);
        return result;
    }

    void time(String phase, Runnable work) {
        time(phase, () -> {
            work.run();
            return null;
        });
    }

    /** The phases so far, and the whole under {@code step}. */
    Map<String, Double> seconds() {
        Map<String, Double> all = new LinkedHashMap<>(seconds);
        all.put("step", (System.nanoTime() - start) / 1e9);
        return all;
    }
}
