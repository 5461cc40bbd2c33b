package org.soarj.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.soarj.soar.experiment.DemoListener;

/**
 * Progress on standard error: a bar where it is a terminal, otherwise a line now and then, so that a log shows life and a
 * stall shows as silence.
 */
final class StageProgress implements DemoListener {
    private static final long LINE_EVERY_NANOS = 10_000_000_000L;

    private final PrintWriter err;
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private ProgressBar bar;
    private String stage;
    private int steps;
    private int done;
    private long begun;
    private long printed;

    StageProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begin(String name, int size) {
        stage = name;
        steps = size;
        done = 0;
        begun = System.nanoTime();
        printed = begun;
        if (terminal) {
            bar = new ProgressBarBuilder().setTaskName(name).setInitialMax(size).setUpdateIntervalMillis(250)
                    .setConsumer(new ConsoleProgressBarConsumer(System.err)).build();
        }
    }

    @Override
    public void step(String note) {
        done++;
        if (bar != null) {
            bar.step();
            bar.setExtraMessage(" " + note);
        } else if (System.nanoTime() - printed > LINE_EVERY_NANOS) {
            printed = System.nanoTime();
            err.printf(Locale.ROOT, "%s: %d of %d, %.0f s; %s%n", stage, done, steps, (printed - begun) / 1e9, note);
            err.flush();
        }
    }

    @Override
    public void end(String summary) {
        if (bar != null) {
            bar.close();
            bar = null;
        }
        err.printf(Locale.ROOT, "%s: %s (%.1f s)%n", stage, summary, (System.nanoTime() - begun) / 1e9);
        err.flush();
    }
}
