package org.soarj.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.autograd.check.GradientCheck;
import org.soarj.autograd.check.OpCases;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar gradcheck}: every op against central differences. */
@Command(name = "gradcheck", mixinStandardHelpOptions = true,
        description = "Compare the gradient of every op with central differences.")
final class GradcheckCommand implements Runnable {
    /** Rounding of single precision over the step of the differences. */
    private static final double TOLERANCE = 1e-3;
    private static final int PER_INPUT = 12;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the inputs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--cases", defaultValue = "20", description = "Random cases of each op (default: ${DEFAULT-VALUE}).")
    private int cases;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        List<Map<String, Object>> rows = new ArrayList<>();
        boolean passed = true;
        try (Backend backend = compute.open()) {
            for (OpCases.Case op : OpCases.all()) {
                double error = 0;
                int compared = 0;
                for (int i = 0; i < cases; i++) {
                    Rng rng = Rng.of(seed).split(op.name(), i);
                    OpCases.Drawn drawn = op.draw().from(rng.split("inputs"));
                    GradientCheck.Result result = GradientCheck.check(backend, drawn.function(), drawn.inputs(),
                            rng.split("check"), PER_INPUT);
                    error = Math.max(error, result.error());
                    compared += result.compared();
                }
                passed &= error < TOLERANCE;
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("op", op.name());
                row.put("largest_relative_error", error);
                row.put("cases", cases);
                row.put("compared", compared);
                rows.add(row);
            }
        }
        print(rows, passed);
        if (!passed) {
            throw new IllegalStateException("gradcheck: an error is above " + TOLERANCE);
        }
    }

    private void print(List<Map<String, Object>> rows, boolean passed) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("seed", seed);
            all.put("tolerance", TOLERANCE);
            all.put("passed", passed);
            all.put("ops", rows);
            out.println(JsonMapper.builder().build().writeValueAsString(all));
        } else {
            out.printf(Locale.ROOT, "%-14s %22s %8s %10s   seed %d%n", "op", "largest relative error", "cases", "compared", seed);
            for (Map<String, Object> row : rows) {
                out.printf(Locale.ROOT, "%-14s %22.2e %8d %10d%n", row.get("op"), row.get("largest_relative_error"),
                        row.get("cases"), row.get("compared"));
            }
        }
        out.flush();
    }
}
