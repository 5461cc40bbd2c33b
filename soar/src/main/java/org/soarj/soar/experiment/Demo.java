package org.soarj.soar.experiment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.SoarEvents;
import org.soarj.soar.SoarLoop;
import org.soarj.soar.SoarState;
import org.soarj.soar.StepReport;
import org.soarj.soar.TeacherDocument;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.soar.actor.LlamaTeacher;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.soar.actor.Task;
import org.soarj.soar.rloo.RolloutLines;
import org.soarj.soar.run.CsvTable;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.train.QuestionLines;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.World;
import org.soarj.soar.world.WorldTask;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;

/**
 * The whole story in small: pretrain a base on a synthetic world, keep what it fails 128 times of 128, run SOAR, train the
 * comparison arms from fresh copies of the base, and measure them on hard problems that nobody trained on.
 *
 * <p>Every arm has the same student settings, steps, batch and group; they differ in their questions alone.
 */
public final class Demo {
    private static final int ACCURACY_PROBLEMS = 128;
    /** Steps of an arm's first seed from one whose rollouts are kept to the next: all of them would be a hundred megabytes. */
    private static final int ROLLOUTS_EVERY = 10;

    private final Backend backend;
    private final DemoSettings settings;
    private final RunDirectory run;
    private final DemoListener listener;
    private final Rng rng;
    private final World world;
    private final WorldBase worldBase;
    private final Task task;
    private final Policy.Sampling sampling;
    private final StudentTraining training;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Map<String, Long> tokens = new LinkedHashMap<>();
    private final List<DemoResult.ArmScore> scores = new ArrayList<>();
    private final List<DemoResult.Accuracy> accuracies = new ArrayList<>();
    private double firstLoss = Double.NaN;
    private double lastLoss;

    /**
     * @param run takes logs, models and results
     * @throws IOException when the tokenizer cannot be written to the run
     */
    public Demo(Backend backend, DemoSettings settings, RunDirectory run, long seed, DemoListener listener)
            throws IOException {
        this.backend = backend;
        this.settings = settings;
        this.run = run;
        this.listener = listener;
        this.rng = Rng.of(seed);
        this.world = new LabelledChainWorld(settings.world());
        this.worldBase = WorldBase.in(baseFolder(), world, rng);
        WorldTask worldTask = worldBase.task();
        this.task = worldTask.task();
        this.sampling = new Policy.Sampling(settings.student().maxTokens(), 1f, worldTask.stopIds(), 512);
        this.training = settings.student().training(sampling);
    }

    /** Runs every stage and writes what it found. */
    public DemoResult run() throws IOException {
        Llama llama = pretrain();
        List<Problem> hard = filter(llama);
        List<Problem> train = hard.subList(0, hard.size() / 2);
        List<Problem> test = hard.subList(hard.size() / 2, hard.size());
        ProblemFile.write(run.path().resolve("train.jsonl"), train);
        ProblemFile.write(run.path().resolve("test.jsonl"), test);
        Llama teacher = llama.copy();
        SoarState<Llama> end = soar(llama, teacher, train);
        Map<String, Llama> students = arms(llama, teacher, end, train, test);
        accuracies(llama, students);
        writeTables();
        return new DemoResult(llama.size(), firstLoss, lastLoss, settings.hard().candidates(), hard.size(),
                end.promotionQuestions().promotions().stream().map(promotion -> promotion.step()).toList(),
                List.copyOf(scores), List.copyOf(accuracies), seconds, tokens);
    }

    private Path baseFolder() {
        return run.path().resolve("base");
    }

    private Llama pretrain() throws IOException {
        Pretraining pretraining = settings.pretraining();
        begin("pretrain", pretraining.steps());
        long start = System.nanoTime();
        int tail = Math.max(1, pretraining.steps() / 10);
        long[] seen = {0};
        Llama llama = worldBase.pretrained(backend, settings.model(), pretraining,
                (step, loss, norm, count) -> {
                    seen[0] += count;
                    firstLoss = step == 0 ? loss : firstLoss;
                    lastLoss += step >= pretraining.steps() - tail ? loss / tail : 0;
                    run.metrics().append(metrics("pretrain", step, "loss", loss, "gradient_norm", norm, "tokens", count,
                            "time/seconds", since(start)));
                    listener.step(String.format("loss %.3f", loss));
                });
        Checkpoint.save(baseFolder(), llama);
        end("pretrain", start, seen[0], String.format("%,d parameters, loss %.3f -> %.3f", llama.size(), firstLoss, lastLoss));
        return llama;
    }

