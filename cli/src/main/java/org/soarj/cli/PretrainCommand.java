package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.soar.experiment.PretrainConfig;
import org.soarj.soar.experiment.PretrainRun;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.run.TrainingFolder;
import org.soarj.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar pretrain}: a base from nothing. */
@Command(name = "pretrain", mixinStandardHelpOptions = true,
        description = "Train a tiny Llama from scratch on a synthetic world: a model directory in Hugging Face's layout, with "
                + "problems.jsonl to filter and every-size.jsonl to look at. The defaults are the demo's base.")
final class PretrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private RunSettings settings;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "New folder for the model.")
    private Path out;

    @Option(names = "--world", paramLabel = "NAME", description = "Whose documents are read: chain (setting world).")
    private String world;

    @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps (setting training.steps).")
    private Integer steps;

    @Option(names = "--seed", paramLabel = "N", description = "Root of all randomness (setting seed).")
    private Long seed;

    @Option(names = "--problems", paramLabel = "N", description = "Problems to be filtered (setting problems.count).")
    private Integer problems;

    @Option(names = "--difficulty", paramLabel = "K", description = "Their difficulty, 1 to 8 (settings problems.easiest and "
            + "problems.hardest).")
    private Integer difficulty;

    @Option(names = "--save-every", paramLabel = "N", description = "Steps between checkpoints, which are gone once the model is "
            + "written (default: ${DEFAULT-VALUE}).")
    private int saveEvery = PretrainRun.SAVE_EVERY;

    @Option(names = "--resume", description = "Go on with the run in --out from its checkpoint; other options must be those it was "
            + "started with.")
    private boolean resume;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        try (Backend backend = compute.open()) {
            PretrainConfig config = resume ? stored() : settings.asked(PretrainConfig.class, PretrainConfig.defaults(), options());
            if (saveEvery < 1) {
                throw new ParameterException(spec.commandLine(), "--save-every must be 1 or more, got " + saveEvery);
            }
            if (!resume) {
                NewFolder.require(out);
            }
            PrintWriter err = spec.commandLine().getErr();
            String yaml = SettingsFile.yaml(config);
            err.print(yaml);
            err.printf(Locale.ROOT, "soar pretrain: %s backend; about to train %,d steps of %,d documents%n", backend.name(),
                    config.training().steps(), config.training().documents());
            err.flush();
            if (!resume) {
                List<String> flags = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
                RunHeader header = RunHeader.here(config.seed(), flags, Path.of(".")).with("backend", backend.name());
                AtomicFile.write(out.resolve("config.yaml"), yaml);
                AtomicFile.write(out.resolve("run.json"), JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                        .writeValueAsBytes(header));
            }
            print(config, new PretrainRun(backend, config, out, new StageProgress(err), saveEvery).run());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private PretrainConfig stored() throws IOException {
        TrainingFolder.requireUnfinished(out);
        return settings.stored(PretrainConfig.class, PretrainConfig.defaults(), out, options());
    }

    private Map<String, Object> options() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("world", world);
        given.put("training.steps", steps);
        given.put("seed", seed);
        given.put("problems.count", problems);
        given.put("problems.easiest", difficulty);
        given.put("problems.hardest", difficulty);
        given.values().removeIf(value -> value == null);
        return given;
    }

    private void print(PretrainConfig config, PretrainRun.Result result) {
        PrintWriter text = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("model", out.toString());
            all.put("parameters", result.parameters());
            all.put("first_loss", result.firstLoss());
            all.put("last_loss", result.lastLoss());
            all.put("tokens", result.tokens());
            all.put("problems", result.problems());
            text.println(JsonMapper.shared().writeValueAsString(all));
        } else {
            text.printf(Locale.ROOT, "model: %s (%,d parameters, loss %.3f -> %.3f)%n", out, result.parameters(),
                    result.firstLoss(), result.lastLoss());
            text.printf(Locale.ROOT, "next: soar filter --model %s --data %s --task %s --max-tokens 80 --out HARD%n", out,
                    out.resolve("problems.jsonl"), config.world().name().toLowerCase(Locale.ROOT));
        }
        text.flush();
    }
}
