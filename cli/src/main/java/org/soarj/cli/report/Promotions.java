package org.soarj.cli.report;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The data sets that were promoted: the one with the highest reward, the first of equals, of each step that promoted (SOAR sec. 3).
 *
 * @param sets trace, outer step and data set of each
 */
record Promotions(Set<Place> sets) {

    private record Place(String trace, int step, int dataSet) {}

    static Promotions of(Metrics metrics) {
        Set<Place> sets = new HashSet<>();
        metrics.soarRuns().forEach((trace, lines) -> lines.stream()
                .filter(line -> line.path("promotion/promoted").asBoolean(false))
                .forEach(line -> sets.add(new Place(trace, line.path("step").asInt(-1), best(line.path("reward/data_sets"))))));
        return new Promotions(sets);
    }

    boolean holds(String trace, int step, int dataSet) {
        return sets.contains(new Place(trace, step, dataSet));
    }

    private static int best(JsonNode rewards) {
        int best = 0;
        for (int k = 1; k < rewards.size(); k++) {
            if (rewards.path(k).asDouble(0) > rewards.path(best).asDouble(0)) {
                best = k;
            }
        }
        return best;
    }
}
