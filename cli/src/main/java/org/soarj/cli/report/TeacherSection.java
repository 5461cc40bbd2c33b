package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.soarj.cli.report.Html.Column;
import org.soarj.cli.report.LineChart.Size;
import org.soarj.soar.measure.SearchCycles;
import tools.jackson.databind.JsonNode;

/** The teacher over the outer steps: what it is paid, and what it asks. */
final class TeacherSection {
    /** Ranges that differ by a larger factor are not drawn on one axis. */
    private static final double COMPARABLE = 4;
    private static final String GAIN = "reward/mean";
    private static final String AVERAGE = "promotion/moving_average";
    private static final String HARD_ACCURACY = "student/hard_accuracy";
    private static final String DATA_SETS = "reward/data_sets";
    /** What is measured over the outer steps, by its key in metrics.jsonl: shares, which run from 0 to 1, and other figures. */
    private static final Map<String, String> SHARES = labels(
            "teacher/well_posed", "Well-posed questions, share", "teacher/correct", "Correctly answered by the teacher, share",
            "teacher/distinct_questions", "Distinct questions, share");
    private static final Map<String, String> FIGURES = labels(
            "teacher/cosine_distance", "Mean pairwise cosine distance", "teacher/vendi", "Vendi score",
            "teacher/mean_difficulty", "Mean difficulty of well-posed questions");
    private static final Map<String, String> STUDENT = labels("student/base_accuracy", "Accuracy of the baseline student");

    private static final String MEAN = "mean gain";
    private static final String MOVING = "moving average";
    private static final String THRESHOLD = "threshold";
    private static final String PROMOTION = "promotion";
    private static final Map<String, Pen> PENS = pens();

    private TeacherSection() {}

    private static Map<String, Pen> pens() {
        Map<String, Pen> pens = new LinkedHashMap<>();
        pens.put(MEAN, Pen.of(6));
        pens.put(MOVING, Pen.of(0));
        pens.put(THRESHOLD, Pen.of(7));
        pens.put(PROMOTION, Pen.of(1));
        return pens;
    }

    private static Map<String, String> labels(String... pairs) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    /** The mean gain R of each outer step, the average that promotion looks at, and the promotions; a picture for each SOAR run. */
    static void reward(Html page, List<Run> runs) throws IOException {
        page.section("Teacher reward");
        Map<String, List<JsonNode>> traces = traces(runs);
        Panels panels = new Panels(page, Panels.sizeOf(traces.size()));
        Map<String, Curve.Range> ranges = ranges(traces);
        Map<String, Double> taus = thresholds(runs);
        traces.forEach((name, lines) -> {
            Curve gains = Curve.of(lines, GAIN);
            LineChart chart = new LineChart(Panels.sizeOf(traces.size()), "outer step", "teacher reward").within(ranges.get(name))
                    .band(sets(lines, false), sets(lines, true), PENS.get(MEAN))
                    .line(MEAN, gains, PENS.get(MEAN))
                    .line(MOVING, Curve.of(lines, AVERAGE), PENS.get(MOVING))
                    .level(THRESHOLD, gains, hasThreshold(lines) ? taus.get(name) : Double.NaN, PENS.get(THRESHOLD))
                    .marks(PROMOTION, Curve.of(lines, AVERAGE, line -> line.path("promotion/promoted").asBoolean(false)), PENS.get(PROMOTION));
            panels.add(traces.size() == 1 ? "" : name, traces.size() == 1 ? chart : chart.unnamed());
        });
        if (panels.write("Gain of the students by outer step, its moving average, and promotions")) {
            if (traces.size() > 1) {
                page.legend(PENS);
            }
            if (ranges.values().stream().distinct().count() > 1) {
                page.note("These rewards differ in kind or by far in size: every picture has an axis of its own.");
            }
            page.note("Each outer step pays the teacher what its data sets earned: with the grounded reward, the gain in accuracy of the "
                    + "students that they trained. Light: the mean over data sets, with a band from the worst to the best of them. "
                    + "Dark: the moving average over the last steps. "
                    + "Where it exceeds the threshold the best student is promoted (orange), which makes the next gains harder.");
        }
        runs.forEach(run -> accuracies(page, run));
        cycles(page, traces);
        notes(page, runs);
    }

    /** The cycles between promotions, of runs that had any promotion. */
    private static void cycles(Html page, Map<String, List<JsonNode>> traces) {
        List<List<String>> rows = new ArrayList<>();
        traces.forEach((name, lines) -> {
            List<SearchCycles.Cycle> cycles = SearchCycles.of(lines.stream().filter(line -> line.path(AVERAGE).isNumber())
                    .map(line -> new SearchCycles.Step(line.path("step").asInt(0), line.path(AVERAGE).asDouble(),
                            line.path("promotion/promoted").asBoolean(false))).toList());
            if (cycles.stream().anyMatch(SearchCycles.Cycle::promoted)) {
                cycles.forEach(cycle -> rows.add(List.of(traces.size() == 1 ? "" : name, cycle.from() + " to " + cycle.to(),
                        String.valueOf(cycle.searching()), String.valueOf(cycle.exploiting()), Cells.format("%+.4f", cycle.rise()),
                        cycle.promoted() ? "promotion" : "end of the run",
                        Double.isNaN(cycle.drop()) ? Cells.NONE : Cells.format("%.4f", cycle.drop()))));
            }
        });
        if (!rows.isEmpty()) {
            page.subsection("Search and exploit cycles").table(List.of(Column.text("run"), Column.text("outer steps"),
                    Column.number("searching"), Column.number("rising"), Column.number("rise"), Column.text("ends in"),
                    Column.number("drop after it")), rows);
            page.note("From one promotion to the next: steps until the lowest moving average, steps from there to the end and how far it "
                    + "rose, and how far below the promotion's average the next cycle falls (SOAR App. E).");
        }
    }

