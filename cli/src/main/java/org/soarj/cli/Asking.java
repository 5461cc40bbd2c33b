package org.soarj.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.soarj.rl.Policy;
import org.soarj.soar.rloo.RlooConfig;
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

    Policy.Sampling sampling(Set<Integer> stopIds) {
        return new Policy.Sampling(maxTokens, (float) temperature, stopIds, parallel);
    }

    /** What decides the outcome, in a form that can be compared. */
    String described() {
        return String.format(Locale.ROOT, "model %s, data %s, task %s, max tokens %d, temperature %s, seed %d", model, data,
                task.name().toLowerCase(Locale.ROOT), maxTokens, temperature, seed);
    }
}
