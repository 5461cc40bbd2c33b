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
import java.util.Optional;
import java.util.stream.Collectors;
import org.soarj.cli.report.ReportPage;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.Promotion;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.train.CostEstimate;
import org.soarj.soar.train.SoarRun;
import org.soarj.soar.train.StepClock;
import org.soarj.soar.train.TrainConfig;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar train}: SOAR on a hard set. */
@Command(name = "train", mixinStandardHelpOptions = true,
        description = "SOAR: train a teacher on what its questions gain students on hard problems that it never sees.")
final class TrainCommand implements Runnable {
    /** Below this many weights a product is too small for several threads, and students gain more from running side by side. */
    private static final long SMALL_MODEL = 10_000_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private RunSettings settings;

    @Mixin
    private TrainOptions options;

    @Option(names = "--out", paramLabel = "RUN", description = "Run directory; not needed for --dry-run.")
    private Path out;

    @Option(names = "--workers", paramLabel = "N", description = "Students trained side by side, sharing the threads; changes no "
            + "figure, takes their memory N times (default: one; on the CPU, for models of under 10 M weights, one a thread).")
    private Integer workers;

    @Option(names = "--dry-run", description = "Say what the run would cost in rollouts, tokens, memory and time, and write nothing. "
            + "Without --model it is about Llama-3.2-3B; a model folder may hold config.json alone.")
    private boolean dryRun;

