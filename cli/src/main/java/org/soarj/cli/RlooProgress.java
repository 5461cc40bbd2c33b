package org.soarj.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.soarj.soar.rloo.Accuracy;
import org.soarj.soar.rloo.RlooListener;

/** Progress of an RLOO run as lines on standard error: a step now and then, every alarm, every evaluation. */
final class RlooProgress extends RunProgress implements RlooListener {
    private static final long LINE_EVERY_NANOS = 5_000_000_000L;

    private final int steps;
    private final TreeSet<String> alarmed = new TreeSet<>();
    private long printed;

    RlooProgress(PrintWriter err, int steps) {
        super(err);
        this.steps = steps;
    }

    @Override
    public void step(int step, Map<String, Double> metrics, List<String> alarms) {
        for (String alarm : alarms) {
            // The same alarm at every step would hide the others; metrics.jsonl has them all.
            if (alarmed.add(alarm.substring(0, alarm.indexOf(' ')))) {
                line("warning: step %d: %s (soar explain %s)", step, alarm, alarm.substring(0, alarm.indexOf(' ')));
            }
        }
        if (step == 0 || step + 1 == steps || System.nanoTime() - printed > LINE_EVERY_NANOS) {
            printed = System.nanoTime();
            line("step %d of %d: reward %.3f, no signal %.2f, length %.1f, gradient %.3g", step + 1, steps,
                    metrics.getOrDefault("reward/mean", Double.NaN), metrics.get("group/no_signal_share"),
                    metrics.get("length/mean"), metrics.getOrDefault("policy/gradient_norm", Double.NaN));
        }
    }

    @Override
    public void evaluated(int step, Accuracy accuracy) {
        StringBuilder figures = new StringBuilder();
        accuracy.figures().forEach((name, figure) ->
                figures.append(String.format(Locale.ROOT, " %s %.1f%%", name, 100 * figure.mean())));
        line("after step %d:%s", step, figures);
    }
}
