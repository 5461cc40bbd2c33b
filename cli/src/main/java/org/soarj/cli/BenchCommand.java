package org.soarj.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.soarj.cli.bench.GemmBench;
import org.soarj.cli.bench.KernelBench;
import org.soarj.cli.bench.RlooBench;
import org.soarj.cli.bench.Stopwatch;
import org.soarj.cli.bench.TrainBench;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Ceilings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar bench}: figures of this machine, each beside its ceiling from the same run. */
@Command(name = "bench", mixinStandardHelpOptions = true,
        description = "Measure this machine, each figure beside its ceiling from the same run.",
        subcommands = {BenchCommand.Gemm.class, BenchCommand.Kernels.class, BenchCommand.Train.class,
            BenchCommand.Rloo.class, BenchGenerate.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "soar bench: say what to measure: gemm, kernels, train, rloo or generate");
    }

    /** What the measurements share: where they run and how they are printed. */
    abstract static class Measurement implements Runnable {
        @Spec
        private CommandSpec spec;

        @Mixin
        private Compute compute;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Override
        public void run() {
            try (Backend backend = compute.open(); Ceilings ceilings = compute.ceilings()) {
                measure(backend, ceilings);
            }
        }

        abstract void measure(Backend backend, Ceilings ceilings);

        /** Where a word on what goes on is printed. */
        PrintWriter progress() {
            return spec.commandLine().getErr();
        }

        /** Prints {@code figures} as JSON in the order of their names, or what {@code table} writes. */
        void print(Map<String, Object> figures, Consumer<PrintWriter> table) {
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("threads", compute.threads());
                all.put("machine", System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " cores");
                all.put("java", System.getProperty("java.vm.version"));
                all.putAll(new TreeMap<>(figures));
                out.println(JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build()
                        .writeValueAsString(all));
            } else {
                table.accept(out);
                out.printf(Locale.ROOT, "%d threads, Java %s%n", compute.threads(), System.getProperty("java.vm.version"));
            }
            out.flush();
        }
    }

    @Command(name = "gemm", mixinStandardHelpOptions = true,
            description = "Matrix products: squares and the shapes of a transformer, beside the peak of multiply-adds.")
    static final class Gemm extends Measurement {
        @Override
        void measure(Backend backend, Ceilings ceilings) {
            double peak = ceilings.multiplyAddRate();
            Stopwatch stopwatch = new Stopwatch(0.5, 0.5);
            List<GemmBench.Row> rows = GemmBench.run(backend, GemmBench.SHAPES, stopwatch);
            List<GemmBench.Shares> single = GemmBench.beside(peak, rows, rows);
            List<GemmBench.Shares> batched =
                    GemmBench.beside(peak, rows, GemmBench.run(backend, GemmBench.BATCHED, stopwatch));
            print(Map.of("peak_gflops", peak, "products", single, "batched", batched), out -> {
                table(out, "m x n x k", single);
                table(out, "attention's, batched", batched);
                out.printf(Locale.ROOT, "peak: %.1f GFLOP/s of multiply-adds in registers%n", peak);
            });
        }

        private static void table(PrintWriter out, String title, List<GemmBench.Shares> rows) {
            out.printf(Locale.ROOT, "%-28s %10s %8s %10s %8s%n", title, "GFLOP/s", "of peak", "of 512^3", "GB/s");
            for (GemmBench.Shares row : rows) {
                out.printf(Locale.ROOT, "%-28s %10.1f %8.2f %10.2f %8.1f%n", row.product(), row.rate(), row.ofPeak(),
                        row.ofSquare(), row.bandwidth());
            }
        }
    }

    @Command(name = "kernels", mixinStandardHelpOptions = true,
            description = "Element-wise and row kernels beside copies of the same size; attention beside a square product.")
    static final class Kernels extends Measurement {
        @Option(names = "--rows", split = ",", defaultValue = "2048,32768", paramLabel = "N",
                description = "Rows, one table for each number: by default tensors that fit a cache and some that do not "
                        + "(default: ${DEFAULT-VALUE}).")
        private List<Integer> rows;

        @Option(names = "--cols", defaultValue = "512", description = "Columns (default: ${DEFAULT-VALUE}).")
        private int cols;

        @Override
        void measure(Backend backend, Ceilings ceilings) {
            Stopwatch stopwatch = new Stopwatch(0.6, 0.3);
            double gemm = GemmBench.run(backend, List.of(GemmBench.SQUARE), stopwatch).getFirst().rate();
            List<KernelBench.Size> sizes = rows.stream()
                    .map(n -> KernelBench.rows(backend, n, cols, () -> ceilings.copyRate(Math.multiplyExact(n, cols)),
                            () -> ceilings.loopCopyRate(Math.multiplyExact(n, cols)), stopwatch))
                    .toList();
            List<KernelBench.AttentionRow> attention = KernelBench.attention(backend, stopwatch);
            print(Map.of("gemm_512_gflops", gemm, "sizes", sizes, "attention", attention), out -> {
                sizes.forEach(size -> table(out, size));
                out.printf(Locale.ROOT, "%-34s %10s %8s%n", "attention", "GFLOP/s", "of gemm");
                for (KernelBench.AttentionRow row : attention) {
                    String name = String.format(Locale.ROOT, "%d x T %d, H %d, K %d, D %d %s", row.sequences(), row.length(),
                            row.heads(), row.kvHeads(), row.headDim(), row.pass());
                    out.printf(Locale.ROOT, "%-34s %10.1f %8.2f%n", name, row.rate(), row.rate() / gemm);
                }
                out.printf(Locale.ROOT, "product of 512 x 512 x 512: %.1f GFLOP/s%n", gemm);
            });
        }

        private static void table(PrintWriter out, KernelBench.Size size) {
            out.printf(Locale.ROOT, "%-24s %10s %8s %8s %12s %8s %9s   (%d, %d)%n", "kernel", "GB/s", "of copy", "of loop",
                    "G elements/s", "of exp", "of limit", size.rows(), size.cols());
            for (KernelBench.Row row : size.kernels()) {
                String ofExp = row.ofExp() == null ? "" : String.format(Locale.ROOT, "%.2f", row.ofExp());
                out.printf(Locale.ROOT, "%-24s %10.1f %8.2f %8.2f %12.2f %8s %9.2f%n", row.kernel(), row.bandwidth(), row.ofCopy(),
                        row.ofLoop(), row.elements(), ofExp, row.ofLimit());
            }
            out.printf(Locale.ROOT, "copy of the same size, medians: %.1f GB/s, by a plain loop %.1f; "
                    + "exponentials in cache: %.2f G elements/s%n", size.copy(), size.loop(), size.exp());
            out.printf(Locale.ROOT, "of limit: what that copy allows or, with exponentials, these if they are fewer%n%n");
        }
    }

    @Command(name = "train", mixinStandardHelpOptions = true,
            description = "A whole training step of a Llama with random weights: forward, loss, backward, clipping, AdamW.")
    static final class Train extends Measurement {
        private enum Sizes { TINY, SMALL, LARGE }

        @Option(names = "--size", split = ",", defaultValue = "TINY,SMALL",
                description = "tiny (C 128, 4 layers, V 64, 64 x 64 tokens), small (C 512, 8 layers, V 4096, 8 x 256), large "
                        + "(Llama-3.2-1B's shape, 8 x 512: for a card, 38 GB of its memory); default tiny,small.")
        private List<Sizes> sizes;

        @Option(names = "--checkpointing", description = "Compute each block's activations twice instead of keeping them.")
        private boolean checkpointing;

        @Override
        void measure(Backend backend, Ceilings ceilings) {
            Map<String, Object> figures = new LinkedHashMap<>();
            Map<TrainBench.Size, TrainBench.Result> results = new LinkedHashMap<>();
            for (Sizes chosen : sizes) {
                TrainBench.Size size = switch (chosen) {
                    case TINY -> TrainBench.Size.TINY;
                    case SMALL -> TrainBench.Size.SMALL;
                    case LARGE -> TrainBench.Size.LARGE;
                };
                Stopwatch stopwatch = switch (chosen) {
                    case TINY -> new Stopwatch(12, 8);
                    case SMALL -> new Stopwatch(20, 20);
                    case LARGE -> new Stopwatch(5, 5);
                };
                results.put(size, new TrainBench(size, checkpointing).run(backend, ceilings::multiplyAddRate, stopwatch));
            }
            results.forEach((key, value) -> figures.put(key.name(), value));
            print(figures, out -> results.forEach((what, result) -> table(out, what, result)));
        }

        private static void table(PrintWriter out, TrainBench.Size what, TrainBench.Result result) {
            out.printf(Locale.ROOT, "%s: C %d, %d layers, %d heads, F %d, V %d, batch %d x %d, %,d parameters%n", what.name(),
                    what.hiddenSize(), what.layers(), what.heads(), what.intermediateSize(), what.vocabulary(), what.batch(),
                    what.length(), result.parameters());
            out.printf(Locale.ROOT, "  step %,10.1f ms    %,10.0f tokens/s%n", 1e3 * result.secondsPerStep(),
                    result.tokensPerSecond());
            out.printf(Locale.ROOT, "  rate %,10.1f GFLOP/s, %.2f of the peak of multiply-adds, %,.1f, by turns%n", result.rate(),
                    result.ofPeak(), result.peak());
            out.printf(Locale.ROOT, "  time %9.0f %% in matrix products%n", 100 * result.gemmShare());
            out.printf(Locale.ROOT, "  heap %,10.1f kB allocated a step; tensors at most %,.1f MB%n",
                    result.allocatedBytes() / 1e3, result.peakBytes() / 1e6);
            result.kernelSeconds().entrySet().stream().sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(8)
                    .forEach(entry -> out.printf(Locale.ROOT, "    %-20s %8.2f ms%n", entry.getKey(), 1e3 * entry.getValue()));
        }
    }

    @Command(name = "rloo", mixinStandardHelpOptions = true,
            description = "One RLOO step of the tiny world's model (8 questions, group 32): generation, log-probabilities, update, "
                    + "beside plain generation and a plain training step of the same batch.")
    static final class Rloo extends Measurement {
        @Override
        void measure(Backend backend, Ceilings ceilings) {
            RlooBench.Result result = new RlooBench(RlooBench.Size.TINY, backend).run(new Stopwatch(6, 6));
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("parameters", result.parameters());
            figures.put("mean_length", result.meanLength());
            figures.put("seconds_per_step", result.secondsPerStep());
            figures.put("generate", phase(result.generate(), true));
            figures.put("log_probs", phase(result.logProbs(), false));
            figures.put("update", phase(result.update(), true));
            print(figures, out -> {
                out.printf(Locale.ROOT, "RLOO step: %,.1f ms; 8 questions, group 32, mean length %.1f tokens, %,d parameters%n",
                        1e3 * result.secondsPerStep(), result.meanLength(), result.parameters());
                line(out, "generate", result.generate(), "generation of one length");
                line(out, "log-probs", result.logProbs(), "");
                line(out, "update", result.update(), "a plain training step");
            });
        }

        private static Map<String, Object> phase(RlooBench.Phase phase, boolean plain) {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("seconds", phase.seconds());
            figures.put("tokens", phase.tokens());
            figures.put("tokens_per_second", phase.tokensPerSecond());
            if (plain) {
                figures.put("plain_tokens_per_second", phase.plainTokensPerSecond());
                figures.put("share_of_plain", phase.share());
            }
            return figures;
        }

        private static void line(PrintWriter out, String name, RlooBench.Phase phase, String plain) {
            out.printf(Locale.ROOT, "  %-10s %8.1f ms  %,9.0f tokens/s%s%n", name, 1e3 * phase.seconds(), phase.tokensPerSecond(),
                    plain.isEmpty() ? "" : String.format(Locale.ROOT, ", %.2f of %s (%,.0f)", phase.share(), plain,
                            phase.plainTokensPerSecond()));
        }
    }
}
