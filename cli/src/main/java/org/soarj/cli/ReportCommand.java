package org.soarj.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.soarj.cli.report.ReportPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code soar report}: writes the report of a run again, or of several side by side. */
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Write the report of a run, or of several side by side, as one HTML page that needs nothing else.")
final class ReportCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run directories, in the order of the page.")
    private List<Path> runs;

    @Option(names = "--out", paramLabel = "FILE",
            description = "The page to write (default: report.html in the run's folder; of several runs, in the current one).")
    private Path out;

    @Override
    public void run() {
        try {
            for (Path run : runs) {
                if (!ReportPage.isRun(run)) {
                    throw new IllegalArgumentException(run + ": is not a run directory (it has no run.json, metrics.jsonl or "
                            + "results.csv); give the folder that --out named");
                }
            }
            Path page = page();
            ReportPage.write(runs, page);
            spec.commandLine().getOut().println(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path page() {
        if (out == null) {
            return runs.size() == 1 ? runs.getFirst().resolve(ReportPage.NAME) : Path.of(ReportPage.NAME);
        }
        if (Files.isDirectory(out)) {
            throw new IllegalArgumentException(out + ": is a folder, --out wants the page's file; try " + out.resolve(ReportPage.NAME));
        }
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(out + ": there is no folder " + folder + "; make it, or choose another file");
        }
        return out;
    }
}
