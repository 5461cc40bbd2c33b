package org.soarj.soar.rloo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.RlooStep;
import org.soarj.rl.RlooTrainer;
import org.soarj.soar.actor.ProblemStream;
import org.soarj.soar.actor.Task;
import org.soarj.soar.run.Checkpoints;
import org.soarj.soar.run.RunDirectory;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;

/**
 * An RLOO run from its first step or from a checkpoint to its end: sampling, learning, evaluation, logs.
 *
 * <p>A run that was killed at any moment and resumed ends with the weights, the optimiser and the logs, but for the keys under
 * {@code time/}, of a run that was not.
 */
public final class RlooRun {
    private final Backend backend;
    private final RlooConfig config;
    private final Inputs inputs;
    private final RunDirectory run;
    private final RlooListener listener;
    private final Checkpoints checkpoints;
    private final Rng rng;
    private final Map<Integer, Accuracy> accuracies = new LinkedHashMap<>();

    /**
     * What the files that the settings name hold.
     *
     * @param start weights to start from; not changed
     * @param reference weights that the divergence is measured from
     * @param task prompts, reward and judge
     * @param stopIds tokens that end a completion
     * @param problems to train on
     * @param held problems to measure on
     * @param modelDirectory whose tokenizer goes into the checkpoints
     */
    public record Inputs(Llama start, Llama reference, Task task, Set<Integer> stopIds, List<Problem> problems,
                         List<Problem> held, Path modelDirectory) {}

    /**
     * What came of a run.
     *
     * @param model trained weights
     * @param accuracies by step, those of this process alone
     * @param checkpoint the last
     */
    public record Result(Llama model, Map<Integer, Accuracy> accuracies, Path checkpoint) {}

    /** The moving parts between two steps. */
    private record Parts(Policy policy, RlooTrainer trainer, ProblemStream stream, Alarms alarms, int step) {}

    /** @throws IllegalArgumentException when a prompt leaves no room for an answer */
    public RlooRun(Backend backend, RlooConfig config, Inputs inputs, RunDirectory run, RlooListener listener) {
        this.backend = backend;
        this.config = config;
        this.inputs = inputs;
        this.run = run;
        this.listener = listener;
        this.checkpoints = run.checkpoints(config.checkpoints().keep());
        this.rng = Rng.of(config.seed());
        NamedTask.requireRoom(inputs.task(), inputs.start(), inputs.problems());
        NamedTask.requireRoom(inputs.task(), inputs.start(), inputs.held());
    }

    /** Runs to the last step: from the newest whole checkpoint of the run directory, or from the start where there is none. */
    public Result run() throws IOException {
        checkpoints.sweep();
        Optional<Checkpoints.Entry> newest = checkpoints.newest(listener::warning);
        Parts parts;
        if (newest.isPresent()) {
            parts = resume(newest.get());
        } else {
            run.rewindToStart();
            parts = parts(inputs.start().copy(), 0, 0, Alarms.State.START);
            evaluate(parts, 0);
            save(parts, 0);
        }
        Path last = run.checkpoint(parts.step());
        for (int step = parts.step(); step < config.steps(); step++) {
            step(parts, step);
            int done = step + 1;
            boolean end = done == config.steps();
            if (end || config.evaluation().every() > 0 && done % config.evaluation().every() == 0) {
                evaluate(parts, done);
            }
            if (end || done % config.checkpoints().every() == 0) {
                last = save(parts, done);
            }
        }
        return new Result(parts.policy().model(), accuracies, last);
    }

    private Parts resume(Checkpoints.Entry entry) throws IOException {
        RlooState state = RlooState.read(entry.directory());
        checkpoints.discardAfter(entry.step());
        run.rewind(state.marks());
        Llama model = Checkpoint.load(entry.directory());
        Parts parts = parts(model, state.step(), state.drawn(), state.alarms());
        state.restore(entry.directory(), model, parts.trainer().optimiser());
        parts.trainer().restoreKlBeta(state.klBeta());
        listener.resumed(state.step());
        return parts;
    }

    private Parts parts(Llama model, int step, long drawn, Alarms.State alarms) {
        Policy policy = new Policy(backend, model, inputs.task().format(), config.rollouts(inputs.stopIds()));
        RlooTrainer trainer = new RlooTrainer(policy, inputs.reference(), inputs.task().reward(), config.trainer());
        ProblemStream stream = ProblemStream.after(drawn, inputs.problems(), rng.split("order"));
        return new Parts(policy, trainer, stream, new Alarms(config.kl().target(), alarms), step);
    }

    private void step(Parts parts, int step) {
        long start = System.nanoTime();
        RlooStep report = parts.trainer().step(() -> parts.stream().batch(config.batch()), rng.split("rollouts", step));
        Map<String, Double> metrics = StepMetrics.of(report);
        List<String> alarms = parts.alarms().of(metrics);
        Map<String, Double> time = StepMetrics.time(report);
        time.put("time/step", (System.nanoTime() - start) / 1e9);
        RolloutLines.write(run.rollouts(), Map.of("step", step), report.experience());
        log("rloo", step, metrics, time, alarms);
        listener.step(step, metrics, alarms);
    }

    /** Measures on problems that are the same at every step, with the same randomness. */
    private void evaluate(Parts parts, int step) {
        if (config.evaluation().every() == 0) {
            return;
        }
        long start = System.nanoTime();
        List<Problem> held = inputs.held();
        int most = config.evaluation().problems();
        List<Problem> chosen = most == 0 ? held : held.subList(0, Math.min(most, held.size()));
        Accuracy accuracy = Accuracy.of(parts.policy(), chosen, config.evaluation().samples(), config.evaluation().k(),
                inputs.task().judge(), rng.split("evaluation"));
        accuracies.put(step, accuracy);
        log("eval", step, accuracy.metrics(), Map.of("time/evaluate", (System.nanoTime() - start) / 1e9), List.of());
        listener.evaluated(step, accuracy);
    }

    private void log(String stage, int step, Map<String, Double> metrics, Map<String, Double> time, List<String> alarms) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", stage);
        line.put("step", step);
        line.putAll(metrics);
        line.put("alarms", alarms);
        line.putAll(time);
        run.metrics().append(line);
        Map<String, Double> scalars = new LinkedHashMap<>(metrics);
        scalars.putAll(time);
        run.events().append(System.currentTimeMillis() / 1e3, step, scalars);
    }

    private Path save(Parts parts, int step) throws IOException {
        RlooTrainer trainer = parts.trainer();
        RlooState state = new RlooState(step, trainer.optimiser().steps(), parts.stream().drawn(), trainer.klBeta(),
                parts.alarms().state(), run.marks());
        Path saved = checkpoints.write(step, directory ->
                state.write(directory, parts.policy().model(), trainer.optimiser(), inputs.modelDirectory()));
        listener.saved(saved);
        return saved;
    }
}
