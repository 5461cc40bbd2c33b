package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;

/** How commands read problem files: a problem without an answer is refused, or left out and counted, as the user says. */
final class ProblemReading {
    static final String OPTION = "--skip-blank-answers";

    private ProblemReading() {}

    /**
     * The problems of a file.
     *
     * @param skipBlank whether problems with a blank answer are left out; how many is said on {@code err}
     * @throws IllegalArgumentException naming file and line of one that cannot be used
     */
    static List<Problem> read(Path file, boolean skipBlank, PrintWriter err) throws IOException {
        List<String> blank = new ArrayList<>();
        List<Problem> problems = ProblemFile.read(file, place -> {
            if (!skipBlank) {
                throw new IllegalArgumentException(place + "; give it one, remove the line, or leave such problems out with "
                        + OPTION);
            }
            blank.add(place);
        });
        if (!blank.isEmpty()) {
            err.printf(Locale.ROOT, "warning: %d of %,d problems are left out, first %s%n", blank.size(),
                    problems.size() + blank.size(), blank.getFirst());
            err.flush();
        }
        return problems;
    }
}
