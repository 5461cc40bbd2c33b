package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.soarj.cli.report.Html.Column;

/** How far each model comes on problems of rising difficulty. */
final class AccuracySection {
    private AccuracySection() {}

    /** For each measure of accuracy.csv one table: a row a model, a column a difficulty. */
    static void write(Html page, List<Run> runs) throws IOException {
        page.section("Accuracy by difficulty");
        for (Run run : runs) {
            Optional<CsvRows> accuracy = run.files().table("accuracy.csv");
            if (accuracy.isPresent()) {
                tables(page, run, accuracy.get());
            } else {
                page.missing(Notes.absent(run, "accuracy.csv"));
            }
        }
    }

    private static void tables(Html page, Run run, CsvRows accuracy) throws IOException {
        Set<Double> difficulties = new TreeSet<>();
        for (List<String> row : accuracy.rows()) {
            difficulties.add(accuracy.number(row, 1));
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text("model")));
        difficulties.forEach(difficulty -> columns.add(Column.number(Cells.decimal(difficulty))));
        page.begin("div", "pair");
        for (String measure : accuracy.measures()) {
            List<List<String>> rows = new ArrayList<>();
            for (Map.Entry<String, List<List<String>>> model : accuracy.byFirstCell().entrySet()) {
                List<String> row = new ArrayList<>(List.of(model.getKey()));
                for (double difficulty : difficulties) {
                    row.add(Cells.percent(accuracy.values(at(accuracy, model.getValue(), difficulty), measure)));
                }
                rows.add(row);
            }
            page.begin("div", "half").subsection(run.label(measure + ", %")).table(columns, rows).end("div");
        }
        page.end("div");
    }

    private static List<List<String>> at(CsvRows table, List<List<String>> rows, double difficulty) throws IOException {
        List<List<String>> chosen = new ArrayList<>();
        for (List<String> row : rows) {
            if (table.number(row, 1) == difficulty) {
                chosen.add(row);
            }
        }
        return chosen;
    }
}
