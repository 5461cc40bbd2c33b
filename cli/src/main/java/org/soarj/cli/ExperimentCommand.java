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
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.actor.LlamaTeacher;
import org.soarj.soar.experiment.Arm;
import org.soarj.soar.experiment.Experiment;
import org.soarj.soar.experiment.ExperimentConfig;
import org.soarj.soar.experiment.ExperimentResult;
import org.soarj.soar.experiment.Ground;
import org.soarj.soar.experiment.SoarTeachers;
import org.soarj.soar.experiment.WorldGround;
import org.soarj.soar.measure.MeanDeviation;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.rloo.RlooConfig;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.train.SoarRun;
import org.soarj.soar.train.TrainConfig;
import org.soarj.tensor.Rng;
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

/** {@code soar experiment}: the paper's comparison. */
@Command(name = "experiment", mixinStandardHelpOptions = true,
        description = "Compare the arms of the paper: teachers are trained, students are trained on what they write and on hard "
                + "problems, and measured on hard problems that nobody trained on. It can be stopped at any time; the same command "
                + "goes on with what is left.",
        footer = {"", "Arms: base, hard-only, hard-only-4x, base-t, intrinsic-t, grounded-t, grounded-t-no-promotion,",
            "grounded-t-inference, ps, pq, real, real-full; where the truth about any question is known also grounded-t-correct,",
            "grounded-t-wrong, grounded-t-ill-posed.",
            "", "soar experiment --preset tiny --out EXP        from nothing: makes the demo's base and its hard problems first"})
final class ExperimentCommand implements Runnable {
    /** Settings to start from. */
    enum Preset { PAPER, TINY }

    private static final String CONFIG = "config.yaml";

    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private RunSettings settings;

    @Option(names = "--preset", defaultValue = "PAPER", paramLabel = "NAME", description = "Settings to start from: paper (for "
            + "mathematics) or tiny (for models of soar pretrain) (default: paper).")
    private Preset preset;

    @Option(names = "--model", paramLabel = "DIR",
            description = "The base, in Hugging Face's layout (setting soar.model); with --preset tiny one is made if none is given.")
    private String model;

    @Option(names = "--data", paramLabel = "DIR",
            description = "What soar filter wrote: train.jsonl and test.jsonl (setting soar.data).")
    private String data;

    @Option(names = "--real", paramLabel = "FILE", description = "Easier problems with answers, for real and real-full (setting real).")
    private String real;

    @Option(names = ProblemReading.OPTION, description = "Leave out easier problems whose answer is blank, with a warning, instead of "
            + "refusing the file (setting skip_blank_answers).")
    private boolean skipBlank;

    @Option(names = "--transfer", paramLabel = "DIR", description = "Other hard problems for the students of the arms than --data has "
            + "for teachers, as soar filter wrote them (setting transfer).")
    private String transfer;

    @Option(names = "--task", paramLabel = "NAME", description = "math or chain, the demo's world (setting soar.task).")
    private String task;

    @Option(names = "--arms", split = ",", paramLabel = "ARM", description = "What is compared (setting experiment.arms).")
    private List<String> arms;

    @Option(names = "--teachers", paramLabel = "N", description = "Seeds of teachers (setting experiment.teachers).")
    private Integer teachers;

    @Option(names = "--students", paramLabel = "N",
            description = "Seeds of fresh students for each teacher (setting experiment.students).")
    private Integer students;

    @Option(names = "--seed", paramLabel = "N", description = "Root of all randomness (setting soar.seed).")
    private Long seed;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where pieces and tables go.")
    private Path out;

    @Option(names = "--workers", paramLabel = "N",
            description = "Students trained side by side, sharing the threads; changes no figure (default: one a thread, on a card one).")
    private Integer workers;

