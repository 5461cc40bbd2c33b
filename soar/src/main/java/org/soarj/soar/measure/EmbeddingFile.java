package org.soarj.soar.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.soarj.rl.Problem;
import org.soarj.tensor.io.TextLines;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Embeddings that another program made: JSONL, plain or gzip, of {@code {"id", "embedding": [C numbers]}}. */
public final class EmbeddingFile {
    private EmbeddingFile() {}

    /**
     * The rows of these questions, (N,C), in their order.
     *
     * @throws IllegalArgumentException when a line is no embedding (file and line are named), one has another width than those
     *     before, or a question has none
     */
    public static double[][] rows(Path file, List<Problem> questions) throws IOException {
        Map<String, double[]> byId = new HashMap<>();
        int width = 0;
        try (BufferedReader lines = TextLines.open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    JsonNode object = parse(file, number, line);
                    double[] row = row(file, number, object.get("embedding"));
                    if (width > 0 && row.length != width) {
                        throw new IllegalArgumentException(file + ":" + number + ": has " + row.length + " numbers, the lines before have "
                                + width);
                    }
                    width = row.length;
                    byId.put(object.get("id").asString(), row);
                }
            }
        }
        double[][] rows = new double[questions.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = byId.get(questions.get(i).id());
            if (rows[i] == null) {
                throw new IllegalArgumentException(file + ": has no embedding of question " + questions.get(i).id() + "; it has "
                        + byId.size() + " of others");
            }
        }
        return rows;
    }

    private static JsonNode parse(Path file, int number, String line) {
        try {
            JsonNode object = JsonMapper.shared().readTree(line);
            if (!object.path("id").isValueNode() || !object.path("embedding").isArray() || object.path("embedding").isEmpty()) {
                throw new IllegalArgumentException(file + ":" + number + ": a line needs id and embedding, a list of numbers");
            }
            return object;
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(file + ":" + number + ": not valid JSON: " + malformed.getOriginalMessage());
        }
    }

    private static double[] row(Path file, int number, JsonNode embedding) {
        double[] row = new double[embedding.size()];
        for (int c = 0; c < row.length; c++) {
            if (!embedding.get(c).isNumber()) {
                throw new IllegalArgumentException(file + ":" + number + ": embedding[" + c + "] must be a number, got " + embedding.get(c));
            }
            row[c] = embedding.get(c).asDouble();
        }
        return row;
    }
}
