package org.soarj.soar.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.InnerLoop;
import org.soarj.soar.InnerResult;
import org.soarj.soar.IntrinsicReward;
import org.soarj.soar.LocalJobs;
import org.soarj.soar.Promotion;
import org.soarj.soar.SoarEvents;
import org.soarj.soar.SoarLoop;
import org.soarj.soar.SoarState;
import org.soarj.soar.StepReport;
import org.soarj.soar.StudentEvaluator;
import org.soarj.soar.actor.Embedder;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.soar.actor.LlamaSuccessRates;
import org.soarj.soar.actor.LlamaTeacher;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.soar.actor.Task;
import org.soarj.soar.actor.TrainedTeacher;
import org.soarj.soar.actor.TwoTurnTeacher;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.run.Checkpoints;
import org.soarj.soar.run.MomentsFile;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.SavedState;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.SaveOptions;

/**
 * A SOAR run from its first outer step or from a checkpoint to its end.
 *
 * <p>A run that was killed at any moment and resumed ends with the weights, the optimiser and the logs, but for the keys under
 * {@code time/}, of a run that was not.
 */
public final class SoarRun {
    private static final int LENGTH_SAMPLES = 64;
    private static final String STATE = "state.json";
    private static final String TEACHER = "teacher";
    private static final String STUDENT = "student";
    private static final String PROMOTED = "promoted";
    private static final String PROMOTION_QUESTIONS = "promotion-questions.jsonl";

    private final Backend backend;
    private final List<Backend> workers;
    private final TrainConfig config;
    private final Inputs inputs;
    private final TrainListener listener;
    private final Task task;
    private final StudentTraining training;
    private final Rng rng;
    private OptionalDouble baseAccuracy = OptionalDouble.empty();

    /**
     * What the files that the settings name hold.
     *
     * @param start weights that teacher and student start from; not changed
     * @param task prompts, reward, filter and judge
     * @param hard D_train
     * @param modelDirectory whose tokenizer goes into the checkpoints
     */
    public record Inputs(Llama start, NamedTask task, List<Problem> hard, Path modelDirectory) {}

    /**
     * What came of a run.
     *
     * @param end the last state: the promoted student and the promotion questions
     * @param teacher as it is after the last step
     * @param checkpoint the last
     * @param seconds of the steps that were taken now, in the parts of {@link StepClock}
     */
    public record Result(SoarState<Llama> end, Llama teacher, Path checkpoint, Map<String, Double> seconds) {}

    /** The moving parts between two steps. */
    private record Parts(TrainedTeacher teacher, SoarState<Llama> state) {}

    /**
     * @param backend where everything but the inner loops runs
     * @param workers one for each inner loop that may run at a time, which changes no figure; {@code backend} may be among them
     * @throws IllegalArgumentException when a prompt leaves no room for an answer, or there are fewer hard problems than a step
     *     draws
     */
    public SoarRun(Backend backend, List<Backend> workers, TrainConfig config, Inputs inputs, TrainListener listener) {
        this.backend = backend;
        this.workers = List.copyOf(workers);
        this.config = config;
        this.inputs = inputs;
        this.listener = listener;
        this.task = withRoom(inputs.task().task(), inputs.start().rope().length());
        this.training = config.training(inputs.task().stopIds());
        this.rng = Rng.of(config.seed());
        NamedTask.requireRoom(task, inputs.start(), inputs.hard());
        if (task.teacherPrompt().length >= inputs.start().rope().length()) {
            throw new IllegalArgumentException("the teacher's prompt has " + task.teacherPrompt().length + " tokens, the model's "
                    + "context is " + inputs.start().rope().length() + "; nothing can be written after it. Is "
                    + config.task().name().toLowerCase(Locale.ROOT) + " the task of this model?");
        }
        if (inputs.hard().size() < config.loop().rewardQuestions()) {
            throw new IllegalArgumentException("loop.reward_questions: every step draws " + config.loop().rewardQuestions()
                    + " hard problems, there are " + inputs.hard().size() + "; lower it or give more problems");
        }
    }

    /** A document whose question fills the context cannot be put to a student: it is drawn again like a malformed one. */
    private static Task withRoom(Task task, int context) {
        return new Task(task.format(), task.teacherPrompt(), new RoomyFilter(task.filter(), task.format(), context),
                task.reward(), task.judge());
    }

