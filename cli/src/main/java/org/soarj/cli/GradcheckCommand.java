package org.soarj.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.soarj.autograd.check.GradientCheck;
import org.soarj.autograd.check.OpCases;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.check.LlamaCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar gradcheck}: every op, and then whole small Llamas, against central differences. */
@Command(name = "gradcheck", mixinStandardHelpOptions = true,
        description = "Compare the gradient of every op, and of small Llamas on the cpu, the reference and the "
                + "chosen backend, with central differences. Exit 1 when a relative error is above 1e-3.")
final class GradcheckCommand implements Runnable {
    private static final int PER_INPUT = 12;
    /** A case of a model compares as many partial derivatives as thirty of an op. */
    private static final int OP_CASES_PER_MODEL_CASE = 10;
    private static final List<String> MODEL_BACKENDS = List.of("cpu", "reference");

    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the inputs (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--cases", defaultValue = "20",
            description = "Random cases of each op, and ten times as many as of each model (default: ${DEFAULT-VALUE}).")
    private int cases;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** Draws one case and compares its gradients. */
    private interface Check {
        GradientCheck.Result run(Rng rng);
    }

    /** The sum of all cases of one op or model. */
    private record Row(String name, String backend, double error, int cases, int compared) {
        static Row of(String name, String backend, int cases, Rng rng, Check check) {
            double error = 0;
            int compared = 0;
            for (int i = 0; i < cases; i++) {
                GradientCheck.Result result = check.run(rng.split(name, i));
                error = Math.max(error, result.error());
                compared += result.compared();
            }
            return new Row(name, backend, error, cases, compared);
        }

        boolean passed() {
            return error < GradientCheck.TOLERANCE;
        }

        Map<String, Object> json(String kind) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put(kind, name);
            row.put("backend", backend);
            row.put("largest_relative_error", error);
            row.put("cases", cases);
            row.put("compared", compared);
            return row;
        }
    }

    @Override
    public void run() {
        if (cases < 1) {
            throw new ParameterException(spec.commandLine(), "--cases: at least 1 is needed, got " + cases);
        }
        Rng rng = Rng.of(seed);
        List<Row> ops = new ArrayList<>();
        Set<String> modelBackends = new LinkedHashSet<>(MODEL_BACKENDS);
        try (Backend backend = compute.open()) {
            modelBackends.add(backend.name());
            for (OpCases.Case op : OpCases.all()) {
                ops.add(Row.of(op.name(), backend.name(), cases, rng, draw -> {
                    OpCases.Drawn drawn = op.draw().from(draw.split("inputs"));
                    return GradientCheck.check(backend, drawn.function(), drawn.inputs(), draw.split("check"), PER_INPUT);
                }));
            }
        }
        List<Row> models = new ArrayList<>();
        for (String name : modelBackends) {
            try (Backend backend = compute.open(name)) {
                for (LlamaCheck model : LlamaCheck.values()) {
                    models.add(Row.of("Llama " + model.name().toLowerCase(Locale.ROOT), name,
                            Math.ceilDiv(cases, OP_CASES_PER_MODEL_CASE), rng, draw -> model.check(backend, draw, PER_INPUT)));
                }
            }
        }
        print(ops, models);
        for (Row row : ops) {
            require(row);
        }
        for (Row row : models) {
            require(row);
        }
    }

    private void require(Row row) {
        if (!row.passed()) {
            throw new IllegalStateException(String.format(Locale.ROOT, "gradcheck: the error of %s on the %s backend is %.2e, "
                    + "above %.0e; its derivative is wrong, or seed %d draws an ill-conditioned case: try another",
                    row.name, row.backend, row.error, GradientCheck.TOLERANCE, seed));
        }
    }

    private void print(List<Row> ops, List<Row> models) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("seed", seed);
            all.put("tolerance", GradientCheck.TOLERANCE);
            all.put("passed", ops.stream().allMatch(Row::passed) && models.stream().allMatch(Row::passed));
            all.put("ops", ops.stream().map(row -> row.json("op")).toList());
            all.put("models", models.stream().map(row -> row.json("model")).toList());
            out.println(JsonMapper.builder().build().writeValueAsString(all));
        } else {
            out.printf(Locale.ROOT, "%-18s %-10s %22s %8s %10s   seed %d%n", "op", "backend", "largest relative error", "cases",
                    "compared", seed);
            ops.forEach(row -> print(out, row));
            models.forEach(row -> print(out, row));
        }
        out.flush();
    }

    private static void print(PrintWriter out, Row row) {
        out.printf(Locale.ROOT, "%-18s %-10s %22.2e %8d %10d%n", row.name, row.backend, row.error, row.cases, row.compared);
    }
}
