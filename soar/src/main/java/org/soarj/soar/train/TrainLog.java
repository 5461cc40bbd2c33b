package org.soarj.soar.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.rl.Rollout;
import org.soarj.soar.InnerJob;
import org.soarj.soar.SideBySide;
import org.soarj.soar.StepReport;
import org.soarj.soar.actor.Embedder;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.soar.measure.CosineDistance;
import org.soarj.soar.measure.VendiScore;
import org.soarj.soar.rloo.RolloutLines;
import org.soarj.soar.run.JsonLines;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.world.World;
import org.soarj.transformer.Llama;

/**
 * Writes the outer steps of a run: numbers, questions, rollouts.
 *
 * <p>Students are trained side by side and a failed one again, so what they sample waits until the step is over and goes to
 * the log in the order of the jobs, once.
 */
final class TrainLog implements LlamaStudents.StepListener {
    private final RunDirectory run;
    private final TrainConfig config;
    private final Optional<World> world;
    private final Embedder embedder;
    private final StepClock clock;
    private final int writers;
    private final Map<Integer, List<RlooStep>> students = new TreeMap<>();
    private final Map<Integer, Double> measuring = new TreeMap<>();
    private Optional<Update> update = Optional.empty();

    /** The teacher's update of a step. */
    private record Update(List<Rollout> rollouts, double[] advantages, PolicyUpdate.Report report) {}

    /**
     * @param embedder the same in every step, so that the diversities of all steps compare
     * @param writers threads that write rollouts
     */
    TrainLog(RunDirectory run, TrainConfig config, Optional<World> world, Embedder embedder, StepClock clock,
             int writers) {
        this.run = run;
        this.clock = clock;
        this.writers = writers;
        this.config = config;
        this.world = world;
        this.embedder = embedder;
    }

    /** Takes down a training step of a student; safe on several threads. */
    @Override
    public synchronized void step(InnerJob<Llama> job, int innerStep, RlooStep report) {
        List<RlooStep> steps = students.computeIfAbsent(place(job), index -> new ArrayList<>());
        if (innerStep == 0) {
            steps.clear();
        }
        steps.add(report);
    }

    /** Takes down how long a job was measured; safe on several threads. */
    @Override
    public synchronized void measured(InnerJob<Llama> job, double seconds) {
        measuring.put(place(job), seconds);
    }

    private int place(InnerJob<Llama> job) {
        return job.dataSet() * config.loop().repeats() + job.repeat();
    }

    /** Takes down the teacher's update. */
    void teacher(List<Rollout> rollouts, double[] advantages, PolicyUpdate.Report report) {
        update = Optional.of(new Update(rollouts, advantages, report));
    }

    /**
     * Writes a step with all that was taken down since the last, and forgets it. The line of metrics.jsonl comes last, since it
     * says how long the writing of the others took.
     *
     * @return the report with the parts of {@link StepClock} among its seconds
     */
    StepReport write(StepReport report) {
        Map<String, Object> found = new LinkedHashMap<>();
        long start = System.nanoTime();
        update.ifPresent(done -> found.putAll(teacherMetrics(done)));
        found.putAll(studentMetrics());
        found.putAll(QuestionLines.write(run.questions(), report, world));
        if (config.logs().teacherRollouts()) {
            update.ifPresent(done -> teacherRollouts(report, done));
        }
        if (config.logs().students(report.step())) {
            studentRollouts(report.step());
        }
        clock.since("logging", start);
        start = System.nanoTime();
        diversity(report, found);
        clock.since("measures", start);
        StepReport timed = report.withSeconds(clock.stop(report.seconds(), students.values().stream().flatMap(List::stream).toList(),
                measuring.values().stream().mapToDouble(Double::doubleValue).sum()));
        students.clear();
        measuring.clear();
        update = Optional.empty();
        append(report.step(), line(timed, found));
        return timed;
    }

