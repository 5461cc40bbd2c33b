package org.soarj.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.soarj.cli.report.ReportPage;
import org.soarj.soar.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code soar report}: writes a run's report again. */
@Command(name = "report", mixinStandardHelpOptions = true, description = "Write the report of a run as one HTML page.")
final class ReportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "Run directory.")
    private Path run;

    @Override
    public void run() {
        if (!RunDirectory.isRun(run)) {
            throw new IllegalArgumentException(run + ": is not a run directory (it has no run.json)");
        }
        try {
            ReportPage.write(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spec.commandLine().getOut().println(run.resolve("report.html"));
    }
}
