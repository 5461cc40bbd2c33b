package org.soarj.soar.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.rl.Problem;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.world.DocumentClass;
import org.soarj.tensor.io.TextLines;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Questions put to a judge that is no part of this program, by files of one JSON object a line, as the paper puts its to a large
 * model (SOAR sec. 5, App. C.4): a question with its proposed answer goes out, and
 * {@code {"id", "is_well_posed", "is_correct", "error_type"}} comes back.
 */
public final class OutsideJudge {
    /** What the judge is to do, the same for every question. */
    public static final String INSTRUCTIONS = "Solve the problem first, inventing nothing that it does not say. Then answer with one "
            + "JSON object: id; is_well_posed (it has exactly one answer as it stands); is_correct (the proposed answer is that one; "
            + "false for an ill-posed problem); error_type, one of None, Arithmetic (sound logic, wrong calculation), "
            + "Logical_Fallacy, Ill_Posed (impossible), Ambiguous (something is missing); verified_answer.";

    private static final Map<String, DocumentClass.Error> LABELS = labels();

    private OutsideJudge() {}

    private static Map<String, DocumentClass.Error> labels() {
        Map<String, DocumentClass.Error> labels = new LinkedHashMap<>();
        labels.put("None", DocumentClass.Error.NONE);
        labels.put("Arithmetic", DocumentClass.Error.ARITHMETIC);
        labels.put("Logical_Fallacy", DocumentClass.Error.LOGIC);
        labels.put("Ill_Posed", DocumentClass.Error.ILL_POSED);
        labels.put("Ambiguous", DocumentClass.Error.AMBIGUOUS);
        return labels;
    }

    /** Writes a line {@code {"id", "question", "proposed_answer", "instructions"}} for each question. */
    public static void ask(Path file, List<Problem> questions) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Problem question : questions) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", question.id());
            line.put("question", question.question());
            line.put("proposed_answer", question.answer());
            line.put("instructions", INSTRUCTIONS);
            lines.append(JsonMapper.shared().writeValueAsString(line)).append('\n');
        }
        AtomicFile.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What the judge found, in the order of the questions. As in the paper, an answer counts as right only when its question is
     * well posed.
     *
     * @throws IllegalArgumentException when a line is no verdict (file and line are named), or a question has none
     */
    public static List<DocumentClass> verdicts(Path file, List<Problem> questions) throws IOException {
        Map<String, DocumentClass> byId = new HashMap<>();
        try (BufferedReader lines = TextLines.open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    JsonNode verdict = parse(file, number, line);
                    byId.put(verdict.get("id").asString(), kind(file, number, verdict));
                }
            }
        }
        List<DocumentClass> kinds = new ArrayList<>();
        for (Problem question : questions) {
            DocumentClass kind = byId.get(question.id());
            if (kind == null) {
                throw new IllegalArgumentException(file + ": has no verdict on question " + question.id() + "; it has "
                        + byId.size() + " on others; judge all " + questions.size() + " questions");
            }
            kinds.add(kind);
        }
        return kinds;
    }

    private static JsonNode parse(Path file, int number, String line) {
        try {
            JsonNode verdict = JsonMapper.shared().readTree(line);
            boolean whole = verdict.path("id").isValueNode() && verdict.path("is_well_posed").isBoolean()
                    && verdict.path("is_correct").isBoolean() && verdict.path("error_type").isString();
            if (!whole) {
                throw new IllegalArgumentException(file + ":" + number
                        + ": a verdict needs id, is_well_posed and is_correct (true or false) and error_type, got " + verdict);
            }
            return verdict;
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(file + ":" + number + ": not valid JSON: " + malformed.getOriginalMessage());
        }
    }

    private static DocumentClass kind(Path file, int number, JsonNode verdict) {
        DocumentClass.Error error = LABELS.get(verdict.get("error_type").asString());
        if (error == null) {
            throw new IllegalArgumentException(file + ":" + number + ": error_type is \"" + verdict.get("error_type").asString()
                    + "\"; it must be one of " + String.join(", ", LABELS.keySet()));
        }
        boolean wellPosed = verdict.get("is_well_posed").asBoolean();
        return new DocumentClass(wellPosed, wellPosed && verdict.get("is_correct").asBoolean(), 0, error);
    }
}