    /** Fresh problems of the hard sizes, those kept that the base fails in every sample. */
    private List<Problem> filter(Llama llama) {
        DemoSettings.Hard hard = settings.hard();
        begin("filter", 1);
        long start = System.nanoTime();
        List<Problem> candidates = worldBase.candidates(hard.candidates(), hard.easiest(), hard.hardest());
        Policy policy = training.policy(backend, llama, task);
        List<Problem> failed = new HardFilter(hard.samples()).failed(policy, candidates, task.judge(), rng.split("filter"));
        if (failed.size() < 2 * settings.soar().rewardQuestions()) {
            throw new IllegalStateException("filter: " + failed.size() + " of " + candidates.size()
                    + " problems were never solved, " + 2 * settings.soar().rewardQuestions()
                    + " are needed; give more candidates or harder ones");
        }
        listener.step("");
        end("filter", start, 0, String.format("%d of %d problems failed %d times of %d", failed.size(), candidates.size(),
                hard.samples(), hard.samples()));
        return failed;
    }

    /** Runs SOAR from {@code llama}; trains {@code teacherModel} in place. */
    private SoarState<Llama> soar(Llama llama, Llama teacherModel, List<Problem> hard) throws IOException {
        begin("soar", settings.soar().outerSteps());
        long start = System.nanoTime();
        LlamaTeacher teacher = new LlamaTeacher(backend, teacherModel, task, sampling, new LlamaTeacher.Settings(
                Schedule.constant(settings.teacher().learningRate()), settings.teacher().optimiser()));
        LlamaStudents students = new LlamaStudents(backend, task, training, settings.gain());
        SoarEvents<Llama> events = new SoarEvents<>() {
            @Override
            public void stepDone(StepReport report, SoarState<Llama> next) {
                log(report);
                listener.step(String.format("gain %+.4f, average %+.4f +- %.4f, promotions %d", report.reward().mean(),
                        report.decision().movingAverage(), report.decision().standardError(), report.promotions()));
            }
        };
        SoarLoop<Llama> loop = new SoarLoop<>(settings.soar(), hard, teacher, students, students, events, rng.split("soar"));
        SoarState<Llama> end = SoarState.start(llama);
        while (end.step() < settings.soar().outerSteps() && end.promotions() < settings.enoughPromotions()) {
            end = loop.step(end);
        }
        Path checkpoint = run.checkpoint(end.step());
        save(checkpoint.resolve("teacher"), teacherModel);
        save(checkpoint.resolve("student"), end.baseline());
        end("soar", start, 0, end.promotions() + " promotions, " + end.promotionQuestions().problems().size()
                + " promotion questions");
        return end;
    }

    private void log(StepReport report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", "soar");
        line.putAll(report.metrics());
        line.putAll(QuestionLines.write(run.questions(), report, Optional.of(world)));
        run.metrics().append(line);
        run.metrics().flush();
        run.questions().flush();
    }

    private void save(Path directory, Llama model) throws IOException {
        Files.createDirectories(directory);
        WorldBase.writeTokenizer(directory, world);
        Checkpoint.save(directory, model);
    }

    /** Trains every arm for every seed; gives the first student of each. */
    private Map<String, Llama> arms(Llama base, Llama teacher, SoarState<Llama> end, List<Problem> train,
            List<Problem> test) {
        DemoSettings.Arms arms = settings.arms();
        Map<String, List<Problem>> synthetic = new LinkedHashMap<>();
        synthetic.put("hard-only", List.of());
        synthetic.put("base-t", questions(base, rng.split("base-t")));
        synthetic.put("grounded-t", questions(teacher, rng.split("grounded-t")));
        if (end.promotions() > 0) {
            synthetic.put("pq", end.promotionQuestions().problems());
        }
        begin("arms", synthetic.size() * arms.seeds() * arms.steps());
        long start = System.nanoTime();
        long[] seen = {0};
        Map<String, Llama> first = new LinkedHashMap<>();
        for (int seed = 0; seed < arms.seeds(); seed++) {
            Rng inference = rng.split("inference", seed);
            measure("base", seed, base, test, inference);
            if (end.promotions() > 0) {
                measure("ps", seed, end.baseline(), test, inference);
            }
            for (Map.Entry<String, List<Problem>> arm : synthetic.entrySet()) {
                Rng stream = rng.split("arm " + arm.getKey(), seed);
                int number = seed;
                StudentTraining.ProblemSource source = new Mixing.Curriculum(arms.syntheticSteps())
                        .source(arm.getValue(), train, stream.split("order"));
                long armStart = System.nanoTime();
                Llama student = training.train(backend, task, base, source, arms.steps(), stream.split("train"),
                        (step, report, _) -> {
                            seen[0] += report.sampledTokens();
                            logArmStep(arm.getKey(), number, step, report, armStart);
                        });
                measure(arm.getKey(), seed, student, test, stream.split("test"));
                first.putIfAbsent(arm.getKey(), student);
            }
        }
        end("arms", start, seen[0], arms.seeds() + " seeds of " + String.join(", ", synthetic.keySet()));
        return first;
    }

