package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.soarj.cli.report.Html.Column;
import org.soarj.cli.report.Html.Row;
import tools.jackson.databind.JsonNode;

/** What the questions are: pools beside the paper's Table 7, and a sample of single ones. */
final class QuestionsSection {
    private static final int SHOWN = 240;
    private static final int LONGEST = 500;
    private static final List<Column> COLUMNS = List.of(Column.text("of"), Column.number("step"), Column.number("set"),
            Column.text("question"), Column.text("answer"), Column.text("truly"), Column.number("difficulty"),
            Column.number("gain of the set"), Column.text("promoted"));

    private QuestionsSection() {}

    static void write(Html page, List<Run> runs) throws IOException {
        Map<Run, QuestionFile> files = new LinkedHashMap<>();
        for (Run run : runs) {
            files.put(run, QuestionFile.read(run, SHOWN / runs.size()));
        }
        pools(page, files, runs);
        sample(page, files, runs);
    }

    private static void pools(Html page, Map<Run, QuestionFile> files, List<Run> runs) throws IOException {
        page.section("Pools of questions");
        Map<String, Pool> all = new LinkedHashMap<>();
        for (Map.Entry<Run, QuestionFile> entry : files.entrySet()) {
            Run run = entry.getKey();
            Map<String, Pool> pools = measured(run.metrics());
            if (pools.isEmpty()) {
                pools = entry.getValue().pools();
            }
            if (pools.isEmpty()) {
                page.missing(Notes.who(run) + " has no line of the stage pool in metrics.jsonl, and no classified question in "
                        + "questions.jsonl.");
            }
            pools.forEach((name, pool) -> all.put(run.label(name), pool));
        }
        if (all.isEmpty()) {
            return;
        }
        page.begin("div", "pair").begin("div", "half").subsection(runs.size() == 1 ? "This run, %" : "These runs, %");
        poolTable(page, all);
        page.end("div").begin("div", "half").subsection("The paper, %");
        poolTable(page, paper());
        page.end("div").end("div");
        page.note("Mean ± sample standard deviation over seeds where there are several. The paper's shares (Table 7) were judged by a "
                + "language model on real mathematics, its Vendi scores (Table 1) made from embeddings of another model: neither "
                + "compares in height, only in order.");
    }

    private static Map<String, Pool> measured(Metrics metrics) {
        Map<String, Pool> pools = new LinkedHashMap<>();
        metrics.stage("pool").forEach(line ->
                pools.computeIfAbsent(line.path("pool").asString("unnamed"), name -> new Pool()).seed(line));
        return pools;
    }

    private static Map<String, Pool> paper() throws IOException {
        String name = "paper-pools.csv";
        CsvRows table = CsvRows.parse(name, Html.resource(name));
        Map<String, Pool> pools = new LinkedHashMap<>();
        for (List<String> row : table.rows()) {
            Map<String, Double> values = new LinkedHashMap<>();
            for (int i = 1; i < row.size(); i++) {
                double value = table.number(row, i);
                if (!Double.isNaN(value)) {
                    values.put(table.header().get(i), Pool.SHARES.containsKey(table.header().get(i)) ? value / 100 : value);
                }
            }
            Pool pool = new Pool();
            pool.seed(values);
            pools.put(row.getFirst(), pool);
        }
        return pools;
    }

    private static void poolTable(Html page, Map<String, Pool> pools) {
        List<Column> columns = new ArrayList<>(List.of(Column.text("pool"), Column.number("questions")));
        List<String> shares = Pool.SHARES.keySet().stream()
                .filter(key -> anyKnows(pools, key)).toList();
        shares.forEach(key -> columns.add(Column.number(Pool.SHARES.get(key))));
        boolean vendi = anyKnows(pools, "vendi/mean");
        boolean distance = anyKnows(pools, "cosine_distance");
        if (vendi) {
            columns.add(Column.number("Vendi"));
        }
        if (distance) {
            columns.add(Column.number("distance"));
        }
        List<List<String>> rows = new ArrayList<>();
        pools.forEach((name, pool) -> {
            List<String> row = new ArrayList<>(List.of(name, Cells.meanDeviation(0, pool.values(Pool.QUESTIONS))));
            shares.forEach(key -> row.add(Cells.percent(pool.values(key))));
            if (vendi) {
                row.add(vendi(pool));
            }
            if (distance) {
                row.add(Cells.meanDeviation(3, pool.values("cosine_distance")));
            }
            rows.add(row);
        });
        page.table(columns, rows);
    }

