package org.soarj.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.soarj.soar.run.RunListener;

/** Progress of a run with checkpoints as lines on standard error. */
abstract class RunProgress implements RunListener {
    private final PrintWriter err;

    RunProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public final void saved(Path checkpoint) {
        line("saved %s", checkpoint);
    }

    @Override
    public final void resumed(int step) {
        line("going on after step %d", step);
    }

    @Override
    public final void warning(String message) {
        line("warning: %s", message);
    }

    /** A line in the words of {@link String#format}. */
    final void line(String format, Object... values) {
        err.printf(Locale.ROOT, format + "%n", values);
        err.flush();
    }
}
