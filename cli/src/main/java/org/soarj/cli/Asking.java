package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.actor.Task;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.rloo.RlooConfig;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import picocli.CommandLine.Option;

/** The options of commands that put the problems of a file to a model; mixed into them. */
final class Asking {
    @Option(names = "--model", paramLabel = "DIR", required = true, description = "Model, in Hugging Face's layout.")
    private Path model;

    @Option(names = "--data", paramLabel = "FILE", required = true,
            description = "Problems, JSONL or JSONL.GZ with problem and answer.")
    private Path data;

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

    Path model() {
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
        List<Problem> problems = ProblemFile.read(data);
        Llama llama = Checkpoint.load(model);
        NamedTask named = NamedTask.of(task, RlooConfig.RewardName.EXACT, model, llama.config());
        NamedTask.requireRoom(named.task(), llama, problems);
        Policy.Sampling sampling = new Policy.Sampling(maxTokens, (float) temperature, named.stopIds(), parallel);
        return new Opened(problems, named.task(), new Policy(backend, llama, named.task().format(), sampling));
    }

    /** What decides the outcome, in a form that can be compared. */
    String described() {
        return String.format(Locale.ROOT, "model %s, data %s, task %s, max tokens %d, temperature %s, seed %d", model, data,
                task.name().toLowerCase(Locale.ROOT), maxTokens, temperature, seed);
    }
}