    @Option(names = "--resume", description = "Go on with the run in --out from its newest whole checkpoint.")
    private boolean resume;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (out == null && !dryRun) {
            throw new ParameterException(spec.commandLine(), "--out is missing; give a run directory");
        }
        try (Backend backend = compute.open()) {
            if (dryRun) {
                dryRun(backend);
                return;
            }
            TrainConfig config = resume ? stored() : asked();
            if (!resume) {
                RunDirectory.requireFree(out);
            }
            SoarRun.Inputs inputs = inputs(config);
            List<Backend> side = new ArrayList<>();
            try {
                train(backend, side, config, inputs);
            } finally {
                side.forEach(Backend::close);
            }
            ReportPage.write(out);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void train(Backend backend, List<Backend> side, TrainConfig config, SoarRun.Inputs inputs) throws IOException {
        int count = workers(inputs.start().size());
        PrintWriter err = spec.commandLine().getErr();
        SoarRun soar = new SoarRun(backend, compute.workers(backend, count, side), config, inputs, new TrainProgress(err, config));
        String yaml = SettingsFile.yaml(config);
        announce(config, yaml, inputs, backend, count);
        if (!resume) {
            soar.requireHard();
        }
        try (RunDirectory run = resume ? RunDirectory.open(out) : RunDirectory.create(out, yaml, header(config, backend))) {
            print(soar.run(run));
        }
    }

    private void dryRun(Backend backend) throws IOException {
        TrainConfig config = settings.asked(TrainConfig.class, options.defaults(), options.given());
        Path directory = Path.of(config.model());
        LlamaConfig model = config.model().isEmpty() ? TrainDryRun.LLAMA_3_2_3B : Checkpoint.config(directory);
        int count = workers(CostEstimate.weights(model));
        Optional<CostEstimate.Lengths> lengths = Optional.empty();
        if (!config.data().isEmpty() && Files.isRegularFile(directory.resolve("model.safetensors"))
                && CostEstimate.weights(model) < SMALL_MODEL) {
            lengths = Optional.of(new SoarRun(backend, List.of(backend), config, inputs(config),
                    new TrainProgress(spec.commandLine().getErr(), config)).lengths());
        }
        TrainDryRun estimate = TrainDryRun.measure(config, model, lengths, compute.device(), compute.threads(), count,
                Compute.known());
        if (json) {
            estimate.printJson(spec.commandLine().getOut());
        } else {
            estimate.print(spec.commandLine().getOut());
        }
    }

    private TrainConfig asked() throws IOException {
        TrainConfig config = settings.asked(TrainConfig.class, options.defaults(), options.given());
        if (config.model().isEmpty() || config.data().isEmpty()) {
            throw new ParameterException(spec.commandLine(), (config.model().isEmpty() ? "--model" : "--data")
                    + " is missing; give it as an option or in --config");
        }
        return config;
    }

    private TrainConfig stored() throws IOException {
        TrainConfig config = settings.stored(TrainConfig.class, options.defaults(), out, options.given());
        FileHash.requireSame(out, "model_hash", FileHash.ofModel(Path.of(config.model())), config.model());
        FileHash.requireSame(out, "data_hash", FileHash.of(problems(config)), problems(config).toString());
        return config;
    }

    /** The file of hard problems; of a folder, the half that {@code soar filter} made for training. */
    private static Path problems(TrainConfig config) {
        Path data = Path.of(config.data());
        return Files.isDirectory(data) ? data.resolve("train.jsonl") : data;
    }

    private SoarRun.Inputs inputs(TrainConfig config) throws IOException {
        List<Problem> hard = ProblemFile.read(problems(config));
        Path directory = Path.of(config.model());
        Llama start = Checkpoint.load(directory);
        NamedTask task = NamedTask.of(config.task(), config.reward(), directory, start.config());
        return new SoarRun.Inputs(start, task, hard, directory);
    }

    private int workers(long weights) {
        int count = workers != null ? workers : weights < SMALL_MODEL ? compute.jobs() : 1;
        if (count < 1) {
            throw new ParameterException(spec.commandLine(), "--workers must be 1 or more, got " + count);
        }
        return count;
    }

    private RunHeader header(TrainConfig config, Backend backend) throws IOException {
        List<String> flags = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
        return RunHeader.here(config.seed(), flags, Path.of(".")).with("backend", backend.name())
                .with("model_hash", FileHash.ofModel(Path.of(config.model())))
                .with("data_hash", FileHash.of(problems(config)));
    }

    private void announce(TrainConfig config, String yaml, SoarRun.Inputs inputs, Backend backend, int count) {
        PrintWriter err = spec.commandLine().getErr();
        err.print(yaml);
        err.printf(Locale.ROOT, "soar train: %s backend, run directory %s; %,d parameters, %d hard problems%n", backend.name(), out,
                inputs.start().size(), inputs.hard().size());
        int students = config.loop().dataSets() * config.loop().repeats();
        err.printf(Locale.ROOT, "about to take up to %d outer steps of %,d documents and %d students, %d at a time, each %d to %d "
                + "steps of %,d completions%n", config.loop().outerSteps(), config.loop().documents(), students, count,
                config.loop().inner().steps(), config.loop().inner().cap(), config.student().batch() * config.student().group());
        int prompt = inputs.hard().stream().mapToInt(p -> inputs.task().task().format().prompt(p).length).max().orElseThrow();
        CostEstimate most = new CostEstimate(config, inputs.start().config(), new CostEstimate.Lengths(prompt,
                config.student().maxTokens(), inputs.task().task().teacherPrompt().length, config.teacher().maxTokens(), 1), count);
        long bytes = most.memory().values().stream().mapToLong(Long::longValue).sum();
        long heap = Runtime.getRuntime().maxMemory();
        err.printf(Locale.ROOT, "%,.0f tokens to sample at most, about %.2f GB of memory (soar train --dry-run measures the time)%n",
                most.most().sampledTokens(), bytes / 1e9);
        if (bytes > heap) {
            err.printf(Locale.ROOT, "warning: Java may use %.2f GB; raise it (SOAR_JAVA_OPTS=-Xmx%dg), or lower parallel, --workers or "
                    + "micro_batch_tokens%n", heap / 1e9, bytes / 900_000_000 + 1);
        }
        if (inputs.task().stopIds().isEmpty()) {
            err.println("warning: the model names no end token: every completion will be cut off");
        }
        err.flush();
    }

    private void print(SoarRun.Result result) {
        PrintWriter text = spec.commandLine().getOut();
        List<Promotion> promotions = result.end().promotionQuestions().promotions();
        List<Path> students = promotions.stream().map(p -> SoarRun.promoted(out, p)).toList();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("run", out.toString());
            all.put("checkpoint", result.checkpoint().toString());
            all.put("steps", result.end().step());
            all.put("promotions", promotions.stream().map(p -> Map.of("step", p.step(), "data_set", p.dataSet(), "repeat",
                    p.repeat(), "moving_average", p.movingAverage())).toList());
            all.put("promotion_questions", result.end().promotionQuestions().problems().size());
            all.put("promoted_students", students.stream().map(Path::toString).toList());
            all.put("seconds", result.seconds());
            all.put("outside_share", StepClock.outside(result.seconds()));
            text.println(JsonMapper.shared().writeValueAsString(all));
        } else {
            text.printf(Locale.ROOT, "%d outer steps, %d promotions, %d promotion questions%n", result.end().step(),
                    promotions.size(), result.end().promotionQuestions().problems().size());
            students.forEach(student -> text.println("promoted student: " + student));
            text.println("teacher: " + result.checkpoint().resolve("teacher"));
            text.println("report: " + out.resolve("report.html"));
            times(text, result.seconds());
        }
        text.flush();
    }

    /** Where the time went, most first; nothing for a run that had been over already. */
    private static void times(PrintWriter text, Map<String, Double> seconds) {
        double all = seconds.getOrDefault("step", 0.0);
        if (all > 0) {
            String parts = seconds.entrySet().stream().filter(part -> part.getKey().startsWith(StepClock.PART))
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                    .map(part -> String.format(Locale.ROOT, "%s %.1f%%", part.getKey().substring(StepClock.PART.length()),
                            100 * part.getValue() / all))
                    .collect(Collectors.joining(", "));
            text.printf(Locale.ROOT, "time: %.1f s, of which %s; outside generation and updates %.1f%%%n", all, parts,
                    100 * StepClock.outside(seconds));
        }
    }
}
