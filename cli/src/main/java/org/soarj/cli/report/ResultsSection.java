package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.soarj.cli.report.Html.Column;
import tools.jackson.databind.JsonNode;

/** What the arms reach on held-out problems, beside what the paper reports. */
final class ResultsSection {
    private static final int PAPER_K = 32;
    private static final String HARD_ONLY = "hard-only";

    private ResultsSection() {}

    static void write(Html page, List<Run> runs) throws IOException {
        page.section("Held-out pass@k");
        Map<Run, CsvRows> tables = new LinkedHashMap<>();
        for (Run run : runs) {
            Optional<CsvRows> table = run.files().table("results.csv");
            if (table.isPresent()) {
                tables.put(run, table.get());
            } else {
                page.missing(Notes.absent(run, "results.csv"));
            }
        }
        if (tables.isEmpty()) {
            return;
        }
        PaperResults paper = PaperResults.load();
        page.begin("div", "pair").begin("div", "half");
        arms(page, tables, runs);
        page.end("div").begin("div", "half").subsection("The paper: MATH, %");
        paperTable(page, paper, "MATH");
        page.end("div").end("div");
        page.note("Mean ± sample standard deviation over seeds. The paper's numbers (arXiv 2601.18778, Tables 4 to 6) are of another "
                + "model, Llama-3.2-3B-Instruct, on other problems: only the order of the arms and the direction of the gains compare.");
        gains(page, tables, runs, paper);
        for (String set : paper.sets()) {
            if (!set.equals("MATH")) {
                page.beginDetails("The paper: " + set + ", %", false);
                paperTable(page, paper, set);
                page.end("details");
            }
        }
    }

    /** One row an arm of a run, with mean and standard deviation over its seeds; an empty cell of results.csv is no value. */
    private static void arms(Html page, Map<Run, CsvRows> tables, List<Run> runs) throws IOException {
        boolean several = runs.size() > 1;
        page.subsection(several ? "These runs, %" : "This run, %");
        List<String> measures = tables.values().stream().flatMap(table -> table.measures().stream()).distinct()
                .sorted(Comparator.comparingInt(ResultsSection::k)).toList();
        Map<Run, Map<String, List<Double>>> ends = new LinkedHashMap<>();
        tables.keySet().forEach(run -> ends.put(run, stopSteps(run)));
        boolean stopped = ends.values().stream().anyMatch(arms -> !arms.isEmpty());
        List<Column> columns = new ArrayList<>(several ? List.of(Column.text("run")) : List.of());
        columns.addAll(List.of(Column.text("arm"), Column.number("seeds")));
        measures.forEach(measure -> columns.add(Column.number(measure)));
        if (stopped) {
            columns.add(Column.number("stopped at step"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<Run, CsvRows> run : tables.entrySet()) {
            CsvRows table = run.getValue();
            for (Map.Entry<String, List<List<String>>> arm : table.byFirstCell().entrySet()) {
                List<String> row = new ArrayList<>(several ? List.of(run.getKey().name()) : List.of());
                row.addAll(List.of(arm.getKey(), String.valueOf(arm.getValue().size())));
                for (String measure : measures) {
                    row.add(Cells.percent(table.values(arm.getValue(), measure)));
                }
                if (stopped) {
                    row.add(Cells.meanDeviation(0, ends.get(run.getKey()).getOrDefault(arm.getKey(), List.of()).stream()
                            .mapToDouble(Double::doubleValue).toArray()));
                }
                rows.add(row);
            }
        }
        page.table(columns, rows);
    }

    /** k of pass@k, so that these come by rising k and all else after them. */
    private static int k(String measure) {
        return measure.matches("pass@\\d{1,6}") ? Integer.parseInt(measure.substring(measure.indexOf('@') + 1)) : Integer.MAX_VALUE;
    }

    private static Map<String, List<Double>> stopSteps(Run run) {
        Map<String, List<Double>> steps = new LinkedHashMap<>();
        for (JsonNode line : run.metrics().stage("arm_end")) {
            // A model that is measured as it is stops before its first step.
            if (line.path("stop_step").asInt(-1) >= 0) {
                steps.computeIfAbsent(line.path("arm").asString(""), arm -> new ArrayList<>())
                        .add(line.path("stop_step").asDouble());
            }
        }
        return steps;
    }

    private static void paperTable(Html page, PaperResults paper, String set) {
        List<Column> columns = new ArrayList<>(List.of(Column.text("method")));
        paper.ks().forEach(k -> columns.add(Column.number("pass@" + k)));
        List<List<String>> rows = new ArrayList<>();
        paper.methods(set).forEach((method, byK) -> {
            List<String> row = new ArrayList<>(List.of(method));
            paper.ks().forEach(k -> row.add(byK.get(k).text()));
            rows.add(row);
        });
        page.table(columns, rows);
    }

    /** How far each arm is from Hard-Only, the one figure whose direction can be compared with the paper's. */
    private static void gains(Html page, Map<Run, CsvRows> tables, List<Run> runs, PaperResults paper) throws IOException {
        String measure = "pass@" + PAPER_K;
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<Column> columns = new ArrayList<>(List.of(Column.text("arm")));
        for (Map.Entry<Run, CsvRows> run : tables.entrySet()) {
            CsvRows table = run.getValue();
            Map<String, List<List<String>>> arms = table.byFirstCell();
            if (!table.measures().contains(measure) || !arms.containsKey(HARD_ONLY)) {
                continue;
            }
            double hardOnly = mean(table.values(arms.get(HARD_ONLY), measure));
            for (Map.Entry<String, List<List<String>>> arm : arms.entrySet()) {
                if (!arm.getKey().equals(HARD_ONLY)) {
                    List<String> row = rows.computeIfAbsent(arm.getKey(), name -> new ArrayList<>(List.of(name)));
                    fill(row, columns.size());
                    double gain = 100 * (mean(table.values(arm.getValue(), measure)) - hardOnly);
                    row.add(Double.isNaN(gain) ? Cells.NONE : Cells.format("%+.1f", gain));
                }
            }
            columns.add(Column.number(runs.size() == 1 ? "this run" : run.getKey().name()));
        }
        if (rows.isEmpty()) {
            return;
        }
        int own = columns.size();
        paper.sets().forEach(set -> columns.add(Column.number("paper, " + set)));
        rows.forEach((arm, row) -> {
            fill(row, own);
            paper.sets().forEach(set -> row.add(paper.gainOverHardOnly(set, arm, PAPER_K)));
        });
        page.subsection("Gain over Hard-Only at " + measure + ", in points").table(columns, List.copyOf(rows.values()));
    }

    private static void fill(List<String> row, int size) {
        while (row.size() < size) {
            row.add(Cells.NONE);
        }
    }

    private static double mean(double[] values) {
        return DoubleStream.of(values).filter(Double::isFinite).average().orElse(Double.NaN);
    }
}
