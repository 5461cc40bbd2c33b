package org.soarj.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.cli.report.Html.Column;
import org.soarj.soar.train.StepClock;
import tools.jackson.databind.JsonNode;

/** Where the time went: stage by stage, and within the steps phase by phase. */
final class CostsSection {
    private static final String TIME = "time/";
    private static final String STEP = "step";
    /** Phases within inner_loops, summed over students that may be trained side by side. */
    private static final String OF_STUDENTS = "student_";
    /** Parts that add up to a step; where a line has them, its phases are in them. */
    private static final String PART = StepClock.PART;
    /** Phases that are generation and updates, whole or, where students are trained in one piece, nearly so. */
    private static final List<String> WORK = List.of("generate", "update", "inner_loops", "evaluate");

    private CostsSection() {}

    static void write(Html page, List<Run> runs) {
        page.section("Costs");
        for (Run run : runs) {
            stages(page, run);
        }
        List<List<String>> rows = new ArrayList<>();
        for (Run run : runs) {
            for (String stage : List.of("soar", "rloo")) {
                phases(run.label(stage), run.metrics().stage(stage), rows);
            }
        }
        if (!rows.isEmpty()) {
            page.subsection("Within a step").table(List.of(Column.text("steps of"), Column.text("phase"), Column.number("seconds"),
                    Column.number("share, %")), rows);
            page.note("Outside is what no phase of generation, training, updating or evaluating accounts for. Phases of the students are "
                    + "summed over students that may be trained side by side, and are within the parts of the step; where these are not "
                    + "known, the students' training of an outer step (inner_loops) counts as a whole.");
        }
    }

    private static void stages(Html page, Run run) {
        List<JsonNode> stages = run.metrics().stage("times");
        if (stages.isEmpty()) {
            page.missing(Notes.nothingOf(run, "the stage times"));
            return;
        }
        double total = stages.stream().mapToDouble(stage -> stage.path("time/seconds").asDouble(0)).sum();
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode stage : stages) {
            double seconds = stage.path("time/seconds").asDouble(0);
            double tokens = stage.path("tokens").asDouble(0);
            rows.add(List.of(Cells.of(stage, "name"), Cells.format("%,.1f", seconds), Cells.percentOf(seconds / total),
                    Cells.count(tokens), Cells.count(seconds > 0 ? tokens / seconds : 0)));
        }
        rows.add(List.of("all", Cells.format("%,.1f", total), "", "", ""));
        page.subsection(run.label("Stages")).table(
                List.of(Column.text("stage"), Column.number("seconds"), Column.number("share, %"), Column.number("tokens"),
                        Column.number("tokens a second")),
                rows);
    }

    private static void phases(String name, List<JsonNode> lines, List<List<String>> rows) {
        Map<String, Double> seconds = new LinkedHashMap<>();
        double whole = 0;
        boolean parts = lines.stream().anyMatch(line -> line.has(TIME + PART + "other"));
        for (JsonNode line : lines) {
            if (!line.path(TIME + STEP).isNumber()) {
                continue;
            }
            whole += line.path(TIME + STEP).asDouble();
            line.properties().stream()
                    .filter(entry -> isPhase(entry.getKey()) && entry.getValue().isNumber())
                    .filter(entry -> !parts || entry.getKey().startsWith(TIME + PART) || entry.getKey().startsWith(TIME + OF_STUDENTS))
                    .forEach(entry -> seconds.merge(entry.getKey().substring(TIME.length()), entry.getValue().asDouble(), Double::sum));
        }
        if (seconds.isEmpty()) {
            return;
        }
        double all = whole;
        seconds.forEach((phase, taken) -> rows.add(row(name, phase.replace(OF_STUDENTS, "of the students: ").replace(PART, ""), taken,
                all)));
        double work = seconds.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(OF_STUDENTS) && WORK.stream().anyMatch(entry.getKey()::contains))
                .mapToDouble(Map.Entry::getValue).sum();
        seconds.put("step", whole);
        rows.add(row(name, "outside generation and updates", parts ? StepClock.outside(seconds) * whole : Math.max(0, whole - work),
                whole));
    }

    /** Rates, heap and the whole step are no phases. */
    private static boolean isPhase(String key) {
        return key.startsWith(TIME) && !key.equals(TIME + STEP) && !key.equals("time/seconds") && !key.endsWith("_per_second")
                && !key.endsWith("_mib");
    }

    private static List<String> row(String name, String phase, double seconds, double whole) {
        return List.of(name, phase, Cells.format("%,.1f", seconds), Cells.percentOf(seconds / whole));
    }
}