    /**
     * Measures the model on the hard problems, greedily.
     *
     * @throws IllegalArgumentException when it solves them all: no student could gain anything
     */
    public void requireHard() {
        double accuracy = greedy(inputs.start());
        if (accuracy == 1) {
            throw new IllegalArgumentException("the model solves all " + inputs.hard().size() + " problems: no student can gain "
                    + "anything on them; keep those that it fails with soar filter");
        }
        baseAccuracy = OptionalDouble.of(accuracy);
    }

    /** Mean lengths, and the share of documents that the filter accepts, over a few samples of the model as it is. */
    public CostEstimate.Lengths lengths() {
        Rng stream = rng.split("lengths");
        List<Problem> some = inputs.hard().subList(0, Math.min(LENGTH_SAMPLES, inputs.hard().size()));
        List<Rollout> students = training.policy(backend, inputs.start(), task).sample(some, 1, stream.split("student"));
        List<Rollout> documents = new Policy(backend, inputs.start(), task.format(),
                config.teacherSampling(inputs.task().stopIds())).sample(task.teacherPrompt(), LENGTH_SAMPLES, stream);
        long accepted = documents.stream().filter(document -> task.filter().parse(document.text()).isPresent()).count();
        return new CostEstimate.Lengths(students.stream().mapToInt(rollout -> rollout.promptIds().length).average().orElseThrow(),
                students.stream().mapToInt(Rollout::length).average().orElseThrow(), task.teacherPrompt().length,
                documents.stream().mapToInt(Rollout::length).average().orElseThrow(),
                Math.max(accepted, 1.0 / config.teacher().attempts()) / LENGTH_SAMPLES);
    }

    /** Runs to the last step: from the newest whole checkpoint of {@code run}, or from the start where there is none. */
    public Result run(RunDirectory run) throws IOException {
        Checkpoints checkpoints = run.checkpoints(config.checkpoints().keep());
        Checkpoints promoted = new Checkpoints(run.path().resolve(PROMOTED), Integer.MAX_VALUE);
        checkpoints.sweep();
        promoted.sweep();
        StepClock clock = new StepClock(workers.size());
        TrainLog log = new TrainLog(run, config, inputs.task().world(), new Embedder(backend, inputs.start(), task.format()), clock,
                workers.size());
        Optional<Checkpoints.Entry> newest = checkpoints.newest(listener::warning);
        Parts parts = newest.isPresent() ? resume(run, checkpoints, newest.get(), log) : begin(run, log);
        promoted.discardAfter(parts.state.step());
        if (newest.isEmpty()) {
            save(run, checkpoints, parts.teacher, parts.state);
        }
        SoarLoop<Llama> loop = loop(parts.teacher, log);
        SoarState<Llama> state = parts.state;
        Path last = run.checkpoint(state.step());
        clock.start();
        while (!done(state)) {
            SoarState<Llama> next = loop.step(state);
            long start = System.nanoTime();
            if (next.promotions() > state.promotions()) {
                keepPromoted(promoted, log, next);
                clock.since("promotion", start);
            }
            start = System.nanoTime();
            state = next;
            if (done(state) || state.step() % config.checkpoints().every() == 0) {
                last = save(run, checkpoints, parts.teacher, state);
            }
            clock.since("checkpoint", start);
        }
        return new Result(state, parts.teacher.model(), last, clock.total());
    }

    /** The folder of a promoted student, a model directory. */
    public static Path promoted(Path run, Promotion promotion) {
        return run.resolve(PROMOTED).resolve(String.format(Locale.ROOT, "step-%06d", promotion.step() + 1));
    }

    private boolean done(SoarState<Llama> state) {
        boolean enough = config.enoughPromotions() > 0 && state.promotions() >= config.enoughPromotions();
        return enough || state.step() >= config.loop().outerSteps();
    }

