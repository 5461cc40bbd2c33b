package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.soarj.cli.report.ReportPage;
import org.soarj.soar.experiment.Demo;
import org.soarj.soar.experiment.DemoResult;
import org.soarj.soar.experiment.DemoSettings;
import org.soarj.soar.measure.MeanDeviation;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code soar demo}: the whole story at small scale. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Pretrain a tiny Llama on a synthetic world, keep what it fails 128 times of 128, run SOAR, train the "
                + "comparison arms, print the table, write the report.")
final class DemoCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Option(names = "--quick", description = "Smaller numbers: done in about three minutes on two cores.")
    private boolean quick;

    @Option(names = "--seed", defaultValue = "1", description = "Root of all randomness (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "Run directory (default: runs/demo-DATE-TIME).")
    private Path out;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        DemoSettings settings = quick ? DemoSettings.quick() : DemoSettings.standard();
        Path directory = out != null ? out : Path.of("runs",
                "demo-" + LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)));
        try {
            DemoResult result = run(settings, directory);
            PrintWriter text = spec.commandLine().getOut();
            print(result, text);
            ReportPage.write(directory);
            if (!json) {
                text.println("report: " + directory.resolve(ReportPage.NAME));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DemoResult run(DemoSettings settings, Path directory) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        List<String> options = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
        try (Backend backend = compute.open();
                RunDirectory run = RunDirectory.create(directory, new YAMLMapper().writeValueAsString(settings),
                        RunHeader.here(seed, options).with("backend", backend.name()))) {
            err.printf(Locale.ROOT, "soar demo: seed %d, %s backend, run directory %s%n", seed, backend.name(), directory);
            err.printf(Locale.ROOT, "about to pretrain %d steps of %d documents, filter %d problems, take up to %d outer "
                    + "steps of %d students, train %d arms of %d steps for %d seeds%n", settings.pretraining().steps(),
                    settings.pretraining().documents(), settings.hard().candidates(), settings.soar().outerSteps(),
                    settings.soar().dataSets() * settings.soar().repeats(), DemoSettings.ARMS.size(),
                    settings.arms().steps(), settings.arms().seeds());
            err.flush();
            return new Demo(backend, settings, run, seed, new StageProgress(err)).run();
        }
    }

    private void print(DemoResult result, PrintWriter out) {
        if (json) {
            out.println(JsonMapper.builder().build().writeValueAsString(result));
            out.flush();
            return;
        }
        out.printf(Locale.ROOT, "base: %,d parameters, loss %.3f -> %.3f; %d of %d problems failed in every sample%n",
                result.parameters(), result.firstLoss(), result.lastLoss(), result.hard(), result.candidates());
        out.printf(Locale.ROOT, "promotions at outer steps %s%n%n", result.promotions());
        out.printf(Locale.ROOT, "%-12s %16s %16s %16s %16s%n", "held out, %", "pass@1", "pass@8", "pass@32", "greedy");
        for (String arm : result.armNames()) {
            out.printf(Locale.ROOT, "%-12s %16s %16s %16s %16s%n", arm,
                    percent(result, arm, DemoResult.ArmScore::passAt1), percent(result, arm, DemoResult.ArmScore::passAt8),
                    percent(result, arm, DemoResult.ArmScore::passAt32), percent(result, arm, DemoResult.ArmScore::greedy));
        }
        out.println("(mean +- standard deviation over seeds)");
        out.println();
        for (Map.Entry<String, Double> stage : result.seconds().entrySet()) {
            long tokens = result.tokens().get(stage.getKey());
            out.printf(Locale.ROOT, "%-10s %7.1f s%s%n", stage.getKey(), stage.getValue(),
                    tokens == 0 ? "" : String.format(Locale.ROOT, "  %,9.0f tokens/s", tokens / stage.getValue()));
        }
        out.flush();
    }

    private static String percent(DemoResult result, String arm,
            ToDoubleFunction<DemoResult.ArmScore> figure) {
        MeanDeviation over = result.over(arm, figure);
        return String.format(Locale.ROOT, "%.1f +- %.1f", 100 * over.mean(), 100 * over.deviation());
    }
}
