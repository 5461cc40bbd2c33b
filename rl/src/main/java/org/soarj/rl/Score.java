package org.soarj.rl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a {@link Reward} says about one completion. */
public sealed interface Score {
    /** Outcome of a completion whose reward function threw. */
    String THREW = "threw";

    /** The reward, or NaN where unscorable, as {@link RolloutGroup} and {@link Advantage} take it. */
    double value();

    /** One word for what happened, to be counted: {@code correct}, {@code boxed}, {@code timed_out}, ... */
    String outcome();

    /**
     * A reward and what it is made of.
     *
     * @param parts summands by name, in order; they add up to the value
     */
    record Scored(double value, String outcome, Map<String, Double> parts) implements Score {
        /** @throws IllegalArgumentException when the value is not finite */
        public Scored {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "score: the value must be finite, got " + value + "; give an Unscorable where there is none");
            }
            parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        }
    }

    /** No reward could be given, for a reason that is not the fault of the completion: it must not count as 0. */
    record Unscorable(String outcome) implements Score {
        @Override
        public double value() {
            return Double.NaN;
        }
    }
}
