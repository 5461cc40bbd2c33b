package org.soarj.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.soarj.tensor.io.AtomicFiles;

/** The report of one run or of several side by side: one HTML file that needs nothing else. */
public final class ReportPage {
    /** The file's usual name. */
    public static final String NAME = "report.html";

    private ReportPage() {}

    /** Writes the report of one run beside what it tells about, as {@link #write(List, Path)} does. */
    public static void write(Path runDirectory) throws IOException {
        write(List.of(runDirectory), runDirectory.resolve(NAME));
    }

    /**
     * Reads what is there of config.yaml, run.json, metrics.jsonl, results.csv, accuracy.csv, questions.jsonl and
     * rollouts.jsonl.gz, and writes the page whole or not at all. Draws with AWT: without a screen, start Java with
     * {@code -Djava.awt.headless=true}.
     *
     * @param runDirectories the folders of the runs, in the order of the page; one that comes twice is shown once
     * @param out the file to write
     * @throws java.nio.file.NotDirectoryException when one is no folder
     * @throws IOException when a file is damaged (it is named, with the line), Java finds no font, or the page cannot be written
     */
    public static void write(List<Path> runDirectories, Path out) throws IOException {
        List<Run> runs = Run.open(runDirectories.stream().map(path -> path.toAbsolutePath().normalize()).distinct().toList());
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("report: no run was given; name at least one run directory");
        }
        LineChart.needsAFont(runDirectories);
        List<Run> rloo = runs.stream().filter(Run::isRloo).toList();
        List<Run> soar = runs.stream().filter(run -> !run.isRloo()).toList();
        Html page = new Html((soar.isEmpty() ? "RLOO: " : "SOAR: ") + runs.stream().map(Run::name).collect(Collectors.joining(", ")));
        SettingsSection.write(page, runs);
        if (!soar.isEmpty()) {
            ResultsSection.write(page, soar);
            TeacherSection.reward(page, soar);
            ArmsSection.write(page, soar);
            TeacherSection.questions(page, soar);
            QuestionsSection.write(page, soar);
            AccuracySection.write(page, soar);
            RlooSection.pretraining(page, soar);
        }
        if (!rloo.isEmpty()) {
            RlooSection.write(page, rloo);
        }
        RolloutsSection.write(page, runs);
        CostsSection.write(page, runs);
        byte[] html = page.bytes();
        AtomicFiles.write(out, file -> file.write(html));
    }

    /** Whether a folder holds anything that a page could tell about. */
    public static boolean isRun(Path folder) throws IOException {
        return Run.isRun(folder);
    }
}