    @Option(names = "--json", description = "Print the table as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        List<Backend> side = new ArrayList<>();
        try (Backend backend = compute.open()) {
            ExperimentConfig config = resolved();
            int count = workers == null ? compute.jobs() : workers;
            if (count < 1) {
                throw new ParameterException(spec.commandLine(), "--workers must be 1 or more, got " + count);
            }
            ExperimentResult result = compare(backend, compute.workers(backend, count, side), config);
            print(result);
            ReportPage.write(out);
            if (!json) {
                spec.commandLine().getOut().println("report: " + out.resolve(ReportPage.NAME));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            side.forEach(Backend::close);
        }
    }

    /** What is asked for. */
    private ExperimentConfig resolved() throws IOException {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("soar.model", model);
        given.put("soar.data", data);
        given.put("soar.task", task);
        given.put("real", real);
        given.put("transfer", transfer);
        given.put("skip_blank_answers", skipBlank ? true : null);
        given.put("soar.seed", seed);
        given.put("experiment.arms", arms == null ? null : arms.stream().map(this::arm).toList());
        given.put("experiment.teachers", teachers);
        given.put("experiment.students", students);
        given.values().removeIf(value -> value == null);
        ExperimentConfig config = settings.asked(ExperimentConfig.class,
                preset == Preset.TINY ? ExperimentConfig.tiny() : ExperimentConfig.paper(), given);
        boolean world = config.soar().task() == RlooConfig.TaskName.CHAIN;
        if (config.soar().model().isEmpty() != config.soar().data().isEmpty() || config.soar().model().isEmpty() && !world) {
            throw new ParameterException(spec.commandLine(), (config.soar().model().isEmpty() ? "--model" : "--data")
                    + " is missing; give it as an option or in --config");
        }
        try {
            config.experiment().requireMeans(world, config.soar().model().isEmpty() || !config.real().isEmpty());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        return config;
    }

    /** Begins the experiment in its folder, or goes on with it; one that was begun must have been asked for the same. */
    private void begin(ExperimentConfig config) throws IOException {
        String yaml = SettingsFile.yaml(config);
        Path file = out.resolve(CONFIG);
        if (!Files.exists(file)) {
            NewFolder.require(out);
            AtomicFile.write(out.resolve("run.json"), header(config).json());
            AtomicFile.write(file, yaml);
        } else if (!Files.readString(file).equals(yaml)) {
            throw new ParameterException(spec.commandLine(), out + ": was begun with other settings (" + file
                    + "); give the same to go on, or choose another folder");
        }
        spec.commandLine().getErr().print(yaml);
    }

    /** An arm as settings spell it. */
    private String arm(String name) {
        try {
            return Arm.named(name).name().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage(), unknown);
        }
    }

    private ExperimentResult compare(Backend backend, List<Backend> workers, ExperimentConfig config) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        StageProgress progress = new StageProgress(err);
        boolean made = config.soar().model().isEmpty();
        if (made) {
            begin(config);
        }
        WorldGround ground = made ? WorldGround.in(out, config.soar(), backend, progress) : null;
        Path directory = made ? ground.base() : Path.of(config.soar().model());
        Path hard = made ? ground.hard() : Path.of(config.soar().data());
        Path asked = config.transfer().isEmpty() ? hard : Path.of(config.transfer());
        Llama base = Checkpoint.load(directory);
        NamedTask task = NamedTask.of(config.soar().task(), config.soar().reward(), directory, base.config());
        SoarRun.Inputs inputs = new SoarRun.Inputs(base, task, fitting(hard.resolve("train.jsonl"), task, base), directory);
        List<Problem> train = hard.equals(asked) ? inputs.hard() : fitting(asked.resolve("train.jsonl"), task, base);
        List<Problem> test = fitting(asked.resolve("test.jsonl"), task, base);
        List<Problem> easier = made ? ground.easier() : config.real().isEmpty() ? List.of()
                : ProblemReading.read(Path.of(config.real()), config.skipBlankAnswers(), err);
        NamedTask.requireRoom(task.task(), base, easier);
        if (!made) {
            begin(config);
        }
        announce(config, base, train, test, easier);
        SoarTeachers runs = new SoarTeachers(out.resolve("soar"), workers, config.soar(), inputs, config.experiment(), header(config),
                SettingsFile::yaml, (name, run) -> {
                    err.println(name);
                    return new TrainProgress(err, run);
                });
        Ground shared = new Ground(backend, base, task.task(), config.soar().training(task.stopIds()),
                (on, model) -> SoarRun.teacher(on, config.soar(), inputs, model, LlamaTeacher.Listener.NONE), train, test, easier,
                task.world());
        return new Experiment(shared, config.experiment(), runs, workers, out, Rng.of(config.soar().seed()).split("experiment"), progress)
                .run();
    }

    /** The problems of a file, all of which leave room for an answer. */
    private static List<Problem> fitting(Path file, NamedTask task, Llama model) throws IOException {
        List<Problem> problems = ProblemFile.read(file);
        NamedTask.requireRoom(task.task(), model, problems);
        return problems;
    }

    private RunHeader header(ExperimentConfig config) {
        return RunHeader.here(config.soar().seed(), spec.commandLine().getParseResult().originalArgs());
    }

    private void announce(ExperimentConfig config, Llama base, List<Problem> train, List<Problem> test, List<Problem> easier) {
        PrintWriter err = spec.commandLine().getErr();
        TrainConfig soar = config.soar();
        err.printf(Locale.ROOT, "soar experiment: %,d parameters, %d hard problems to train on, %d held out, %d easier ones%n", base.size(),
                train.size(), test.size(), easier.size());
        err.printf(Locale.ROOT, "about to train, for each of %d seeds, up to 3 teachers of up to %d outer steps with %d students, and for "
                + "%d arms %d students of %d steps; what is finished in %s is kept%n", config.experiment().teachers(),
                soar.loop().outerSteps(), soar.loop().dataSets() * soar.loop().repeats(), config.experiment().arms().size(),
                config.experiment().students(), config.experiment().steps(), out);
        err.flush();
    }

    private void print(ExperimentResult result) {
        PrintWriter text = spec.commandLine().getOut();
        List<Integer> passAt = result.settings().passAt();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            for (String arm : result.arms()) {
                Map<String, Object> figures = new LinkedHashMap<>();
                passAt.forEach(k -> figures.put("pass@" + k, result.passAt(arm, k)));
                figures.put("greedy", result.greedy(arm));
                all.put(arm, figures);
            }
            text.println(JsonMapper.shared().writeValueAsString(all));
            text.flush();
            return;
        }
        text.printf(Locale.ROOT, "%-24s %5s", "held out, %", "runs");
        passAt.forEach(k -> text.printf(Locale.ROOT, " %14s", "pass@" + k));
        text.printf(Locale.ROOT, " %14s%n", "greedy");
        for (String arm : result.arms()) {
            text.printf(Locale.ROOT, "%-24s %5d", arm, result.greedy(arm).count());
            passAt.forEach(k -> text.printf(Locale.ROOT, " %14s", percent(result.passAt(arm, k))));
            text.printf(Locale.ROOT, " %14s%n", percent(result.greedy(arm)));
        }
        text.println("(mean +- standard deviation over teachers and students)");
        text.flush();
    }

    private static String percent(MeanDeviation figure) {
        return figure.count() < 2 ? String.format(Locale.ROOT, "%.1f", 100 * figure.mean())
                : String.format(Locale.ROOT, "%.1f +- %.1f", 100 * figure.mean(), 100 * figure.deviation());
    }
}
