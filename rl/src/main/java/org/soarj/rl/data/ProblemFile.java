package org.soarj.rl.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.soarj.rl.Problem;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.tensor.io.TextLines;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Problems as JSONL, plain, gzipped or alone in a zip archive as HARP's (told by the first two bytes, not by the name).
 *
 * <p>A line needs {@code question} or {@code problem}, and {@code answer}. {@code id} may be a number; without one the
 * id is the file's name and the line, {@code math_test:17}. Every other plain field becomes a tag, but for the worked
 * solutions of HARP; lists, objects and nulls are left out. Blank lines are skipped.
 */
public final class ProblemFile {
    private static final JsonMapper JSON = new JsonMapper();

    private ProblemFile() {}

    /**
     * Reads a whole data set, in the order of the file.
     *
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException when a line is not a problem, an id comes twice, or there is no problem at all;
     *     the message starts with the file and the line
     */
    public static List<Problem> read(Path file) throws IOException {
        return read(file, blankAnswer -> {
            throw new IllegalArgumentException(blankAnswer + "; give it one, or remove the line");
        });
    }

    /**
     * Like {@link #read(Path)}, but leaves out problems whose answer is blank, of which the train split of MATH has two.
     *
     * @param leftOut told of each of them, with the file and the line
     */
    public static List<Problem> read(Path file, Consumer<String> leftOut) throws IOException {
        List<Problem> problems = new ArrayList<>();
        Map<String, Integer> lineOfId = new HashMap<>();
        try (BufferedReader lines = TextLines.open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                JsonNode node = parse(file, number, line);
                if (node.path("answer").isString() && node.path("answer").asString().isBlank()) {
                    leftOut.accept(file + ":" + number + ": field answer is blank");
                    continue;
                }
                Problem problem = problem(file, number, node);
                Integer before = lineOfId.put(problem.id(), number);
                if (before != null) {
                    throw error(file, number, "id " + problem.id() + " was already given on line " + before
                            + "; ids must be unique");
                }
                problems.add(problem);
            }
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException(file + ": is not text in UTF-8; problems come as JSONL, plain, gzipped or zipped", malformed);
        }
        if (problems.isEmpty()) {
            throw new IllegalArgumentException(file + ": no problem in this file; it needs one JSON object a line");
        }
        return List.copyOf(problems);
    }

    /** Writes the fields of every problem and its tags, gzipped when the name ends in .gz; the whole file or nothing. */
    public static void write(Path file, List<Problem> problems) throws IOException {
        AtomicFiles.write(file, plain -> {
            try (OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
                for (Problem problem : problems) {
                    ObjectNode line = JSON.createObjectNode();
                    line.put("id", problem.id()).put("question", problem.question()).put("answer", problem.answer());
                    problem.tags().forEach(line::put);
                    out.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        });
    }

    private static JsonNode parse(Path file, int number, String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException malformed) {
            throw error(file, number, "not valid JSON: " + malformed.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw error(file, number, "a JSON object was expected, got " + node.getNodeType());
        }
        return node;
    }

    private static Problem problem(Path file, int number, JsonNode node) {
        String question = node.has("question") ? "question" : "problem";
        String id = node.has("id") ? text(file, number, node, "id") : defaultId(file, number);
        return new Problem(id, text(file, number, node, question), text(file, number, node, "answer"), tags(node));
    }

    private static String text(Path file, int number, JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            throw error(file, number, "field " + field + " is missing; there are " + node.propertyNames());
        }
        if (!value.isString() && !value.isNumber()) {
            throw error(file, number, "field " + field + " must be a string, got " + value.getNodeType());
        }
        String text = value.asString();
        if (text.isBlank()) {
            throw error(file, number, "field " + field + " is blank");
        }
        return text;
    }

    private static Map<String, String> tags(JsonNode node) {
        Map<String, String> tags = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            boolean core = name.equals("id") || name.equals("question") || name.equals("problem") || name.equals("answer");
            boolean plain = field.getValue().isValueNode() && !field.getValue().isNull();
            if (plain && !core && !name.startsWith("solution")) {
                tags.put(name, field.getValue().asString());
            }
        }
        return tags;
    }

    private static String defaultId(Path file, int number) {
        return file.getFileName().toString().replaceFirst("\\.jsonl(\\.gz|\\.zip)?$", "") + ":" + number;
    }

    private static IllegalArgumentException error(Path file, int number, String what) {
        return new IllegalArgumentException(file + ":" + number + ": " + what);
    }
}
