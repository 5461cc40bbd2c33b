package org.soarj.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
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
    /** Numbers of which two tensors fit the cache of one core, and enough for several tasks. */
    private static final int CACHED = 65_536;
    /** Measurements of a kernel, between as many of the copy and one more. */
    private static final int TURNS = 5;

    private KernelBench() {}

    /**
     * @param bandwidth 10^9 bytes a second, each input read and each output written once
     * @param elements 10^9 elements of the widest tensor a second
     * @param ofCopy bandwidth as a share of the copy's, by turns ({@link Stopwatch#share})
     * @param ofLoop the same of a copy by a plain loop
     * @param ofExp elements as a share of the exponential's, where a kernel takes one of each; null elsewhere
     * @param ofLimit elements as a share of what memory and arithmetic allow: the rate of the copy or, where a kernel takes an
     *                exponential of each and that is less, of exponentials alone ({@link Size#exp})
     */
    public record Row(String kernel, double bandwidth, double elements, double ofCopy, double ofLoop, Double ofExp, double ofLimit) {}

    /**
     * What was measured over tensors of (rows, cols).
     *
     * @param copy 10^9 bytes a second of the platform's copy of one such tensor, the median over the kernels
     * @param loop the same of a copy by a plain loop
     * @param exp 10^9 exponentials a second of numbers that are in the caches next to the cores
     */
    public record Size(int rows, int cols, double copy, double loop, double exp, List<Row> kernels) {}

    /**
     * @param rate 10^9 operations a second: two products over the causal half of the pairs forwards, five backwards
     */
    public record AttentionRow(String pass, int sequences, int length, int heads, int kvHeads, int headDim, double rate) {}

    /**
     * @param tensors of (rows, cols) read or written
     * @param exp whether it takes an exponential of each element
     */
    private record Work(String name, int tensors, boolean exp, Runnable run) {}

    /**
     * Element-wise and row kernels over (rows, cols), the exponential first.
     *
     * @param copy measures 10^9 bytes a second of the platform's copy of that size
     * @param loop the same of a copy by a plain loop
     */
    public static Size rows(Backend backend, int rows, int cols, DoubleSupplier copy, DoubleSupplier loop, Stopwatch stopwatch) {
        if (rows < 1 || cols < 1) {
            throw new IllegalArgumentException("bench kernels: rows and columns must be at least 1, got " + rows + " and " + cols);
        }
        List<Work> works = works(backend, rows, cols);
        double[][] seconds = new double[works.size()][];
        double[][] copies = new double[works.size()][TURNS + 1];
        double[][] loops = new double[works.size()][TURNS + 1];
        for (int i = 0; i < seconds.length; i++) {
            int work = i;
            seconds[i] = stopwatch.turns(backend, works.get(i).run, TURNS, turn -> {
                copies[work][turn] = copy.getAsDouble();
                loops[work][turn] = loop.getAsDouble();
            });
        }
        // Last, when the exponential has long been compiled: a limit must not be too low.
        double exp = exponentials(backend, stopwatch);
        double size = (double) rows * cols;
        double expRate = size / Stopwatch.median(seconds[0]) / 1e9;
        List<Row> results = new ArrayList<>();
        for (int i = 0; i < seconds.length; i++) {
            Work work = works.get(i);
            double gigabytes = Float.BYTES * size * work.tensors / 1e9;
            double ofCopy = Stopwatch.share(gigabytes, seconds[i], copies[i]);
            double ofLoop = Stopwatch.share(gigabytes, seconds[i], loops[i]);
            double median = Stopwatch.median(seconds[i]);
            double elements = size / median / 1e9;
            double bandwidth = gigabytes / median;
            double limit = elements / ofCopy;
            results.add(new Row(work.name, bandwidth, elements, ofCopy, ofLoop, work.exp ? elements / expRate : null,
                    elements / (work.exp ? Math.min(exp, limit) : limit)));
        }
        return new Size(rows, cols, medianOfAll(copies), medianOfAll(loops), exp, results);
    }

    private static double medianOfAll(double[][] numbers) {
        return Stopwatch.median(Arrays.stream(numbers).flatMapToDouble(Arrays::stream).toArray());
    }

    /** 10^9 exponentials a second without the price of memory. */
    private static double exponentials(Backend backend, Stopwatch stopwatch) {
        Tensor x = Tensor.gaussian(Rng.of(1), 1, CACHED);
        Tensor y = Tensor.zeros(CACHED);
        return CACHED / stopwatch.median(backend, () -> backend.map(UnaryOp.EXP, x, y)) / 1e9;
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
        Tensor column = Tensor.zeros(rows, 1);
        int[] targets = IntStream.range(0, rows).map(i -> i % cols).toArray();
        int[] backwards = IntStream.range(0, rows).map(i -> rows - 1 - i).toArray();
        int[] positions = IntStream.range(0, rows).map(i -> i % 256).toArray();
        Tensor angles = Tensor.full(0.5f, 256, 32);
        Tensor m = Tensor.zeros(rows, cols);
        Tensor v = Tensor.zeros(rows, cols);
        AdamWStep step = new AdamWStep(1e-6, 0.9, 0.999, 1e-8, 0.01, 10, 1);
        return List.of(
                new Work("exp", 2, true, () -> backend.map(UnaryOp.EXP, x, y)),
                new Work("sigmoid", 2, true, () -> backend.map(UnaryOp.SIGMOID, x, y)),
                new Work("silu", 2, true, () -> backend.map(UnaryOp.SILU, x, y)),
                new Work("silu backward", 3, true, () -> backend.mapBackward(UnaryOp.SILU, x, y, z, dx)),
                new Work("tanh", 2, true, () -> backend.map(UnaryOp.TANH, x, y)),
                new Work("add", 3, false, () -> backend.zip(BinaryOp.ADD, x, z, y)),
                new Work("add row vector", 2, false, () -> backend.zip(BinaryOp.ADD, x, weight, y)),
                new Work("sum to row vector", 1, false, () -> backend.sumTo(x, dweight)),
                new Work("sum to column", 1, false, () -> backend.sumTo(x, column)),
                new Work("sum of squares", 1, false, () -> backend.sumOfSquares(x)),
                new Work("swiglu", 3, true, () -> backend.swiglu(x, z, y)),
                new Work("swiglu backward", 5, true, () -> backend.swigluBackward(x, z, y, dx, m)),
                new Work("softmax", 2, true, () -> backend.softmax(x, y)),
                new Work("softmax backward", 3, false, () -> backend.softmaxBackward(y, z, dx)),
                new Work("log-softmax", 2, true, () -> backend.logSoftmax(x, y)),
                new Work("log-softmax backward", 3, true, () -> backend.logSoftmaxBackward(y, z, dx)),
                new Work("rmsnorm", 2, false, () -> backend.rmsNorm(x, weight, 1e-5f, y, perRow)),
                new Work("rmsnorm backward", 3, false, () -> backend.rmsNormBackward(x, weight, perRow, z, dx, dweight)),
                new Work("cross-entropy", 1, true, () -> backend.logProb(x, targets, perRow)),
                new Work("cross-entropy backward", 2, true, () -> backend.logProbBackward(x, targets, perRow, dx)),
                new Work("rope", 2, false, () -> backend.rope(x, positions, angles, angles, false, y)),
                new Work("gather", 2, false, () -> backend.gather(x, backwards, y)),
                new Work("adamw", 7, false, () -> backend.adamW(step, one(y), one(z), one(m), one(v))));
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
        double forward = stopwatch.median(backend, () -> backend.attention(q, k, v, offsets, shape, out, lse));
        double backward = stopwatch.median(backend, () ->
                backend.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv));
        results.add(new AttentionRow("forward", sequences, length, shape.heads(), shape.kvHeads(), shape.headDim(),
                2 * product / forward / 1e9));
        results.add(new AttentionRow("backward", sequences, length, shape.heads(), shape.kvHeads(), shape.headDim(),
                5 * product / backward / 1e9));
    }
}
