package org.soarj.soar.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.soar.rloo.RolloutLines;
import org.soarj.soar.run.JsonLines;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;

/**
 * Trains a student of an arm and measures it on the way, on held-out problems that no decision looks at.
 *
 * @param ground what all arms share
 * @param settings how long, and how often measured
 */
record ArmTraining(Ground ground, ExperimentSettings settings) {

    /**
     * A student of the arm, trained from a fresh copy of the base.
     *
     * @param rollouts gets what the student samples at each step that ends with a measurement
     */
    StudentRecord train(Arm arm, int teacher, int student, List<Problem> synthetic, Rng stream, Optional<JsonLines> rollouts) {
        long start = System.nanoTime();
        StudentTraining training = settings.training(ground.training(), arm, !synthetic.isEmpty());
        StudentTraining.ProblemSource source =
                settings.mixingOfSteps().source(synthetic, ground.train(), stream.split("order"));
        List<StudentRecord.Step> steps = new ArrayList<>();
        List<StudentRecord.Measured> evaluations = new ArrayList<>();
        training.train(ground.backend(), ground.task(), ground.base(), source, settings.steps(), stream.split("train"),
                (step, report, model) -> {
                    steps.add(step(report));
                    int done = step + 1;
                    if (done % settings.evaluateEvery() == 0 || done == settings.steps()) {
                        evaluations.add(measure(model, done, stream.split("test", done)));
                        rollouts.ifPresent(log -> RolloutLines.write(log, head(arm, teacher, student, step), report.experience()));
                    }
                });
        int stop = settings.stopping().stop(steps.stream().mapToDouble(StudentRecord.Step::reward).toArray(),
                settings.countedFrom(!synthetic.isEmpty()));
        return new StudentRecord(arm.spelled(), teacher, student, synthetic.size(), steps, evaluations, stop, since(start));
    }

    /** A model as it is. */
    StudentRecord asItIs(Arm arm, int teacher, int student, Llama model, Rng stream) {
        long start = System.nanoTime();
        StudentRecord.Measured measured = measure(model, 0, stream.split("test", 0));
        return new StudentRecord(arm.spelled(), teacher, student, 0, List.of(), List.of(measured), -1, since(start));
    }

    private StudentRecord.Measured measure(Llama model, int step, Rng stream) {
        Policy policy = ground.training().policy(ground.backend(), model, ground.task());
        Evaluation sampled =
                Evaluation.sampled(policy, ground.test(), settings.samples(), ground.task().judge(), stream);
        Map<Integer, Double> passAt = new LinkedHashMap<>();
        settings.passAt().forEach(k -> passAt.put(k, sampled.passAt(k)));
        return new StudentRecord.Measured(step, passAt,
                Evaluation.greedy(policy, ground.test(), ground.task().judge()).accuracy());
    }

    private static StudentRecord.Step step(RlooStep report) {
        return new StudentRecord.Step(report.meanReward(), report.shareWithoutSignal(), report.meanLength(), report.shareTruncated(),
                report.updates().isEmpty() ? 0 : report.update().gradientNorm(), report.sampledTokens());
    }

    private static Map<String, Object> head(Arm arm, int teacher, int student, int step) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("stage", "arm");
        head.put("arm", arm.spelled());
        head.put("seed", teacher + "." + student);
        head.put("step", step);
        return head;
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