    private static boolean anyKnows(Map<String, Pool> pools, String key) {
        return pools.values().stream().anyMatch(pool -> pool.values(key).length > 0);
    }

    /** Over seeds; of a single one its own deviation, which is over resamplings of the pool. */
    private static String vendi(Pool pool) {
        double[] means = pool.values("vendi/mean");
        double[] deviations = pool.values("vendi/deviation");
        String own = means.length == 1 && deviations.length == 1 ? Cells.format(" ± %.1f", deviations[0]) : "";
        return Cells.meanDeviation(1, means) + own;
    }

    private static void sample(Html page, Map<Run, QuestionFile> files, List<Run> runs) throws IOException {
        page.section("Questions");
        boolean several = runs.size() > 1 || files.values().stream()
                .anyMatch(file -> file.sample().stream().anyMatch(question -> !question.trace().isEmpty()));
        List<Row> rows = new ArrayList<>();
        long count = 0;
        for (Map.Entry<Run, QuestionFile> entry : files.entrySet()) {
            if (entry.getValue().sample().isEmpty()) {
                page.missing(Notes.who(entry.getKey()) + " has no question in questions.jsonl.");
            }
            count += entry.getValue().count();
            for (Question question : entry.getValue().sample()) {
                rows.add(row(question, entry.getKey().label(question.trace()), several));
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        page.note(Cells.format("%,.0f", rows.size()) + " of " + Cells.format("%,.0f", count) + " questions, spread evenly over the run"
                + (rows.stream().anyMatch(Row::chosen) ? ", more densely over promoted data sets, which stand out." : ".")
                + Notes.firstRuns(runs));
        page.filter("tr[data-truly]", choices(rows));
        tableOfKnown(page, rows);
    }

    /** Without the columns that no row has anything in: not every run knows all of it. */
    private static void tableOfKnown(Html page, List<Row> rows) {
        int[] known = IntStream.range(0, COLUMNS.size())
                .filter(column -> rows.stream().anyMatch(row -> !row.cells().get(column).equals(Cells.NONE))).toArray();
        page.tableOf(IntStream.of(known).mapToObj(COLUMNS::get).toList(), rows.stream()
                .map(row -> new Row(row.data(), row.chosen(), IntStream.of(known).mapToObj(row.cells()::get).toList())).toList());
    }

    private static Row row(Question question, String run, boolean several) {
        JsonNode line = question.line();
        JsonNode gain = line.path("gain");
        String kind = question.kind().isEmpty() ? Cells.NONE : question.kind();
        String promoted = question.promoted().isEmpty() ? Cells.NONE : question.promoted();
        List<String> cells = List.of(several ? run : Cells.NONE, Cells.of(line, "step"), Cells.of(line, "data_set"),
                Cells.cut(Cells.of(line, "question"), LONGEST), Cells.cut(Cells.of(line, "answer"), LONGEST), kind,
                Cells.of(line, "difficulty"), gain.isNumber() ? Cells.format("%+.4f", gain.asDouble()) : Cells.NONE, promoted);
        Map<String, String> data = new LinkedHashMap<>();
        data.put("of", run);
        data.put("truly", kind);
        data.put("promoted", promoted);
        return new Row(data, question.isPromoted(), cells);
    }

    private static Map<String, TreeSet<String>> choices(List<Row> rows) {
        Map<String, TreeSet<String>> choices = new LinkedHashMap<>();
        rows.forEach(row -> row.data().forEach((name, value) ->
                choices.computeIfAbsent(name, key -> new TreeSet<>()).add(value)));
        return choices;
    }
}
