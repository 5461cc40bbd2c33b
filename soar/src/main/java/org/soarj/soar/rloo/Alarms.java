package org.soarj.soar.rloo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Watches the numbers of a run for what usually goes wrong. The first-step ratio is not among them: where it is not 1 the run
 * stops.
 */
final class Alarms {
    private static final double LEAST_ENTROPY = 0.1;
    private static final double MOST_WITHOUT_SIGNAL = 0.9;
    private static final double MOST_TRUNCATED = 0.5;
    private static final double MOST_UNPARSEABLE = 0.5;
    private static final double KL_OVER_TARGET = 5;
    private static final double NORM_SPIKE = 10;
    private static final double NORM_MEMORY = 0.9;

    private final double klTarget;
    private State state;

    /**
     * What earlier steps taught; part of a checkpoint.
     *
     * @param firstEntropy of the first step that had one, below 0 before it
     * @param usualNorm running mean of the gradient norm, below 0 before the first
     */
    record State(double firstEntropy, double usualNorm) {
        static final State START = new State(-1, -1);
    }

    /** @param klTarget nats a token; 0 for no watch on the divergence */
    Alarms(double klTarget, State state) {
        this.klTarget = klTarget;
        this.state = state;
    }

    State state() {
        return state;
    }

    /** What is alarming about a step, one line each. */
    List<String> of(Map<String, Double> metrics) {
        List<String> alarms = new ArrayList<>();
        metrics.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                alarms.add(name + " is " + value);
            }
        });
        above(alarms, metrics, "group/no_signal_share", MOST_WITHOUT_SIGNAL, "nearly no group can teach");
        above(alarms, metrics, "length/truncated_share", MOST_TRUNCATED, "most completions are cut off");
        above(alarms, metrics, "outcome/unparseable", MOST_UNPARSEABLE, "most completions have no answer that can be read");
        above(alarms, metrics, "outcome/threw", 0, "the reward function throws");
        above(alarms, metrics, "outcome/timed_out", 0, "checks of answers time out");
        if (klTarget > 0) {
            above(alarms, metrics, "kl/token_mean", KL_OVER_TARGET * klTarget, "the policy runs away from its reference");
        }
        entropy(alarms, metrics.getOrDefault("policy/entropy", Double.NaN));
        norm(alarms, metrics.getOrDefault("policy/gradient_norm", Double.NaN));
        return alarms;
    }

    private void entropy(List<String> alarms, double entropy) {
        if (Double.isNaN(entropy)) {
            return;
        }
        if (entropy < LEAST_ENTROPY) {
            alarms.add(line("policy/entropy is %.3g, below %.3g: the policy hardly explores", entropy, LEAST_ENTROPY));
        }
        if (state.firstEntropy < 0) {
            state = new State(entropy, state.usualNorm);
        } else if (entropy > 2 * state.firstEntropy) {
            alarms.add(line("policy/entropy is %.3g, at first it was %.3g: the policy forgets what it knew", entropy,
                    state.firstEntropy));
        }
    }

    private void norm(List<String> alarms, double norm) {
        if (!Double.isFinite(norm) || norm == 0) {
            return;
        }
        if (state.usualNorm > 0 && norm > NORM_SPIKE * state.usualNorm) {
            alarms.add(line("policy/gradient_norm is %.3g, usually it is %.3g: look at this step's rollouts", norm,
                    state.usualNorm));
        }
        double usual = state.usualNorm < 0 ? norm : NORM_MEMORY * state.usualNorm + (1 - NORM_MEMORY) * norm;
        state = new State(state.firstEntropy, usual);
    }

    private static void above(List<String> alarms, Map<String, Double> metrics, String name, double limit, String meaning) {
        double value = metrics.getOrDefault(name, 0.0);
        if (value > limit) {
            alarms.add(line("%s is %.3g, above %.3g: %s", name, value, limit, meaning));
        }
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
