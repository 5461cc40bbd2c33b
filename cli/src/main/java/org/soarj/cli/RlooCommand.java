package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.cli.report.ReportPage;
import org.soarj.rl.Problem;
import org.soarj.soar.rloo.Accuracy;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.rloo.RlooConfig;
import org.soarj.soar.rloo.RlooRun;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar rloo}: RLOO on a data set. */
@Command(name = "rloo", mixinStandardHelpOptions = true,
        description = "Train a model by RLOO on a data set; on problems that it always fails this is Hard-Only.")
final class RlooCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private RunSettings settings;

    @Option(names = "--model", paramLabel = "DIR", description = "Model to start from, in Hugging Face's layout.")
    private String model;

    @Option(names = "--data", paramLabel = "FILE", description = "Problems, JSONL or JSONL.GZ with problem and answer.")
    private String data;

    @Option(names = "--eval-data", paramLabel = "FILE", description = "Problems to measure on (default: those of --data).")
    private String evalData;

    @Option(names = "--out", paramLabel = "RUN", required = true, description = "Run directory.")
    private Path out;

    @Option(names = "--steps", description = "Batches (setting steps).")
    private String steps;

    @Option(names = "--seed", description = "Root of all randomness (setting seed).")
    private String seed;

    @Option(names = "--task", description = "math or chain, the demo's world (setting task).")
    private String task;

    @Option(names = ProblemReading.OPTION, description = "Leave out problems whose answer is blank, with a warning, instead of "
            + "refusing the file (setting skip_blank_answers).")
    private boolean skipBlank;

    @Option(names = "--resume", description = "Go on with the run in --out from its newest whole checkpoint; of its settings those "
            + "can be changed that leave what is done as it is: steps at a constant rate, evaluation.every, checkpoints.every, "
            + "checkpoints.keep, sampling.parallel, optimiser.checkpointing.")
    private boolean resume;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        try (Backend backend = compute.open()) {
            RlooConfig resolved = resume ? stored() : asked();
            RlooRun.Inputs inputs = inputs(resolved);
            String yaml = SettingsFile.yaml(resolved);
            try (RunDirectory run = resume ? RunDirectory.open(out) : RunDirectory.create(out, yaml, header(resolved, backend))) {
                run.keepConfig(yaml);
                announce(resolved, yaml, inputs, backend);
                RlooProgress progress = new RlooProgress(spec.commandLine().getErr(), resolved.steps());
                print(new RlooRun(backend, resolved, inputs, run, progress).run());
            }
            ReportPage.write(out);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The settings that a new run is asked to have. */
    private RlooConfig asked() throws IOException {
        RlooConfig resolved = trainable(settings.asked(RlooConfig.class, RlooConfig.defaults(), options()));
        if (resolved.model().isEmpty() || resolved.data().isEmpty()) {
            throw new ParameterException(spec.commandLine(), (resolved.model().isEmpty() ? "--model" : "--data")
                    + " is missing; give it as an option or in --config");
        }
        return resolved;
    }

    /** Settings that make a trainer: what does not go together is wrong usage. */
    private RlooConfig trainable(RlooConfig resolved) {
        try {
            resolved.trainer();
            return resolved;
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    /** The settings of the run that goes on, of which only those are changed that leave what it has done as it is. */
    private RlooConfig stored() throws IOException {
        RlooConfig after = trainable(settings.stored(RlooConfig.class, RlooConfig.defaults(), out, options(), RlooConfig::mayChange));
        for (Map.Entry<String, Path> file : origins(after).entrySet()) {
            FileHash.requireSame(out, file.getKey(), hash(file.getValue()), file.getValue().toString());
        }
        return after;
    }

    private Map<String, Object> options() {
        Map<String, Object> given = new LinkedHashMap<>();
        putIfGiven(given, "model", model);
        putIfGiven(given, "data", data);
        putIfGiven(given, "eval_data", evalData);
        putIfGiven(given, "skip_blank_answers", skipBlank ? true : null);
        putIfGiven(given, "task", task);
        putIfGiven(given, "steps", number("--steps", steps));
        putIfGiven(given, "seed", number("--seed", seed));
        return given;
    }

    private Long number(String option, String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException _) {
            throw new ParameterException(spec.commandLine(), option + ": a whole number is expected, got " + text);
        }
    }

    private static void putIfGiven(Map<String, Object> given, String key, Object value) {
        if (value != null) {
            given.put(key, value);
        }
    }

    private RlooRun.Inputs inputs(RlooConfig resolved) throws IOException {
        List<Problem> problems = problems(resolved.data(), resolved);
        List<Problem> held = resolved.evalData().isEmpty() ? problems : problems(resolved.evalData(), resolved);
        Path directory = Path.of(resolved.model());
        Llama start = Checkpoint.load(directory);
        Llama reference = resolved.kl().reference().isEmpty() ? start : Checkpoint.load(Path.of(resolved.kl().reference()));
        if (reference.config().vocabSize() != start.config().vocabSize()) {
            throw new IllegalArgumentException("kl.reference: " + resolved.kl().reference() + " has "
                    + reference.config().vocabSize() + " tokens, the model to train has " + start.config().vocabSize()
                    + "; a reference must share its tokenizer");
        }
        NamedTask named = NamedTask.of(resolved.task(), resolved.reward(), directory, start.config());
        NamedTask.requireRoom(named.task(), start, problems);
        NamedTask.requireRoom(named.task(), start, held);
        return new RlooRun.Inputs(start, reference, named.task(), named.stopIds(), problems, held, directory);
    }

    private List<Problem> problems(String file, RlooConfig resolved) throws IOException {
        return ProblemReading.read(Path.of(file), resolved.skipBlankAnswers(), spec.commandLine().getErr());
    }

    private RunHeader header(RlooConfig resolved, Backend backend) throws IOException {
        List<String> flags = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
        RunHeader header = RunHeader.here(resolved.seed(), flags).with("backend", backend.name());
        for (Map.Entry<String, Path> file : origins(resolved).entrySet()) {
            header = header.with(file.getKey(), hash(file.getValue()));
        }
        return header;
    }

    /** What a run starts from, by the key in run.json that has its hash. */
    private static Map<String, Path> origins(RlooConfig resolved) {
        Map<String, Path> origins = new LinkedHashMap<>();
        origins.put("model_hash", Path.of(resolved.model()));
        origins.put("data_hash", Path.of(resolved.data()));
        if (!resolved.evalData().isEmpty()) {
            origins.put("eval_data_hash", Path.of(resolved.evalData()));
        }
        if (!resolved.kl().reference().isEmpty()) {
            origins.put("reference_hash", Path.of(resolved.kl().reference()));
        }
        return origins;
    }

    private static String hash(Path file) throws IOException {
        return Files.isDirectory(file) ? FileHash.ofModel(file) : FileHash.of(file);
    }

    private void announce(RlooConfig resolved, String yaml, RlooRun.Inputs inputs, Backend backend) {
        PrintWriter err = spec.commandLine().getErr();
        err.print(yaml);
        long completions = (long) resolved.steps() * resolved.batch() * resolved.group();
        err.printf(Locale.ROOT, "soar rloo: %s backend, run directory %s; %,d parameters, %d problems%n", backend.name(), out,
                inputs.start().size(), inputs.problems().size());
        if (resolved.evalData().isEmpty() && resolved.evaluation().every() > 0) {
            err.println("no --eval-data: measuring on the problems that are trained on");
        }
        if (inputs.stopIds().isEmpty()) {
            err.println("warning: the model names no end token: every completion will be cut off");
        }
        err.printf(Locale.ROOT, "about to sample %,d completions of at most %d tokens, %,d tokens at most, in %d steps; loss: %s of "
                + "%s%n", completions, resolved.sampling().maxTokens(), completions * resolved.sampling().maxTokens(),
                resolved.steps(), resolved.estimator().aggregation().name().toLowerCase(Locale.ROOT),
                resolved.estimator().advantage().name().toLowerCase(Locale.ROOT));
        err.flush();
    }

    private void print(RlooRun.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("run", this.out.toString());
            all.put("checkpoint", result.checkpoint().toString());
            all.put("evaluations", result.accuracies());
            out.println(JsonMapper.shared().writeValueAsString(all));
        } else {
            for (Map.Entry<Integer, Accuracy> entry : result.accuracies().entrySet()) {
                out.println("step " + entry.getKey());
                AccuracyTable.print(out, entry.getValue());
            }
            out.println("model: " + result.checkpoint());
        }
        out.flush();
    }
}