    /** What the start and every promoted student reach on the problems that SOAR trains on. */
    private static void accuracies(Html page, Run run) {
        String reached = Stream.of("start", "promoted").flatMap(stage -> run.metrics().stage(stage).stream())
                .filter(line -> line.path(HARD_ACCURACY).isNumber())
                .map(line -> Cells.percentOf(line.path(HARD_ACCURACY).asDouble()) + "% "
                        + (line.path("stage").asString().equals("start") ? "at the start" : "promoted in step " + Cells.of(line, "step")))
                .collect(Collectors.joining(", "));
        if (!reached.isEmpty()) {
            page.note(run.label("Greedy accuracy on the hard training problems") + ": " + reached + ".");
        }
    }

    /** Diversity, well-posedness and correctness of the questions, a line for each SOAR run. */
    static void questions(Html page, List<Run> runs) throws IOException {
        page.section("The teacher's questions over time");
        Map<String, List<JsonNode>> traces = traces(runs);
        Panels panels = new Panels(page, Size.SMALL);
        FIGURES.forEach((key, label) -> panels.add(label, lines(traces, key)));
        SHARES.forEach((key, label) -> panels.add(label, lines(traces, key).ofShares()));
        STUDENT.forEach((key, label) -> panels.add(label, lines(traces, key)));
        if (panels.write("By outer step")) {
            if (traces.size() > 1) {
                Map<String, Pen> pens = new LinkedHashMap<>();
                traces.keySet().forEach(name -> pens.put(name, Pen.of(pens.size())));
                page.legend(pens);
            }
            page.note("Diversity by the distance of embeddings and the Vendi score (the effective number of different questions), and what "
                    + "the questions truly are, as far as the run could tell. A correct answer is not needed for a gain.");
        }
        notes(page, runs);
    }

    /** A reward that is no gain of students is never compared with the threshold, and has no error of that comparison. */
    private static boolean hasThreshold(List<JsonNode> lines) {
        return lines.stream().anyMatch(line -> line.path("promotion/standard_error").isNumber());
    }

    /** One range for all, unless the smaller ones would be lost in it. */
    private static Map<String, Curve.Range> ranges(Map<String, List<JsonNode>> traces) {
        Map<String, Curve.Range> own = new LinkedHashMap<>();
        traces.forEach((name, lines) -> own.put(name, Curve.Range.of(
                List.of(Curve.of(lines, GAIN), Curve.of(lines, AVERAGE), sets(lines, true), sets(lines, false)))));
        double least = own.values().stream().mapToDouble(Curve.Range::size).min().orElse(0);
        double most = own.values().stream().mapToDouble(Curve.Range::size).max().orElse(0);
        if (!own.isEmpty() && most <= COMPARABLE * least) {
            Curve.Range all = own.values().stream().reduce(Curve.Range::with).orElseThrow();
            own.replaceAll((name, range) -> all);
        }
        return own;
    }

    private static LineChart lines(Map<String, List<JsonNode>> traces, String key) {
        LineChart chart = new LineChart(Size.SMALL, "outer step", "").unnamed();
        int index = 0;
        for (Map.Entry<String, List<JsonNode>> trace : traces.entrySet()) {
            chart.line(trace.getKey(), Curve.of(trace.getValue(), key), Pen.of(index++));
        }
        return chart;
    }

    private static void notes(Html page, List<Run> runs) {
        for (Run run : runs) {
            if (run.metrics().soarRuns().isEmpty()) {
                page.missing(Notes.nothingOf(run, "the stage soar"));
            }
        }
    }

    private static Map<String, List<JsonNode>> traces(List<Run> runs) {
        Map<String, List<JsonNode>> traces = new LinkedHashMap<>();
        for (Run run : runs) {
            run.metrics().soarRuns().forEach((name, lines) -> traces.put(run.label(name), lines));
        }
        return traces;
    }

    private static Map<String, Double> thresholds(List<Run> runs) throws IOException {
        Map<String, Double> taus = new LinkedHashMap<>();
        for (Run run : runs) {
            double tau = SettingsSection.number(run, "tau");
            run.metrics().soarRuns().keySet().forEach(name -> taus.put(run.label(name), tau));
        }
        return taus;
    }

    /** The best, or the worst, reward of a data set in each outer step. */
    private static Curve sets(List<JsonNode> lines, boolean best) {
        List<JsonNode> known = new ArrayList<>(lines);
        known.removeIf(line -> rewards(line).length == 0);
        return Curve.where(known, line -> {
            DoubleStream rewards = Arrays.stream(rewards(line));
            return best ? rewards.max().orElseThrow() : rewards.min().orElseThrow();
        });
    }

    private static double[] rewards(JsonNode line) {
        return line.path(DATA_SETS).valueStream().filter(JsonNode::isNumber).mapToDouble(JsonNode::asDouble).toArray();
    }
}
