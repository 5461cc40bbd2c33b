package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.cli.bench.GemmBench;
import org.soarj.cli.bench.GenerateBench;
import org.soarj.cli.bench.KernelBench;
import org.soarj.cli.bench.KernelClock;
import org.soarj.cli.bench.RlooBench;
import org.soarj.cli.bench.Stopwatch;
import org.soarj.cli.bench.TrainBench;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import picocli.CommandLine;

/** What the benchmarks report, not how fast it was. */
class BenchCommandTest {
    private static final Stopwatch SHORT = new Stopwatch(0, 0);

    @Test
    void aProductIsCountedAsTwoOperationsForEachMultiplication() {
        assertEquals(2.0 * 3 * 4 * 5, new GemmBench.Product(3, 4, 5, "NT").operations());
        try (Backend backend = new ReferenceBackend()) {
            List<GemmBench.Row> rows = GemmBench.run(backend, List.of(new GemmBench.Product(8, 4, 16, "TT")), SHORT);
            // Both are the same measured time: 2 m n k operations, and (mk + kn + mn) floats.
            assertEquals(2.0 * 8 * 4 * 16 / (4.0 * (8 * 16 + 16 * 4 + 8 * 4)), rows.getFirst().rate() / rows.getFirst().bandwidth(),
                    1e-9);
        }
    }

    @Test
    void aBatchCountsAllItsProductsAndIsComparedWithTheSquareOfTheRun() {
        GemmBench.Product batch = new GemmBench.Product(3, 8, 4, 16, "TN");
        assertEquals(3 * 2.0 * 8 * 4 * 16, batch.operations());
        try (Backend backend = new ReferenceBackend()) {
            GemmBench.Row row = GemmBench.run(backend, List.of(batch), SHORT).getFirst();
            assertEquals(2.0 * 8 * 4 * 16 / (4.0 * (8 * 16 + 16 * 4 + 8 * 4)), row.rate() / row.bandwidth(), 1e-9);
            GemmBench.Shares shares = GemmBench.beside(2 * row.rate(),
                    List.of(new GemmBench.Row(GemmBench.SQUARE, 4 * row.rate(), 1)), List.of(row)).getFirst();
            assertEquals(0.5, shares.ofPeak(), 1e-12);
            assertEquals(0.25, shares.ofSquare(), 1e-12);
        }
    }

    @Test
    void aTrainingStepIsMeasuredWhole() {
        TrainBench.Size size = new TrainBench.Size("toy", 8, 2, 2, 2, 12, 10, false, 2, 6);
        try (Backend backend = new ReferenceBackend()) {
            TrainBench.Result result = new TrainBench(size, false).run(backend, () -> 2, SHORT);
            assertEquals(2 * 10 * 8 + 2 * (4 * 8 * 8 + 3 * 8 * 12 + 2 * 8) + 8, result.parameters());
            assertEquals(12, result.tokensPerSecond() * result.secondsPerStep(), 1e-6);
            assertTrue(result.kernelSeconds().keySet().containsAll(List.of("matmul", "attention", "attentionBackward", "adamW")),
                    result.kernelSeconds().toString());
            assertTrue(result.gemmShare() > 0 && result.gemmShare() < 1, "share " + result.gemmShare());
            // Weights of two layers, 6 for each and token; attention over 21 pairs of each sequence, 7 products of width 8.
            double operations = 6.0 * (10 * 8 + 2 * (4 * 8 * 8 + 3 * 8 * 12)) * 12 + 7 * 2.0 * 2 * 21 * 8 * 2;
            assertEquals(operations, result.rate() * result.secondsPerStep() * 1e9, operations * 1e-9);
            assertEquals(result.rate() / 2, result.ofPeak(), 1e-9 * result.rate());
            assertEquals(2, result.peak());
        }
    }

    @Test
    void anRlooStepIsSplitIntoPhasesThatAddUp() {
        try (Backend backend = new ReferenceBackend()) {
            RlooBench.Result result = new RlooBench(new RlooBench.Size(8, 1, 2, 12, 2, 4, 3, 10), backend).run(SHORT);
            double sum = result.generate().seconds() + result.logProbs().seconds() + result.update().seconds();
            assertTrue(sum > 0 && result.secondsPerStep() > 0);
            assertEquals(8 * result.meanLength(), result.generate().tokens(), 1e-9);
            assertEquals(result.generate().tokens() + 8 * (3 - 1), result.logProbs().tokens());
            assertTrue(result.update().tokens() > 0 && result.update().tokens() <= result.logProbs().tokens(), result.toString());
            assertEquals(result.update().tokensPerSecond() / result.update().plainTokensPerSecond(), result.update().share(), 1e-12);
        }
    }

