package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.soarj.cli.report.Html.Column;
import org.soarj.soar.measure.MeanDeviation;
import tools.jackson.databind.JsonNode;

/** Writes what a run recorded as tables of a page. Fractions are shown in percent. */
final class ResultTables {
    private static final String NONE = "–";

    private ResultTables() {}

    /**
     * One row an arm, with mean and standard deviation over its seeds.
     *
     * @param results results.csv: arm, seed, then one fraction for each measure; an empty cell is no value
     * @throws IOException when a cell is not a number
     */
    static void arms(Html page, CsvRows results) throws IOException {
        List<String> measures = results.measures();
        List<Column> columns = new ArrayList<>(List.of(Column.text("arm"), Column.number("seeds")));
        measures.forEach(measure -> columns.add(Column.number(measure + ", %")));
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, List<List<String>>> arm : results.byFirstCell().entrySet()) {
            List<String> row = new ArrayList<>(List.of(arm.getKey(), String.valueOf(arm.getValue().size())));
            for (int i = 0; i < measures.size(); i++) {
                row.add(percent(results, arm.getValue(), i + 2));
            }
            rows.add(row);
        }
        page.table(columns, rows);
    }

    /**
     * For each measure one table: a row a model, a column a difficulty.
     *
     * @param accuracy accuracy.csv: model, difficulty, then one fraction for each measure
     * @throws IOException when a cell is not a number
     */
    static void accuracy(Html page, CsvRows accuracy) throws IOException {
        Set<Double> difficulties = new TreeSet<>();
        for (List<String> row : accuracy.rows()) {
            difficulties.add(accuracy.number(row, 1));
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text("model")));
        difficulties.forEach(difficulty -> columns.add(Column.number(decimal(difficulty))));
        for (int i = 0; i < accuracy.measures().size(); i++) {
            String measure = accuracy.measures().get(i);
            List<List<String>> rows = new ArrayList<>();
            for (Map.Entry<String, List<List<String>>> model : accuracy.byFirstCell().entrySet()) {
                List<String> row = new ArrayList<>(List.of(model.getKey()));
                for (double difficulty : difficulties) {
                    row.add(percent(accuracy, atDifficulty(accuracy, model.getValue(), difficulty), i + 2));
                }
                rows.add(row);
            }
            page.subsection(measure + ", %").table(columns, rows);
        }
    }

    /** The teacher's questions, with the gain of the data set that each was part of. */
    static void questions(Html page, List<JsonNode> questions) {
        page.table(
                List.of(Column.number("step"), Column.number("data set"), Column.text("question"), Column.text("answer"),
                        Column.number("difficulty"), Column.text("well posed"), Column.text("correct"),
                        Column.number("gain of the set")),
                questions.stream()
                        .map(line -> List.of(cell(line, "step"), cell(line, "data_set"), cell(line, "question"),
                                cell(line, "answer"), cell(line, "difficulty"), cell(line, "well_posed"),
                                cell(line, "correct"), cell(line, "gain")))
                        .toList());
    }

    /** Where the time went: one row a stage, and their sum. */
    static void times(Html page, List<JsonNode> stages) {
        List<List<String>> rows = new ArrayList<>();
        double total = 0;
        for (JsonNode stage : stages) {
            double seconds = stage.path("time/seconds").asDouble(0);
            double tokens = stage.path("tokens").asDouble(0);
            total += seconds;
            boolean hasRate = seconds > 0 && tokens > 0;
            rows.add(List.of(cell(stage, "name"), format("%.1f", seconds), tokens > 0 ? format("%,.0f", tokens) : NONE,
                    hasRate ? format("%,.0f", tokens / seconds) : NONE));
        }
        rows.add(List.of("all", format("%.1f", total), "", ""));
        page.table(
                List.of(Column.text("stage"), Column.number("seconds"), Column.number("tokens"),
                        Column.number("tokens a second")),
                rows);
    }

    private static List<List<String>> atDifficulty(CsvRows table, List<List<String>> rows, double difficulty)
            throws IOException {
        List<List<String>> chosen = new ArrayList<>();
        for (List<String> row : rows) {
            if (table.number(row, 1) == difficulty) {
                chosen.add(row);
            }
        }
        return chosen;
    }

    private static String percent(CsvRows table, List<List<String>> rows, int column) throws IOException {
        DoubleStream.Builder percents = DoubleStream.builder();
        for (List<String> row : rows) {
            percents.add(100 * table.number(row, column));
        }
        double[] known = percents.build().filter(Double::isFinite).toArray();
        return known.length == 0 ? NONE : MeanDeviation.of(known).format(1);
    }

    private static String cell(JsonNode line, String key) {
        JsonNode value = line.path(key);
        if (value.isBoolean()) {
            return value.asBoolean() ? "yes" : "no";
        }
        if (value.isNumber()) {
            return decimal(value.asDouble());
        }
        return value.isString() ? value.asString() : NONE;
    }

    private static String decimal(double value) {
        return value == Math.rint(value) ? format("%.0f", value) : format("%.3f", value);
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