    private Map<String, Object> line(StepReport report, Map<String, Object> found) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", "soar");
        line.putAll(report.metrics());
        line.put("reward/student_standard_error", report.reward().studentStandardError());
        if (!config.teacherReward().grounded()) {
            // No student was trained or measured: these would be figures of nothing.
            line.keySet().removeAll(List.of("student/base_accuracy", "student/inner_steps", "reward/standard_error",
                    "promotion/standard_error"));
        }
        line.putAll(found);
        return line;
    }

    /** One line of metrics.jsonl, and its numbers for TensorBoard. */
    void append(int step, Map<String, Object> line) {
        run.metrics().append(line);
        Map<String, Double> scalars = new LinkedHashMap<>();
        line.forEach((name, value) -> {
            if (value instanceof Number number && !name.equals("step")) {
                scalars.put(name, number.doubleValue());
            } else if (value instanceof Boolean yes) {
                scalars.put(name, yes ? 1.0 : 0.0);
            }
        });
        run.events().append(System.currentTimeMillis() / 1e3, step, scalars);
    }

    private static Map<String, Object> teacherMetrics(Update update) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("teacher/gradient_norm", update.report.gradientNorm());
        metrics.put("teacher/learning_rate", update.report.learningRate());
        metrics.put("teacher/kl_loss", update.report.klLoss());
        if (update.report.samplerGap() > 0) {
            metrics.put("teacher/sampler_gap", update.report.samplerGap());
        }
        metrics.put("teacher/length", update.rollouts.stream().mapToInt(Rollout::length).average().orElse(0));
        return metrics;
    }

    private Map<String, Object> studentMetrics() {
        List<RlooStep> all = students.values().stream().flatMap(List::stream).toList();
        if (all.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("student/reward", all.stream().mapToDouble(RlooStep::meanReward).average().orElseThrow());
        metrics.put("student/no_signal_share", all.stream().mapToDouble(RlooStep::shareWithoutSignal).average().orElseThrow());
        metrics.put("student/length", all.stream().mapToDouble(RlooStep::meanLength).average().orElseThrow());
        metrics.put("student/truncated_share", all.stream().mapToDouble(RlooStep::shareTruncated).average().orElseThrow());
        metrics.put("student/kl", all.stream().mapToDouble(RlooStep::klPerToken).average().orElseThrow());
        metrics.put("tokens/sampled", all.stream().mapToLong(RlooStep::sampledTokens).sum());
        for (String phase : List.of("generate", "score", "update")) {
            metrics.put("time/student_" + phase,
                    all.stream().mapToDouble(step -> step.seconds().getOrDefault(phase, 0.0)).sum());
        }
        return metrics;
    }

    /** How different a step's questions are: the curve of SOAR App. E, and the number of Table 1 on all of them at once. */
    private void diversity(StepReport report, Map<String, Object> metrics) {
        List<Problem> questions = report.sets().stream().flatMap(set -> set.problems().stream()).toList();
        double[][] rows = embedder.rows(questions);
        metrics.put("teacher/cosine_distance", CosineDistance.meanPairwise(rows));
        metrics.put("teacher/vendi", VendiScore.ofEmbeddings(rows));
    }

    private void teacherRollouts(StepReport report, Update done) {
        double[] rewards = report.reward().dataSetRewards();
        // Of two turns each carries the document's advantage twice, since the loss is a mean over turns.
        int perDocument = done.rollouts.size() / config.loop().documents();
        for (int i = 0; i < done.rollouts.size(); i++) {
            Rollout rollout = done.rollouts.get(i);
            int document = i / perDocument;
            int set = document / config.loop().questionsPerSet();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("who", "teacher");
            line.put("step", report.step());
            line.put("data_set", set);
            line.put("problem_id", report.sets().get(set).problems().get(document % config.loop().questionsPerSet()).id());
            line.put("prompt_ids", rollout.promptIds());
            line.put("completion_ids", rollout.completionIds());
            line.put("logprobs", rollout.logProbs());
            line.put("reward", rewards[set]);
            line.put("advantage", done.advantages[i] / perDocument);
            line.put("text", rollout.text());
            run.rollouts().append(line);
        }
    }

    /** Most of what a run writes: put together side by side, as its students were trained. */
    private void studentRollouts(int step) {
        SideBySide.run(Collections.nCopies(writers, run.rollouts()), List.copyOf(students.keySet()),
                (file, index) -> studentRollouts(file.part(), step, index)).forEach(run.rollouts()::append);
    }

    private JsonLines.Part studentRollouts(JsonLines.Part part, int step, int index) {
        List<RlooStep> steps = students.get(index);
        int repeats = config.loop().repeats();
        for (int inner = 0; inner < steps.size(); inner++) {
            Map<String, Object> head = new LinkedHashMap<>();
            head.put("who", "student");
            head.put("step", step);
            head.put("data_set", index / repeats);
            head.put("repeat", index % repeats);
            head.put("inner_step", inner);
            RolloutLines.append(part, head, steps.get(inner).experience());
        }
        return part.finish();
    }
}
