package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.soarj.rl.Problem;
import org.soarj.soar.experiment.FilterRun;
import org.soarj.soar.experiment.HardFilter;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar filter}: the problems that a model always fails. */
@Command(name = "filter", mixinStandardHelpOptions = true,
        description = "Keep the problems that a model fails in all of its samples, and split them in halves by the seed: "
                + "hard.jsonl, train.jsonl and test.jsonl in --out.")
final class FilterCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private Asking asking;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where progress and results go.")
    private Path out;

    @Option(names = "--samples", defaultValue = "128",
            description = "Most completions of a problem; none after its first success (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--resume", description = "Go on with the filter run in --out.")
    private boolean resume;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (samples < 1) {
            throw new ParameterException(spec.commandLine(), "--samples must be 1 or more, got " + samples);
        }
        try (Backend backend = compute.open()) {
            PrintWriter err = spec.commandLine().getErr();
            Asking.Opened opened = asking.open(backend);
            List<Problem> problems = opened.problems();
            FilterRun run = FilterRun.in(out, new HardFilter(samples, 1), asking.described(), resume);
            err.printf(Locale.ROOT, "soar filter: about to sample at most %,d completions of at most %d tokens%n",
                    (long) samples * problems.size(), asking.maxTokens());
            print(run.run(opened.policy(), problems, opened.task().judge(), Rng.of(asking.seed()).split("filter"), (done, hard) -> {
                err.printf(Locale.ROOT, "%d of %d problems, %d never solved%n", done, problems.size(), hard);
                err.flush();
            }));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void print(FilterRun.Result result) {
        PrintWriter text = spec.commandLine().getOut();
        if (json) {
            text.println(JsonMapper.shared().writeValueAsString(result));
        } else {
            text.printf(Locale.ROOT, "%d of %d problems failed in all of %d samples (%,d drawn): %d to train, %d to test, in %s%n",
                    result.hard(), result.problems(), samples, result.samples(), result.train(), result.test(), out);
        }
        text.flush();
    }
}
