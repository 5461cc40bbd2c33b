package org.soarj.soar.experiment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.soarj.soar.measure.MeanDeviation;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.CsvTable;
import org.soarj.soar.run.Json;
import tools.jackson.databind.ObjectMapper;

/**
 * What an experiment found so far.
 *
 * @param students all students, teacher by teacher
 * @param pools all pools of questions, likewise
 * @param training what metrics.jsonl says of each teacher's training, by its name
 */
public record ExperimentResult(ExperimentSettings settings, List<StudentRecord> students, List<PoolRecord> pools,
                               Map<String, List<Map<String, Object>>> training) {

    /** The arms that have a result, in order. */
    public List<String> arms() {
        return settings.arms().stream().map(Arm::spelled)
                .filter(arm -> students.stream().anyMatch(student -> student.arm().equals(arm))).toList();
    }

    /** pass@k of an arm over all its students, in [0,1]. */
    public MeanDeviation passAt(String arm, int k) {
        return MeanDeviation.of(of(arm).mapToDouble(student -> chosen(student).passAt().get(k)).toArray());
    }

    /** Share of right greedy answers of an arm over all its students. */
    public MeanDeviation greedy(String arm) {
        return MeanDeviation.of(of(arm).mapToDouble(student -> chosen(student).greedy()).toArray());
    }

    private Stream<StudentRecord> of(String arm) {
        return students.stream().filter(student -> student.arm().equals(arm));
    }

    private StudentRecord.Measured chosen(StudentRecord student) {
        return student.result(settings.stopping().average());
    }

    /** Writes results.csv, results.jsonl, questions.jsonl and metrics.jsonl, each whole. */
    void write(Path folder) throws IOException {
        List<String> columns = new ArrayList<>(List.of("arm", "seed"));
        settings.passAt().forEach(k -> columns.add("pass@" + k));
        columns.add("greedy");
        List<List<?>> rows = new ArrayList<>();
        List<Map<String, Object>> objects = new ArrayList<>();
        for (StudentRecord student : students) {
            StudentRecord.Measured chosen = chosen(student);
            List<Object> row = new ArrayList<>(List.of(student.arm(), student.seed()));
            settings.passAt().forEach(k -> row.add(chosen.passAt().get(k)));
            row.add(chosen.greedy());
            rows.add(row);
            objects.add(object(student, chosen));
        }
        AtomicFile.write(folder.resolve("results.csv"), new CsvTable(columns, rows).text());
        writeLines(folder.resolve("results.jsonl"), objects);
        writeLines(folder.resolve("questions.jsonl"), pools.stream().flatMap(pool -> pool.questions().stream()
                .map(question -> ordered("pool", pool.arm(), "step", pool.teacher(), "id",
                        pool.arm() + "-" + pool.teacher() + "/" + question.id(), "question", question.question(), "answer", question.answer()))).toList());
        writeLines(folder.resolve("metrics.jsonl"), metrics());
    }

    private Map<String, Object> object(StudentRecord student, StudentRecord.Measured chosen) {
        Map<String, Object> object = ordered("arm", student.arm(), "teacher", student.teacher(), "student", student.student(),
                "synthetic_questions", student.syntheticQuestions(), "steps", student.steps().size(), "stop_step", student.stop());
        chosen.passAt().forEach((k, share) -> object.put("pass@" + k, share));
        object.put("greedy", chosen.greedy());
        return object;
    }

    private List<Map<String, Object>> metrics() {
        List<Map<String, Object>> lines = new ArrayList<>();
        training.forEach((run, steps) -> steps.forEach(step -> {
            Map<String, Object> line = ordered("stage", "soar", "run", run);
            line.putAll(step);
            lines.add(line);
        }));
        pools.forEach(pool -> lines.add(pool.line()));
        students.forEach(student -> lines.addAll(student.lines()));
        return lines;
    }

    private static void writeLines(Path file, List<Map<String, Object>> objects) throws IOException {
        ObjectMapper mapper = Json.mapper();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Map<String, Object> object : objects) {
            lines.writeBytes(mapper.writeValueAsBytes(object));
            lines.write('\n');
        }
        AtomicFile.write(file, lines.toByteArray());
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put((String) pairs[i], pairs[i + 1]);
        }
        return object;
    }
}
