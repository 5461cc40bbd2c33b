package org.soarj.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.soarj.soar.rloo.Accuracy;

/** An evaluation as a table for people. */
final class AccuracyTable {
    private AccuracyTable() {}

    /** Prints one line a figure, in per cent, with its interval. */
    static void print(PrintWriter out, Accuracy accuracy) {
        accuracy.figures().forEach((name, figure) -> out.printf(Locale.ROOT, "  %-10s %6.1f %%  [%.1f, %.1f]%n", name,
                100 * figure.mean(), 100 * figure.lower(), 100 * figure.upper()));
        out.printf(Locale.ROOT, "  %d problems, %d samples of each; mean length %.1f tokens, %.1f %% cut off%n",
                accuracy.problems(), accuracy.samples(), accuracy.length(), 100 * accuracy.truncated());
    }
}
