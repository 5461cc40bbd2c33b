package org.soarj.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What is known of the questions of one pool, under the headings of the paper's Table 7. */
final class Pool {
    static final String QUESTIONS = "questions";
    /** Shares, as metrics.jsonl and the paper's table name them. */
    static final Map<String, String> SHARES = shares();

    private final Map<String, List<Double>> values = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private int questions;
    private boolean classed;

    private static Map<String, String> shares() {
        Map<String, String> shares = new LinkedHashMap<>();
        shares.put("well_posed", "well posed");
        shares.put("correct", "correct");
        shares.put("error/arithmetic", "arithmetic");
        shares.put("error/logic", "logic");
        shares.put("error/ill_posed", "impossible");
        shares.put("error/ambiguous", "ambiguous");
        shares.put("error/malformed", "malformed");
        return shares;
    }

    /** Adds what a line of the stage pool says: one seed. */
    void seed(JsonNode line) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        line.properties().stream().filter(entry -> entry.getValue().isNumber())
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue().asDouble()));
        seed(numbers);
    }

    void seed(Map<String, Double> numbers) {
        numbers.forEach((key, number) -> values.computeIfAbsent(key, name -> new ArrayList<>()).add(number));
    }

    /** Counts a question. */
    void count(Question question) {
        questions++;
        add("well_posed", question.wellPosed());
        add("correct", question.correct());
        if (question.line().path("error").isString()) {
            classed = true;
            add("error/" + question.kind().replace(' ', '_'), !question.correct());
        }
    }

    private void add(String key, boolean yes) {
        if (yes) {
            counts.merge(key, 1, Integer::sum);
        }
    }

    /** Each seed's values under a key; the share of all that were counted where there are no seeds; none where nobody knows. */
    double[] values(String key) {
        if (questions == 0) {
            return values.getOrDefault(key, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
        }
        if (key.equals(QUESTIONS)) {
            return new double[] {questions};
        }
        boolean known = SHARES.containsKey(key) && (classed || !key.startsWith("error/"));
        return known ? new double[] {counts.getOrDefault(key, 0) / (double) questions} : new double[0];
    }

    boolean isEmpty() {
        return questions == 0 && values.isEmpty();
    }
}
