package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.rl.Problem;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.StepReport;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.world.DocumentClass;
import org.soarj.soar.world.World;

/** Writes an outer step to a run: its numbers, and every teacher question with what it was worth and what it really is. */
final class QuestionLog {
    private final RunDirectory run;
    private final World world;

    QuestionLog(RunDirectory run, World world) {
        this.run = run;
        this.world = world;
    }

    void write(StepReport report) {
        List<DocumentClass> classes = new ArrayList<>();
        double[] gains = report.reward().dataSetRewards();
        for (QuestionSet set : report.sets()) {
            for (int i = 0; i < set.size(); i++) {
                DocumentClass kind = world.classify(world.teacherPrompt() + set.documents().get(i).text());
                classes.add(kind);
                Problem problem = set.problems().get(i);
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("id", problem.id());
                line.put("step", report.step());
                line.put("data_set", set.index());
                line.put("question", problem.question());
                line.put("answer", problem.answer());
                line.put("gain", gains[set.index()]);
                line.put("well_posed", kind.wellPosed());
                line.put("correct", kind.correct());
                line.put("error", kind.error().name().toLowerCase(Locale.ROOT));
                line.put("difficulty", kind.difficulty());
                run.questions().append(line);
            }
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("stage", "soar");
        metrics.putAll(report.metrics());
        metrics.put("teacher/well_posed", share(classes.stream().filter(DocumentClass::wellPosed).count(), classes));
        metrics.put("teacher/correct", share(classes.stream().filter(DocumentClass::correct).count(), classes));
        metrics.put("teacher/mean_difficulty", classes.stream().filter(DocumentClass::wellPosed)
                .mapToInt(DocumentClass::difficulty).average().orElse(Double.NaN));
        run.metrics().append(metrics);
        run.metrics().flush();
        run.questions().flush();
    }

    private static double share(long count, List<?> all) {
        return (double) count / all.size();
    }
}
