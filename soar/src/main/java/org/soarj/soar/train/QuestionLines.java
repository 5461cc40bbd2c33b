package org.soarj.soar.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.soarj.rl.Problem;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.StepReport;
import org.soarj.soar.TeacherDocument;
import org.soarj.soar.run.JsonLines;
import org.soarj.soar.world.DocumentClass;
import org.soarj.soar.world.World;

/** Every question of an outer step as a line of questions.jsonl: what it was worth, and what it really is where that is known. */
public final class QuestionLines {
    private QuestionLines() {}

    /**
     * Appends the questions of a step.
     *
     * @return what metrics.jsonl says of them: shares of well-posed and of rightly answered ones, and their mean difficulty;
     *     nothing where nobody knows
     */
    public static Map<String, Object> write(JsonLines log, StepReport report, Optional<World> world) {
        List<DocumentClass> classes = new ArrayList<>();
        for (QuestionSet set : report.sets()) {
            for (TeacherDocument document : set.documents()) {
                Map<String, Object> line = line(report, set, document.problem());
                world.ifPresent(known -> {
                    DocumentClass kind = known.classify(known.teacherPrompt() + document.text());
                    classes.add(kind);
                    line.put("well_posed", kind.wellPosed());
                    line.put("correct", kind.correct());
                    line.put("difficulty", kind.difficulty());
                    line.put("error", kind.error().name().toLowerCase(Locale.ROOT));
                });
                log.append(line);
            }
        }
        return classes.isEmpty() ? Map.of() : shares(classes);
    }

    private static Map<String, Object> line(StepReport report, QuestionSet set, Problem problem) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", problem.id());
        line.put("step", report.step());
        line.put("data_set", set.index());
        line.put("question", problem.question());
        line.put("answer", problem.answer());
        line.put("gain", report.reward().dataSetRewards()[set.index()]);
        line.put("gains", report.reward().gains().get(set.index()));
        line.put("promoted", report.decision().winner().filter(winner -> winner.dataSet() == set.index()).isPresent());
        return line;
    }

    private static Map<String, Object> shares(List<DocumentClass> classes) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("teacher/well_posed", share(classes.stream().filter(DocumentClass::wellPosed).count(), classes));
        metrics.put("teacher/correct", share(classes.stream().filter(DocumentClass::correct).count(), classes));
        metrics.put("teacher/mean_difficulty", classes.stream().filter(DocumentClass::wellPosed)
                .mapToInt(DocumentClass::difficulty).average().orElse(Double.NaN));
        return metrics;
    }

    private static double share(long count, List<?> all) {
        return (double) count / all.size();
    }
}
