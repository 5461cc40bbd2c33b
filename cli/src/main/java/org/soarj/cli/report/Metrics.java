package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run measured step by step.
 *
 * @param lines of metrics.jsonl, in order
 */
record Metrics(List<JsonNode> lines) {
    /** Arms write most of the lines of an experiment, so of theirs only what the page shows is kept. */
    private static final List<String> OF_AN_ARM = List.of("stage", "arm", "seed", "step", "reward/mean");

    static Metrics read(RunFiles files) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        files.each("metrics.jsonl", line -> {
            if (line instanceof ObjectNode object && stageOf(line).equals("arm")) {
                object.retain(OF_AN_ARM);
            }
            lines.add(line);
        });
        return new Metrics(List.copyOf(lines));
    }

    /** The lines of one stage, in order. */
    List<JsonNode> stage(String name) {
        return lines.stream().filter(line -> stageOf(line).equals(name)).toList();
    }

    /** The outer steps of each SOAR run; one that is alone may have no name, and has an empty one then. */
    Map<String, List<JsonNode>> soarRuns() {
        Map<String, List<JsonNode>> runs = new LinkedHashMap<>();
        stage("soar").forEach(line -> runs.computeIfAbsent(line.path("run").asString(""), run -> new ArrayList<>()).add(line));
        return runs;
    }

    /** The value under {@code key} over step for each arm: a curve for each seed that has any, by the seed's name. */
    Map<String, List<Curve>> arms(String stage, String key) {
        Map<String, Map<String, List<JsonNode>>> arms = new LinkedHashMap<>();
        for (JsonNode line : stage(stage)) {
            arms.computeIfAbsent(line.path("arm").asString("unnamed"), arm -> new TreeMap<>())
                    .computeIfAbsent(line.path("seed").asString("0"), seed -> new ArrayList<>())
                    .add(line);
        }
        Map<String, List<Curve>> curves = new LinkedHashMap<>();
        arms.forEach((arm, seeds) -> curves.put(arm,
                seeds.values().stream().map(steps -> Curve.of(steps, key)).filter(curve -> !curve.isEmpty()).toList()));
        curves.values().removeIf(List::isEmpty);
        return curves;
    }

    private static String stageOf(JsonNode line) {
        return line.path("stage").asString("");
    }
}