    /** What a teacher with these weights writes now. */
    private List<Problem> questions(Llama teacher, Rng stream) {
        return new LlamaTeacher(backend, teacher, task, sampling,
                new LlamaTeacher.Settings(Schedule.constant(0), settings.student().optimiser()))
                .propose(settings.arms().questions(), stream).documents().stream().map(TeacherDocument::problem).toList();
    }

    private void logArmStep(String arm, int seed, int step, RlooStep report, long start) {
        Map<String, Object> line = metrics("arm", step, "arm", arm, "seed", seed, "reward/mean", report.meanReward(),
                "reward/no_signal_share", report.shareWithoutSignal(), "policy/gradient_norm", report.update().gradientNorm(),
                "policy/loss", report.update().loss(), "kl/token_mean", report.klPerToken(), "length/mean",
                report.meanLength(), "length/truncated_share", report.shareTruncated(), "time/seconds", since(start));
        run.metrics().append(line);
        if (seed == 0 && step % ROLLOUTS_EVERY == 0) {
            RolloutLines.write(run.rollouts(), metrics("arm", step, "arm", arm, "seed", seed), report.experience());
        }
        listener.step(String.format("%s, seed %d: reward %.3f", arm, seed, report.meanReward()));
    }

    private void measure(String arm, int seed, Llama model, List<Problem> test, Rng stream) {
        Policy policy = training.policy(backend, model, task);
        Evaluation sampled = Evaluation.sampled(policy, test, settings.arms().samples(), task.judge(), stream);
        Evaluation greedy = Evaluation.greedy(policy, test, task.judge());
        scores.add(new DemoResult.ArmScore(arm, seed, sampled.passAt(1), sampled.passAt(8), sampled.passAt(32),
                greedy.accuracy()));
    }

    private void accuracies(Llama base, Map<String, Llama> students) {
        Map<String, Llama> models = new LinkedHashMap<>();
        models.put("base", base);
        models.putAll(students);
        begin("accuracy", models.size() * world.hardest());
        long start = System.nanoTime();
        for (Map.Entry<String, Llama> model : models.entrySet()) {
            Policy policy = training.policy(backend, model.getValue(), task);
            for (int steps = 1; steps <= world.hardest(); steps++) {
                List<Problem> problems = new ArrayList<>();
                for (int i = 0; i < ACCURACY_PROBLEMS; i++) {
                    problems.add(world.problem(steps, rng.split("accuracy problem", steps, i)));
                }
                accuracies.add(new DemoResult.Accuracy(model.getKey(), steps,
                        Evaluation.greedy(policy, problems, task.judge()).accuracy(),
                        Evaluation.sampled(policy, problems, 8, task.judge(), rng.split("accuracy", steps)).accuracy()));
                listener.step(model.getKey());
            }
        }
        end("accuracy", start, 0, ACCURACY_PROBLEMS + " fresh problems of each size");
    }

    private void writeTables() throws IOException {
        run.writeResults(new CsvTable(List.of("arm", "seed", "pass@1", "pass@8", "pass@32", "greedy"),
                scores.stream().map(s -> List.of(s.arm(), s.seed(), s.passAt1(), s.passAt8(), s.passAt32(), s.greedy()))
                        .toList()));
        byte[] table = new CsvTable(List.of("model", "difficulty", "greedy", "sampled"), accuracies.stream()
                .map(a -> List.of(a.model(), a.steps(), a.greedy(), a.sampled())).toList()).text()
                .getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(run.path().resolve("accuracy.csv"), out -> out.write(table));
    }

    private void begin(String stage, int steps) {
        listener.begin(stage, steps);
    }

    private void end(String stage, long start, long worked, String summary) {
        double taken = since(start);
        seconds.put(stage, taken);
        tokens.put(stage, worked);
        run.metrics().append(metrics("times", seconds.size() - 1, "name", stage, "time/seconds", taken, "tokens", worked));
        run.metrics().flush();
        listener.end(summary);
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static Map<String, Object> metrics(String stage, int step, Object... pairs) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage);
        line.put("step", step);
        for (int i = 0; i < pairs.length; i += 2) {
            line.put((String) pairs[i], pairs[i + 1]);
        }
        return line;
    }
}
