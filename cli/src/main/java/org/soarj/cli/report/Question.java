package org.soarj.cli.report;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * A question of the teacher.
 *
 * @param line of questions.jsonl, where it stands
 * @param trace name of the SOAR run or of the pool, empty for a run that is alone
 * @param kind what it truly is: {@code correct} or what is wrong with it; empty where nobody knows
 * @param promoted {@code yes} or {@code no}, whether its data set is among the promotion questions; empty where it has none
 */
record Question(JsonNode line, String trace, String kind, String promoted) {
    static final String CORRECT = "correct";

    static Question of(JsonNode line, Promotions promotions) {
        String trace = line.path("run").asString(line.path("pool").asString(""));
        return new Question(line, trace, kind(line), line.path("data_set").isNumber() ? Cells.yesNo(promoted(line, trace, promotions)) : "");
    }

    private static boolean promoted(JsonNode line, String trace, Promotions promotions) {
        return line.path("promoted").asBoolean(promotions.holds(trace, line.path("step").asInt(-1), line.path("data_set").asInt(-1)));
    }

    boolean isPromoted() {
        return promoted.equals("yes");
    }

    /** The outer step that asked it. */
    int step() {
        return line.path("step").asInt(0);
    }

    boolean wellPosed() {
        return line.path("well_posed").asBoolean(false);
    }

    boolean correct() {
        return line.path("correct").asBoolean(false);
    }

    private static String kind(JsonNode line) {
        String error = line.path("error").asString("").toLowerCase(Locale.ROOT);
        if (line.path("correct").asBoolean(false)) {
            return CORRECT;
        }
        if (!error.isEmpty() && !error.equals("none")) {
            return error.replace('_', ' ');
        }
        if (!line.path("well_posed").isBoolean()) {
            return "";
        }
        return line.path("well_posed").asBoolean() ? "wrong answer" : "not well posed";
    }
}
