package org.soarj.cli.report;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The plots of a run as PNG; each is empty when the run has no data for it.
 *
 * @param metrics the lines of metrics.jsonl
 */
record RunPlots(List<JsonNode> metrics) {
    /** A bold line averages over at most this share of its steps on either side. */
    private static final int REACH_SHARE = 40;

    /** Loss of the base model by step. */
    Optional<byte[]> pretraining() throws IOException {
        return new LineChart("step", "loss, nats per token")
                .line("loss", Curve.of(stage("pretrain"), "loss"), LineChart.colour(0))
                .png();
    }

    /** What SOAR's promotion rule sees: the mean gain R of each outer step, its moving average, and the promotions. */
    Optional<byte[]> gains() throws IOException {
        List<JsonNode> soar = stage("soar");
        String average = "promotion/moving_average";
        return new LineChart("outer step", "gain in accuracy")
                .line("mean gain R", Curve.of(soar, "reward/mean"), LineChart.colour(6))
                .line("moving average", Curve.of(soar, average), LineChart.colour(0))
                .marks("promotion", promotions(soar, average), LineChart.colour(1))
                .png();
    }

    /** What the teacher asks: the shares of well-posed and of correctly answered questions, and how hard they are. */
    Optional<byte[]> questions() throws IOException {
        List<JsonNode> soar = stage("soar");
        return new LineChart("outer step", "share of the questions")
                .ofShares()
                .line("well posed", Curve.of(soar, "teacher/well_posed"), LineChart.colour(0))
                .line("answered correctly", Curve.of(soar, "teacher/correct"), LineChart.colour(2))
                .lineOnTheRight("mean difficulty", Curve.of(soar, "teacher/mean_difficulty"), LineChart.colour(1))
                .png();
    }

    /** Mean reward of each arm: a bold line for the mean over seeds, smoothed, over a faint one for each seed. */
    Optional<byte[]> arms() throws IOException {
        LineChart chart = new LineChart("step", "mean reward");
        Map<String, List<Curve>> arms = armCurves();
        int index = 0;
        for (List<Curve> seeds : arms.values()) {
            Color colour = LineChart.colour(index++);
            seeds.forEach(seed -> chart.faintLine(seed, colour));
        }
        index = 0;
        for (Map.Entry<String, List<Curve>> arm : arms.entrySet()) {
            Curve mean = Curve.meanOf(arm.getValue());
            chart.line(arm.getKey(), mean.smoothed(mean.x().length / REACH_SHARE), LineChart.colour(index++));
        }
        return chart.png();
    }

    /** What an RLOO run learns: accuracy at each evaluation, mean reward of each step. */
    Optional<byte[]> accuracyAndReward() throws IOException {
        List<JsonNode> evaluations = stage("eval");
        return new LineChart("step", "accuracy")
                .ofShares()
                .line("greedy", Curve.of(evaluations, "eval/greedy"), LineChart.colour(0))
                .line("pass@1", Curve.of(evaluations, "eval/pass@1"), LineChart.colour(2))
                .lineOnTheRight("mean reward", Curve.of(stage("rloo"), "reward/mean"), LineChart.colour(1))
                .png();
    }

    /** What an RLOO run samples: cut-off completions, groups that teach nothing, and the mean length. */
    Optional<byte[]> completions() throws IOException {
        List<JsonNode> steps = stage("rloo");
        return new LineChart("step", "share")
                .ofShares()
                .line("cut off", Curve.of(steps, "length/truncated_share"), LineChart.colour(0))
                .line("groups without signal", Curve.of(steps, "group/no_signal_share"), LineChart.colour(2))
                .lineOnTheRight("mean length", Curve.of(steps, "length/mean"), LineChart.colour(1))
                .png();
    }

    /** The lines of one stage, in order. */
    List<JsonNode> stage(String name) {
        return metrics.stream().filter(line -> line.path("stage").asString("").equals(name)).toList();
    }

    private static Curve promotions(List<JsonNode> soar, String height) {
        return Curve.of(soar, height, line -> line.path("promotion/promoted").asBoolean(false));
    }

    private Map<String, List<Curve>> armCurves() {
        Map<String, Map<Integer, List<JsonNode>>> lines = new LinkedHashMap<>();
        for (JsonNode line : stage("arm")) {
            lines.computeIfAbsent(line.path("arm").asString("unnamed"), arm -> new TreeMap<>())
                    .computeIfAbsent(line.path("seed").asInt(0), seed -> new ArrayList<>())
                    .add(line);
        }
        Map<String, List<Curve>> curves = new LinkedHashMap<>();
        lines.forEach((arm, seeds) -> curves.put(
                arm, seeds.values().stream().map(steps -> Curve.of(steps, "reward/mean")).toList()));
        return curves;
    }
}
