package org.soarj.soar.rloo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Aggregation;
import org.soarj.rl.Normalisation;
import org.soarj.rl.Problem;
import org.soarj.rl.ZeroVariance;
import org.soarj.soar.actor.TinyTask;
import org.soarj.soar.run.LogLines;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;
import tools.jackson.databind.JsonNode;

/** A run small enough to be killed many times inside a test, with all that a state can hold: two updates a batch, a moving KL weight. */
final class TinyRun {
    static final int STEPS = 24;

    private TinyRun() {}

    static RlooConfig config(int steps) {
        RlooConfig plain = RlooConfig.defaults();
        return new RlooConfig("tiny", "tiny", "", false, RlooConfig.TaskName.CHAIN, RlooConfig.RewardName.EXACT, 5, steps, 2, 4,
                new RlooConfig.Sampling(10, 1, 32, 1, 0),
                new RlooConfig.Estimator(RlooConfig.AdvantageName.RLOO, Normalisation.NONE, Aggregation.SEQUENCE_SUM, 1, .2, .2,
                        1, 2, RlooConfig.Truncated.KEEP, ZeroVariance.RESAMPLE, 2, 0),
                new RlooConfig.Kl(RlooConfig.KlPlace.REWARD, .01, "", .01, 100),
                new RlooConfig.Optimiser(.01, Schedule.Decay.COSINE, 2, .9, .999, 1e-8, .01, 1, 4096, false),
                new RlooConfig.Measuring(6, 3, 2, List.of(1, 2)), new RlooConfig.Saving(2, plain.checkpoints().keep()));
    }

    /** Starts the run in {@code directory}, or goes on with it. */
    static RlooRun.Result run(Path directory, Path tokenizer, int steps) throws IOException {
        return run(directory, tokenizer, config(steps), new Quiet());
    }

    static RlooRun.Result run(Path directory, Path tokenizer, RlooConfig config, RlooListener listener) throws IOException {
        Files.createDirectories(tokenizer);
        return run(directory, tokenizer, config, listener, new TinyTask(tokenizer).problems(5));
    }

    /** A run whose only problem has this question. */
    static RlooRun.Result runOn(Path directory, Path tokenizer, RlooConfig config, String question) throws IOException {
        Files.createDirectories(tokenizer);
        return run(directory, tokenizer, config, new Quiet(), List.of(new Problem("long", question, "any")));
    }

    private static RlooRun.Result run(Path directory, Path tokenizer, RlooConfig config, RlooListener listener,
                                      List<Problem> problems) throws IOException {
        TinyTask tiny = new TinyTask(tokenizer);
        Llama start = tiny.llama(3);
        RlooRun.Inputs inputs = new RlooRun.Inputs(start, start, tiny.task(), tiny.sampling().stopIds(), problems,
                problems, tokenizer);
        try (Backend backend = new ReferenceBackend();
                RunDirectory run = RunDirectory.isRun(directory) ? RunDirectory.open(directory)
                        : RunDirectory.create(directory, "seed: 5\n", RunHeader.here(5, List.of(), Path.of(".")))) {
            return new RlooRun(backend, config, inputs, run, listener).run();
        }
    }

    /** The lines of a log, parsed, without what depends on the clock. */
    static List<Map<String, JsonNode>> lines(Path file) throws IOException {
        return LogLines.of(file);
    }

    /** Hears nothing. */
    static class Quiet implements RlooListener {
        @Override
        public void step(int step, Map<String, Double> metrics, List<String> alarms) {}

        @Override
        public void evaluated(int step, Accuracy accuracy) {}

        @Override
        public void saved(Path checkpoint) {}

        @Override
        public void resumed(int step) {}

        @Override
        public void warning(String message) {}
    }

    /** Breaks a run off after some steps, as a crash would. */
    static final class StopsAfter extends Quiet {
        private int left;

        StopsAfter(int steps) {
            this.left = steps;
        }

        @Override
        public void step(int step, Map<String, Double> metrics, List<String> alarms) {
            if (--left == 0) {
                throw new IllegalStateException("stopped");
            }
        }
    }

    /** What the test starts in a JVM of its own, to kill it: run directory, folder for the tokenizer. */
    public static void main(String[] args) throws IOException {
        System.out.println("ready");
        run(Path.of(args[0]), Path.of(args[1]), STEPS);
    }
}
