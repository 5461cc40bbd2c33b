package org.soarj.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.UnaryOp;

/** Rates of everything but matrix products: element-wise and row kernels by the bytes they must move, attention by its products. */
public final class KernelBench {
    private KernelBench() {}

    /**
     * @param bandwidth 10^9 bytes a second, each input read and each output written once
     * @param elements 10^9 elements of the widest tensor a second
     */
    public record Row(String kernel, double bandwidth, double elements) {}

    /**
     * @param rate 10^9 operations a second: two products over the causal half of the pairs forwards, five backwards
     */
    public record AttentionRow(String pass, int sequences, int length, int heads, int kvHeads, int headDim, double rate) {}

    private record Work(String name, int tensors, Runnable run) {}

    /** Element-wise and row kernels over (rows, cols). */
    public static List<Row> rows(Backend backend, int rows, int cols, Stopwatch stopwatch) {
        List<Row> results = new ArrayList<>();
        double elements = (double) rows * cols;
        for (Work work : works(backend, rows, cols)) {
            double seconds = stopwatch.median(work.run);
            results.add(new Row(work.name, 4 * elements * work.tensors / seconds / 1e9, elements / seconds / 1e9));
        }
        return results;
    }

    private static List<Work> works(Backend backend, int rows, int cols) {
        Rng rng = Rng.of(1);
        Tensor x = Tensor.gaussian(rng, 1, rows, cols);
        Tensor z = Tensor.gaussian(rng, 1, rows, cols);
        Tensor y = Tensor.zeros(rows, cols);
        Tensor dx = Tensor.zeros(rows, cols);
        Tensor weight = Tensor.full(1f, cols);
        Tensor dweight = Tensor.zeros(cols);
        Tensor perRow = Tensor.full(1f, rows);
        int[] targets = IntStream.range(0, rows).map(i -> i % cols).toArray();
        int[] positions = IntStream.range(0, rows).map(i -> i % 256).toArray();
        Tensor angles = Tensor.full(0.5f, 256, 32);
        Tensor m = Tensor.zeros(rows, cols);
        Tensor v = Tensor.zeros(rows, cols);
        AdamWStep step = new AdamWStep(1e-6, 0.9, 0.999, 1e-8, 0.01, 10, 1);
        List<Work> works = new ArrayList<>(List.of(
                new Work("add", 3, () -> backend.zip(BinaryOp.ADD, x, z, y)),
                new Work("add row vector", 2, () -> backend.zip(BinaryOp.ADD, x, weight, y)),
                new Work("sum to row vector", 1, () -> backend.sumTo(x, dweight)),
                new Work("sum of squares", 1, () -> backend.sumOfSquares(x)),
                new Work("swiglu", 3, () -> backend.swiglu(x, z, y)),
                new Work("swiglu backward", 5, () -> backend.swigluBackward(x, z, y, dx, m)),
                new Work("softmax", 2, () -> backend.softmax(x, y)),
                new Work("softmax backward", 3, () -> backend.softmaxBackward(y, z, dx)),
                new Work("log-softmax", 2, () -> backend.logSoftmax(x, y)),
                new Work("rmsnorm", 2, () -> backend.rmsNorm(x, weight, 1e-5f, y, perRow)),
                new Work("rmsnorm backward", 3, () -> backend.rmsNormBackward(x, weight, perRow, z, dx, dweight)),
                new Work("cross-entropy", 1, () -> backend.logProb(x, targets, perRow)),
                new Work("cross-entropy backward", 2, () -> backend.logProbBackward(x, targets, perRow, dx)),
                new Work("rope", 2, () -> backend.rope(x, positions, angles, angles, false, y)),
                new Work("gather", 2, () -> backend.gather(x, targets, y)),
                new Work("adamw", 7, () -> backend.adamW(step, one(y), one(z), one(m), one(v)))));
        for (UnaryOp op : List.of(UnaryOp.EXP, UnaryOp.SIGMOID, UnaryOp.SILU, UnaryOp.TANH)) {
            works.add(new Work(op.name().toLowerCase(Locale.ROOT), 2, () -> backend.map(op, x, y)));
        }
        return works;
    }

    private static Tensor[] one(Tensor tensor) {
        return new Tensor[] {tensor};
    }

    /** Attention, forward and backward, at a few shapes. */
    public static List<AttentionRow> attention(Backend backend, Stopwatch stopwatch) {
        List<AttentionRow> results = new ArrayList<>();
        attention(backend, 64, 64, new AttentionShape(4, 4, 32), stopwatch, results);
        attention(backend, 8, 256, new AttentionShape(8, 8, 64), stopwatch, results);
        attention(backend, 1, 1024, new AttentionShape(8, 4, 64), stopwatch, results);
        return results;
    }

    private static void attention(Backend backend, int sequences, int length, AttentionShape shape, Stopwatch stopwatch,
                                  List<AttentionRow> results) {
        Rng rng = Rng.of(1);
        int rows = sequences * length;
        int width = shape.heads() * shape.headDim();
        int kvWidth = shape.kvHeads() * shape.headDim();
        int[] offsets = IntStream.rangeClosed(0, sequences).map(b -> b * length).toArray();
        Tensor q = Tensor.gaussian(rng, 1, rows, width);
        Tensor k = Tensor.gaussian(rng, 1, rows, kvWidth);
        Tensor v = Tensor.gaussian(rng, 1, rows, kvWidth);
        Tensor dout = Tensor.gaussian(rng, 1, rows, width);
        Tensor out = Tensor.zeros(rows, width);
        Tensor lse = Tensor.zeros(rows, shape.heads());
        Tensor dq = Tensor.zeros(rows, width);
        Tensor dk = Tensor.zeros(rows, kvWidth);
        Tensor dv = Tensor.zeros(rows, kvWidth);
        double product = 2.0 * sequences * (length * (length + 1.0) / 2) * width;
        double forward = stopwatch.median(() -> backend.attention(q, k, v, offsets, shape, out, lse));
        double backward = stopwatch.median(() ->
                backend.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv));
        results.add(new AttentionRow("forward", sequences, length, shape.heads(), shape.kvHeads(), shape.headDim(),
                2 * product / forward / 1e9));
        results.add(new AttentionRow("backward", sequences, length, shape.heads(), shape.kvHeads(), shape.headDim(),
                5 * product / backward / 1e9));
    }
}