    @Test
    void generationIsMeasuredFromTheFirstTokenOn() {
        GenerateBench.Size size = new GenerateBench.Size("toy", 16, 2, 4, 2, 24, 30, DType.BF16);
        GenerateBench.Plan plan = new GenerateBench.Plan(5, 4, List.of(3, 9), 3, 2, 0);
        assertEquals(14, plan.longest());
        try (Backend backend = new ReferenceBackend(); GenerateBench bench = new GenerateBench(size, plan.longest())) {
            int matrices = 30 * 16 + 2 * (2 * 16 * 16 + 2 * 16 * 8 + 3 * 16 * 24);
            assertEquals(matrices + 5 * 16, bench.parameters());
            assertEquals(2 * matrices + 4 * 5 * 16, bench.weightBytes());
            List<GenerateBench.Row> rows = bench.run(backend, plan, () -> 3);
            assertEquals(List.of("pp5", "tg4@3", "tg4@9", "tg4x3"), rows.stream().map(GenerateBench.Row::test).toList());
            for (GenerateBench.Row row : rows.subList(1, 4)) {
                // Bytes of weights for each step, of which one gives a token to every sequence.
                int batch = row.test().endsWith("x3") ? 3 : 1;
                assertEquals(bench.weightBytes() / 1e9 / batch, row.weightBandwidth() / row.tokensPerSecond(), 1e-12);
                assertEquals(3, row.readBandwidth());
                assertTrue(row.deviation() >= 0 && row.allocatedPerToken() > 0, row.toString());
            }
            assertEquals(0, rows.getFirst().weightBandwidth());
        }
        GenerateBench.Plan prompts = new GenerateBench.Plan(20, 2, List.of(3), 1, 1, 0);
        try (Backend backend = new ReferenceBackend(); GenerateBench bench = new GenerateBench(size, prompts.longest())) {
            assertEquals(2, bench.run(backend, prompts, () -> 3).size(), "a prompt longer than what is generated after others");
        }
    }

    @Test
    void aPlanWithoutMeaningIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new GenerateBench.Plan(5, 1, List.of(3), 3, 2, 0));
        assertThrows(IllegalArgumentException.class, () -> new GenerateBench.Plan(5, 4, List.of(0), 3, 2, 0));
        CommandRun.of("bench", "generate", "--size", "huge").assertRefused(2, "--size");
        CommandRun.of("bench", "generate", "--backend", "reference").assertRefused(2, "has no ceiling");
    }

    @Test
    void everyKernelRowHasItsBytes() {
        try (Backend backend = new ReferenceBackend()) {
            KernelBench.Size size = KernelBench.rows(backend, 4, 64, () -> 2, () -> 4, SHORT);
            assertEquals(1, size.kernels().getFirst().ofExp());
            for (KernelBench.Row row : size.kernels()) {
                assertEquals(row.bandwidth() / 2, row.ofCopy(), row.kernel());
                assertEquals(row.bandwidth() / 4, row.ofLoop(), row.kernel());
                double memory = 2 / (row.bandwidth() / row.elements());
                double limit = row.ofExp() == null ? memory : Math.min(memory, size.exp());
                assertEquals(row.elements() / limit, row.ofLimit(), 1e-9 * row.ofLimit(), row.kernel());
                double quotient = row.bandwidth() / row.elements() / 4;
                long floats = Math.round(quotient);
                assertEquals(floats, quotient, 1e-9, row.kernel());
                assertTrue(floats >= 1 && floats <= 7, row.kernel() + " moves " + floats);
            }
        }
    }

    @Test
    void noRowsAreRefused() {
        try (Backend backend = new ReferenceBackend()) {
            assertEquals("bench kernels: rows and columns must be at least 1, got 0 and 64",
                    assertThrows(IllegalArgumentException.class,
                            () -> KernelBench.rows(backend, 0, 64, () -> 2, () -> 4, SHORT)).getMessage());
        }
    }

    @Test
    void theClockNamesTheKernelAndPassesItsErrorOn() {
        try (Backend backend = new ReferenceBackend()) {
            KernelClock clock = new KernelClock(backend);
            clock.backend().addScaled(2f, Tensor.vector(1), Tensor.vector(2));
            assertEquals(1, clock.seconds().size());
            assertTrue(clock.seconds().containsKey("addScaled"));
            RuntimeException wrong = assertThrows(RuntimeException.class,
                    () -> clock.backend().addScaled(2f, Tensor.vector(1), Tensor.vector(2, 3)));
            assertTrue(wrong.getMessage().contains("addScaled"), wrong.getMessage());
        }
    }

    @Test
    void nothingToMeasureIsWrongUsage() {
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err));
        assertEquals(2, line.execute("bench"));
        assertTrue(err.toString().contains("gemm, kernels, train, rloo or generate"), err.toString());
    }

    @Test
    void aBackendWithoutCeilingIsRefused() {
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err));
        assertEquals(2, line.execute("bench", "gemm", "--backend", "reference"));
        assertTrue(err.toString().contains("has no ceiling"), err.toString());
    }
}
