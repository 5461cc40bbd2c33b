package org.soarj.cli.report;

/** The one line of a part that a run has nothing for. */
final class Notes {
    private Notes() {}

    static String absent(Run run, String file) {
        return who(run) + " has no " + file + ".";
    }

    static String nothingOf(Run run, String stages) {
        return who(run) + " has nothing of " + stages + " in metrics.jsonl.";
    }

    static String who(Run run) {
        return run.alone() ? "This run" : run.name();
    }
}
