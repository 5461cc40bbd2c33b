package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.soarj.cli.report.Html.Column;
import tools.jackson.databind.JsonNode;

/** What the base model and RLOO runs learn, by step. */
final class RlooSection {
    private static final int ALARMS_SHOWN = 20;

    private RlooSection() {}

    /** Loss of the base model on each batch. */
    static void pretraining(Html page, List<Run> runs) throws IOException {
        page.section("Pretraining");
        Panels panels = new Panels(page, Panels.sizeOf(runs.size()));
        for (Run run : runs) {
            panels.add(run.caption(), new LineChart(Panels.sizeOf(runs.size()), "step", "loss, nats per token")
                    .line("loss", Curve.of(run.metrics().stage("pretrain"), "loss"), Pen.of(0)).unnamed());
            if (run.metrics().stage("pretrain").isEmpty()) {
                page.missing(Notes.nothingOf(run, "the stage pretrain"));
            }
        }
        panels.write("Loss of the base model by step");
    }

    /** Accuracy and reward, completions, alarms. */
    static void write(Html page, List<Run> runs) throws IOException {
        page.section("Accuracy and reward");
        Panels accuracy = new Panels(page, Panels.sizeOf(runs.size()));
        Panels completions = new Panels(page, Panels.sizeOf(runs.size()));
        for (Run run : runs) {
            List<JsonNode> steps = run.metrics().stage("rloo");
            List<JsonNode> evaluations = run.metrics().stage("eval");
            String caption = run.caption();
            accuracy.add(caption, new LineChart(Panels.sizeOf(runs.size()), "step", "accuracy")
                    .ofShares()
                    .line("greedy", Curve.of(evaluations, "eval/greedy"), Pen.of(0))
                    .line("pass@1", Curve.of(evaluations, "eval/pass@1"), Pen.of(2))
                    .lineOnTheRight("mean reward", Curve.of(steps, "reward/mean"), Pen.of(1)));
            completions.add(caption, new LineChart(Panels.sizeOf(runs.size()), "step", "share")
                    .ofShares()
                    .line("cut off", Curve.of(steps, "length/truncated_share"), Pen.of(0))
                    .line("groups without signal", Curve.of(steps, "group/no_signal_share"), Pen.of(2))
                    .lineOnTheRight("mean length", Curve.of(steps, "length/mean"), Pen.of(1)));
        }
        accuracy.write("Accuracy and mean reward by step");
        page.note("Accuracy, apart from the reward, on the left axis; mean reward of the sampled completions on the right.");
        page.section("Completions");
        completions.write("Shares of completions and mean length by step");
        page.note("Shares on the left axis, mean length in tokens on the right. soar explain says what the figures mean.");
        alarms(page, runs);
    }

    private static void alarms(Html page, List<Run> runs) {
        List<List<String>> rows = new ArrayList<>();
        for (Run run : runs) {
            for (JsonNode line : run.metrics().stage("rloo")) {
                line.path("alarms").forEach(alarm -> rows.add(List.of(run.name(), Cells.of(line, "step"), alarm.asString(""))));
            }
        }
        if (rows.isEmpty()) {
            page.note("No step raised an alarm.");
            return;
        }
        page.subsection(rows.size() > ALARMS_SHOWN ? "Alarms, the first " + ALARMS_SHOWN + " of " + rows.size() : "Alarms")
                .table(List.of(Column.text("run"), Column.number("step"), Column.text("alarm")),
                        rows.subList(0, Math.min(ALARMS_SHOWN, rows.size())));
    }
}
