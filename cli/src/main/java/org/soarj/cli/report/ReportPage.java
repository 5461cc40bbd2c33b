package org.soarj.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.soarj.tensor.io.AtomicFiles;
import tools.jackson.databind.JsonNode;

/** The report of a run of {@code soar demo} or {@code soar rloo}: one HTML file that needs nothing else. */
public final class ReportPage {
    private static final int QUESTIONS_SHOWN = 30;

    private final Html page;
    private final RunFiles files;
    private final RunPlots plots;

    private ReportPage(Html page, RunFiles files, RunPlots plots) {
        this.page = page;
        this.files = files;
        this.plots = plots;
    }

    /**
     * Reads config.yaml, run.json, metrics.jsonl, results.csv, accuracy.csv and questions.jsonl, as far as they are there,
     * and writes {@code report.html} beside them, whole or not at all. Draws with AWT: without a screen, start Java with
     * {@code -Djava.awt.headless=true}.
     *
     * @param runDirectory the folder of the run
     * @throws java.nio.file.NotDirectoryException when it is no folder
     * @throws IOException when a file is damaged (it is named, with the line), or the page cannot be written
     */
    public static void write(Path runDirectory) throws IOException {
        Path folder = runDirectory.toAbsolutePath().normalize();
        RunFiles files = RunFiles.in(folder);
        RunPlots plots = new RunPlots(files.objects("metrics.jsonl", Integer.MAX_VALUE));
        Html page = new Html((plots.stage("rloo").isEmpty() ? "SOAR demo: " : "RLOO: ") + folder.getFileName());
        new ReportPage(page, files, plots).sections();
        byte[] html = page.bytes();
        AtomicFiles.write(folder.resolve("report.html"), out -> out.write(html));
    }

    private void sections() throws IOException {
        settings("config.yaml");
        settings("run.json");
        if (!plots.stage("rloo").isEmpty()) {
            rloo();
            return;
        }
        arms();
        plot("Pretraining", plots.pretraining(), "pretrain", "Loss of the base model on each batch.");
        plot("SOAR: gain of the student", plots.gains(), "soar",
                "R is the mean, over the data sets of an outer step, of the student's gain in accuracy. "
                        + "At a promotion the trained student becomes the new baseline.");
        plot("SOAR: the teacher's questions", plots.questions(), "soar",
                "Shares on the left axis, mean difficulty on the right.");
        plot("Arms: reward while training", plots.arms(), "arm",
                "Bold: mean over seeds, smoothed over a twentieth of the steps. Faint: each seed as it was.");
        accuracy();
        questions();
        times();
    }

    private void rloo() throws IOException {
        plot("Accuracy and reward", plots.accuracyAndReward(), "rloo",
                "Accuracy, apart from the reward, on the left axis; mean reward of the sampled completions on the right.");
        plot("Completions", plots.completions(), "rloo",
                "Shares on the left axis, mean length in tokens on the right. soar explain says what the figures mean.");
    }

    private void settings(String name) throws IOException {
        page.section("Settings: " + name);
        files.text(name).ifPresentOrElse(page::preformatted, () -> absent(name));
    }

    private void arms() throws IOException {
        page.section("Arms");
        Optional<CsvRows> results = files.table("results.csv");
        if (results.isEmpty()) {
            absent("results.csv");
            return;
        }
        ResultTables.arms(page, results.get());
        page.note("Mean ± sample standard deviation over seeds.");
    }

    private void plot(String heading, Optional<byte[]> png, String stage, String note) {
        page.section(heading);
        png.ifPresentOrElse(
                picture -> page.image(picture, heading).note(note),
                () -> page.missing("This run has nothing to draw of the stage " + stage + " in metrics.jsonl."));
    }

    private void accuracy() throws IOException {
        page.section("Accuracy by difficulty");
        Optional<CsvRows> accuracy = files.table("accuracy.csv");
        if (accuracy.isEmpty()) {
            absent("accuracy.csv");
            return;
        }
        ResultTables.accuracy(page, accuracy.get());
    }

    private void questions() throws IOException {
        page.section("The teacher's first questions");
        List<JsonNode> questions = files.objects("questions.jsonl", QUESTIONS_SHOWN);
        if (questions.isEmpty()) {
            page.missing("This run has no question in questions.jsonl.");
            return;
        }
        ResultTables.questions(page, questions);
    }

    private void times() {
        page.section("Time");
        List<JsonNode> stages = plots.stage("times");
        if (stages.isEmpty()) {
            page.missing("This run has no line of the stage times in metrics.jsonl.");
            return;
        }
        ResultTables.times(page, stages);
    }

    private void absent(String name) {
        page.missing("This run has no " + name + ".");
    }
}
