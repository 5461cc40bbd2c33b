package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.soar.actor.Task;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.rloo.RlooConfig;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Precision;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that put the problems of a file to a model; mixed into them. */
final class Asking {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private ModelFolder model;

    @Option(names = "--data", paramLabel = "FILE", required = true,
            description = "Problems, JSONL or JSONL.GZ with problem and answer.")
    private Path data;

    @Option(names = ProblemReading.OPTION,
            description = "Leave out problems whose answer is blank, with a warning, instead of refusing the file.")
    private boolean skipBlank;

    @Option(names = "--task", defaultValue = "MATH",
            description = "How a problem is put and an answer judged: math, or chain, the demo's world (default: math).")
    private RlooConfig.TaskName task;

    @Option(names = "--max-tokens", defaultValue = "1024", description = "Most tokens of a completion (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(names = "--temperature", defaultValue = "1", description = "Of the samples (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--parallel", defaultValue = "256",
            description = "Most sequences side by side; changes no number (default: ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(names = "--seed", defaultValue = "1", description = "Root of all randomness (default: ${DEFAULT-VALUE}).")
    private long seed;

    ModelFolder model() {
        return model;
    }

    Path data() {
        return data;
    }

    RlooConfig.TaskName task() {
        return task;
    }

    int maxTokens() {
        return maxTokens;
    }

    double temperature() {
        return temperature;
    }

    long seed() {
        return seed;
    }

    /** What was asked for, read and found to fit together. */
    record Opened(List<Problem> problems, Task task, Policy policy) {}

    /** Reads problems and model; a problem that fills the model's context is refused. */
    Opened open(Backend backend) throws IOException {
        requireUsable();
        List<Problem> problems = ProblemReading.read(data, skipBlank, command.commandLine().getErr());
        Llama llama = model.llama(Precision.F32);
        NamedTask named = NamedTask.of(task, RlooConfig.RewardName.EXACT, model.text(), llama.config());
        NamedTask.requireRoom(named.task(), llama, problems);
        Policy.Sampling sampling = new Policy.Sampling(maxTokens, (float) temperature, named.stopIds(), parallel);
        return new Opened(problems, named.task(), new Policy(backend, llama, named.task().format(), sampling));
    }

    private void requireUsable() {
        if (maxTokens < 1 || parallel < 1 || !(temperature > 0)) {
            throw new ParameterException(command.commandLine(), "--max-tokens and --parallel must be 1 or more and --temperature "
                    + "above 0, got " + maxTokens + ", " + parallel + " and " + temperature);
        }
    }

    /** What decides the outcome, in a form that can be compared. */
    String described() {
        return String.format(Locale.ROOT, "model %s, data %s, task %s, max tokens %d, temperature %s, seed %d%s",
                model.directory(), data,
                task.name().toLowerCase(Locale.ROOT), maxTokens, temperature, seed, model.adapter() == null ? ""
                        : ", adapter " + model.adapter());
    }
}