    private Parts begin(RunDirectory run, TrainLog log) {
        run.rewindToStart();
        if (baseAccuracy.isEmpty()) {
            requireHard();
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", "start");
        line.put("step", 0);
        line.put("student/hard_accuracy", baseAccuracy.getAsDouble());
        log.append(0, line);
        listener.start(baseAccuracy.getAsDouble());
        return new Parts(teacher(inputs.start().copy(), log), SoarState.start(inputs.start()));
    }

    private Parts resume(RunDirectory run, Checkpoints checkpoints, Checkpoints.Entry entry, TrainLog log) throws IOException {
        SavedState saved = SavedState.read(entry.directory().resolve(STATE));
        checkpoints.discardAfter(entry.step());
        run.rewind(saved.marks());
        Path folder = entry.directory().resolve(TEACHER);
        TrainedTeacher teacher = teacher(Checkpoint.load(folder), log);
        // The teacher takes one optimiser step in every outer step.
        MomentsFile.restore(folder, teacher.model().trainable(), teacher.optimiser(), saved.step());
        Llama baseline = saved.promotionQuestions().promotions().isEmpty() ? inputs.start()
                : Checkpoint.load(entry.directory().resolve(STUDENT));
        listener.resumed(saved.step());
        return new Parts(teacher, saved.with(baseline));
    }

    private TrainedTeacher teacher(Llama model, TrainLog log) {
        return teacher(backend, config, inputs, model, log::teacher);
    }

    /** The teacher that a run of these settings would train, or one of its kind that only writes. */
    public static TrainedTeacher teacher(Backend backend, TrainConfig config, Inputs inputs, Llama model, LlamaTeacher.Listener listener) {
        Task task = withRoom(inputs.task().task(), inputs.start().rope().length());
        Policy.Sampling sampling = config.teacherSampling(inputs.task().stopIds());
        return config.teacher().multiTurn()
                ? new TwoTurnTeacher(backend, model, inputs.start(), task, inputs.task().turns(), sampling, config.teacherSettings(), listener)
                : new LlamaTeacher(backend, model, inputs.start(), task, sampling, config.teacherSettings(), listener);
    }

    private SoarLoop<Llama> loop(TrainedTeacher teacher, TrainLog log) {
        SoarEvents<Llama> events = new SoarEvents<>() {
            @Override
            public void stepDone(StepReport report, SoarState<Llama> next) {
                listener.step(log.write(report));
            }
        };
        List<InnerLoop<Llama>> runners = new ArrayList<>();
        for (Backend worker : workers) {
            runners.add(config.teacherReward().grounded()
                    ? new LlamaStudents(worker, task, training, config.gain().gain(), config.jobs().keep(), log)
                    : measured(new IntrinsicReward<>(new LlamaSuccessRates(worker, task, training, config.teacherReward().against()),
                            config.teacherReward().samples(), config.teacherReward().shape()), log));
        }
        StudentEvaluator<Llama> evaluator = config.teacherReward().grounded()
                ? new LlamaStudents(backend, task, training, config.gain().gain())
                : IntrinsicReward.noBaseline();
        LocalJobs<Llama> jobs = new LocalJobs<>(runners, config.jobs().attempts(), (job, attempt, cause, last) ->
                listener.warning(job + ": attempt " + attempt + " failed" + (last ? " and was the last: " : ": ")
                        + cause.getMessage()));
        return new SoarLoop<>(config.loop(), inputs.hard(), teacher, jobs, evaluator, events, rng.split("soar"));
    }

    private static InnerLoop<Llama> measured(InnerLoop<Llama> reward, TrainLog log) {
        return job -> {
            long start = System.nanoTime();
            InnerResult<Llama> result = reward.run(job);
            log.measured(job, (System.nanoTime() - start) / 1e9);
            return result;
        };
    }

    /** A promoted student is a result (PS): it is measured on all hard problems and stays, whatever becomes of checkpoints. */
    private void keepPromoted(Checkpoints promoted, TrainLog log, SoarState<Llama> state) throws IOException {
        double accuracy = greedy(state.baseline());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", "promoted");
        line.put("step", state.step() - 1);
        line.put("student/hard_accuracy", accuracy);
        log.append(state.step() - 1, line);
        Path written = promoted.write(state.step(), directory -> saveModel(directory, state.baseline()));
        listener.promoted(state.step() - 1, accuracy, written);
    }

    private double greedy(Llama student) {
        Policy policy = training.policy(backend, student, task);
        return Evaluation.greedy(policy, inputs.hard(), task.judge()).accuracy();
    }

    private Path save(RunDirectory run, Checkpoints checkpoints, TrainedTeacher teacher, SoarState<Llama> state)
            throws IOException {
        if (state.promotions() > 0) {
            ProblemFile.write(run.path().resolve(PROMOTION_QUESTIONS), state.promotionQuestions().problems());
        }
        Path saved = checkpoints.write(state.step(), directory -> {
            saveModel(directory.resolve(TEACHER), teacher.model());
            MomentsFile.write(directory.resolve(TEACHER), teacher.model().trainable(), teacher.optimiser());
            if (state.promotions() > 0) {
                saveModel(directory.resolve(STUDENT), state.baseline());
            }
            SavedState.of(state, run.marks()).write(directory.resolve(STATE));
        });
        listener.saved(saved);
        return saved;
    }

    private void saveModel(Path directory, Llama model) throws IOException {
        Checkpoint.save(directory, model, SaveOptions.DEFAULT.withSource(inputs.modelDirectory()));
    }
}
