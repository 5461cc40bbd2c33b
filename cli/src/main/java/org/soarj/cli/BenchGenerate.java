package org.soarj.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.cli.bench.GenerateBench;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Ceilings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code soar bench generate}: prompt processing and text generation, laid out like llama-bench. */
@Command(name = "generate", mixinStandardHelpOptions = true,
        description = "Prompt processing and text generation by Llamas with random weights, mean and standard deviation; the bytes "
                + "of weights that generating reads beside the read bandwidth of the same run.")
final class BenchGenerate extends BenchCommand.Measurement {
    /** Reading is measured over at most this much: more is beyond every cache anyway. */
    private static final long READ_BYTES = 384 << 20;

    private static final double WARM_UP = 3;

    private enum Sizes { TINY, SMALL, LARGE }

    @Option(names = "--size", split = ",", defaultValue = "TINY,SMALL",
            description = "tiny (0.81 M parameters, F32), small (C 512, 8 layers, V 32000: 41.6 M, BF16), large (Llama-3.2-1B's shape, "
                    + "BF16, 2.5 GB); default tiny,small.")
    private List<Sizes> sizes;

    @Option(names = "--prompt", defaultValue = "512", description = "Tokens of a prompt (default: ${DEFAULT-VALUE}).")
    private int prompt;

    @Option(names = "--generate", defaultValue = "128", description = "Tokens to generate (default: ${DEFAULT-VALUE}).")
    private int generate;

    @Option(names = "--contexts", split = ",", defaultValue = "128,512,1536",
            description = "Tokens that come before (default: ${DEFAULT-VALUE}).")
    private List<Integer> contexts;

    @Option(names = "--batch", description = "Sequences side by side in a last test; 1 leaves it out (default: 64 for tiny, 1 for "
            + "others).")
    private Integer batch;

    @Option(names = "--repetitions", defaultValue = "5", description = "Measured runs of each (default: ${DEFAULT-VALUE}).")
    private int repetitions;

    /** One model's figures. */
    private record Result(GenerateBench.Size size, long parameters, long weightBytes, List<GenerateBench.Row> tests) {}

    @Override
    void measure(Backend backend, Ceilings ceilings) {
        List<Result> results = new ArrayList<>();
        for (Sizes chosen : sizes) {
            GenerateBench.Size size = switch (chosen) {
                case TINY -> GenerateBench.Size.TINY;
                case SMALL -> GenerateBench.Size.SMALL;
                case LARGE -> GenerateBench.Size.LARGE;
            };
            GenerateBench.Plan plan = new GenerateBench.Plan(prompt, generate, contexts,
                    batch != null ? batch : chosen == Sizes.TINY ? 64 : 1, repetitions, WARM_UP);
            progress().println("bench generate: " + size.name());
            results.add(measure(backend, ceilings, size, plan));
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        results.forEach(result -> figures.put(result.size.name(), result));
        print(figures, out -> results.forEach(result -> table(out, result)));
    }

    private static Result measure(Backend backend, Ceilings ceilings, GenerateBench.Size size, GenerateBench.Plan plan) {
        try (GenerateBench bench = new GenerateBench(size, plan.longest())) {
            long bytes = bench.weightBytes();
            int floats = (int) (Math.min(bytes, READ_BYTES) / Float.BYTES);
            return new Result(size, bench.parameters(), bytes, bench.run(backend, plan, () -> ceilings.readRate(floats)));
        }
    }

    private static void table(PrintWriter out, Result result) {
        GenerateBench.Size x = result.size;
        out.printf(Locale.ROOT, "%s: C %d, %d layers, %d heads, %d key-value heads, F %d, V %d, %s, %,d parameters, %,.1f MB%n",
                x.name(), x.hiddenSize(), x.layers(), x.heads(), x.kvHeads(), x.intermediateSize(), x.vocabulary(), x.dtype(),
                result.parameters, result.weightBytes / 1e6);
        out.printf(Locale.ROOT, "  %-12s %22s %14s %10s %8s %14s%n", "test", "tokens/s", "weights GB/s", "read GB/s", "of read",
                "heap B/token");
        for (GenerateBench.Row row : result.tests) {
            out.printf(Locale.ROOT, "  %-12s %,12.1f +- %,6.1f", row.test(), row.tokensPerSecond(), row.deviation());
            if (row.weightBandwidth() > 0) {
                out.printf(Locale.ROOT, " %14.2f %10.2f %8.2f %,14.0f", row.weightBandwidth(), row.readBandwidth(),
                        row.weightBandwidth() / row.readBandwidth(), row.allocatedPerToken());
            }
            out.println();
        }
        out.printf(Locale.ROOT, "  read: plain reading of %,.1f MB of arrays, before and after each run%n",
                Math.min(result.weightBytes, READ_BYTES) / 1e6);
    }
}
