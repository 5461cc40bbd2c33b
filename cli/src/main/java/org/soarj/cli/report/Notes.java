package org.soarj.cli.report;

import java.io.IOException;
import java.util.List;

/** What the page says of what it shows in part, or not at all. */
final class Notes {
    private Notes() {}

    static String absent(Run run, String file) {
        return who(run) + " has no " + file + ".";
    }

    static String nothingOf(Run run, String stages) {
        return who(run) + " has nothing of " + stages + " in metrics.jsonl.";
    }

    /** What a sample says of the SOAR runs behind an experiment; nothing where there are none. */
    static String firstRuns(List<Run> runs) throws IOException {
        for (Run run : runs) {
            if (!run.soarRuns().isEmpty()) {
                return " Of an experiment's SOAR runs the first of every kind of teacher is here.";
            }
        }
        return "";
    }

    static String who(Run run) {
        return run.alone() ? "This run" : run.name();
    }
}
