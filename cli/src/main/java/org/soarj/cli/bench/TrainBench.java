package org.soarj.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.RopeScaling;

/** A whole training step of a Llama with random weights on random tokens: forward, loss, backward, clipping, AdamW. */
public final class TrainBench {
    private static final double LEARNING_RATE = 1e-4;
    /** Measurements of steps, between as many of the peak and one more. */
    private static final int TURNS = 21;

    private final Size size;
    private final boolean checkpointing;
    private final Llama llama;
    private final AdamW adamW;
    private final PackedBatch batch;
    private final int[] targets;

    /**
     * @param name how a user calls it
     * @param batch sequences of one step
     * @param length tokens of each
     */
    public record Size(String name, int hiddenSize, int layers, int heads, int kvHeads, int intermediateSize, int vocabulary,
                       boolean tied, int batch, int length) {
        /** 0.81 M parameters: every product is small. */
        public static final Size TINY = new Size("tiny", 128, 4, 4, 4, 344, 64, false, 64, 64);
        /** 29.5 M parameters: products are large enough to run near the peak. */
        public static final Size SMALL = new Size("small", 512, 8, 8, 8, 1376, 4096, false, 8, 256);
        /** The shape of Llama-3.2-1B, for a card: 5 GB of weights, and 32 to 38 GB in all. */
        public static final Size LARGE = new Size("large", 2048, 16, 32, 8, 8192, 128_256, true, 8, 512);

        int tokens() {
            return batch * length;
        }
    }

    /**
     * @param parameters trainable numbers
     * @param secondsPerStep median of the turns
     * @param tokensPerSecond of a median step
     * @param rate 10^9 operations a second: the products of the layers (6 for each weight and token) and of causal attention
     * @param peak 10^9 multiplications and additions a second in registers, the median of those measured by turns with steps
     * @param ofPeak the rate as a share of it, by turns ({@link Stopwatch#share})
     * @param gemmShare share of the step's time in matrix products, from separate steps under a clock
     * @param kernelSeconds seconds of one such step in each kernel
     * @param allocatedBytes Java heap allocated by all threads in one warm step
     * @param peakBytes most memory that tensors of activations, gradients and scratch took at once
     */
    public record Result(long parameters, double secondsPerStep, double tokensPerSecond, double rate, double peak, double ofPeak,
                         double gemmShare, Map<String, Double> kernelSeconds, long allocatedBytes, long peakBytes) {}

    /** @param checkpointing whether each block's activations are computed twice instead of kept */
    public TrainBench(Size size, boolean checkpointing) {
        this.size = size;
        this.checkpointing = checkpointing;
        LlamaConfig config = new LlamaConfig(size.vocabulary, size.hiddenSize, size.intermediateSize, size.layers, size.heads,
                size.kvHeads, size.hiddenSize / size.heads, 1e-5f, 10_000, new RopeScaling.None(), size.tied, false, false,
                size.length, 0, List.of(1));
        llama = Llama.build(config, new RandomWeights(Arena.ofAuto(), DType.F32));
        adamW = new AdamW(AdamW.Settings.DEFAULT, llama.parameters());
        Rng rng = Rng.of(2);
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < size.batch; i++) {
            sequences.add(IntStream.range(0, size.length).map(t -> rng.nextInt(size.vocabulary)).toArray());
        }
        batch = PackedBatch.of(sequences);
        targets = batch.nextTokens();
    }

    /**
     * Measures on {@code backend}.
     *
     * @param peak measures 10^9 multiplications and additions a second in registers
     */
    public Result run(Backend backend, DoubleSupplier peak, Stopwatch stopwatch) {
        Graph graph = graph(backend);
        double[] peaks = new double[TURNS + 1];
        double[] turns = stopwatch.turns(backend, () -> step(graph), TURNS, turn -> peaks[turn] = peak.getAsDouble());
        double seconds = Stopwatch.median(turns);
        double gigaOperations = operations() / 1e9;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        backend.resetPeak();
        long[] allocated = new long[5];
        for (int i = 0; i < allocated.length; i++) {
            long before = threads.getTotalThreadAllocatedBytes();
            step(graph);
            allocated[i] = threads.getTotalThreadAllocatedBytes() - before;
        }
        Arrays.sort(allocated);
        long peakBytes = backend.memory().peak();
        KernelClock clock = new KernelClock(backend);
        Graph clocked = graph(clock.backend());
        step(clocked);
        clock.reset();
        long start = System.nanoTime();
        step(clocked);
        backend.await();
        double clockedSeconds = (System.nanoTime() - start) / 1e9;
        double gemm = clock.seconds().getOrDefault("matmul", 0.0) + clock.seconds().getOrDefault("batchedMatmul", 0.0);
        return new Result(llama.size(), seconds, size.tokens() / seconds, gigaOperations / seconds, Stopwatch.median(peaks),
                Stopwatch.share(gigaOperations, turns, peaks), gemm / clockedSeconds, clock.seconds(), allocated[allocated.length / 2],
                peakBytes);
    }

    private Graph graph(Backend backend) {
        return checkpointing ? Graph.checkpointing(backend) : Graph.recording(backend);
    }

    private void step(Graph graph) {
        Variable logProbs = graph.logProb(llama.logits(graph, batch), targets); // (N)
        Variable loss = graph.scale(-1f / batch.targets(), graph.sum(logProbs));           // ()
        Backward.from(graph.backend(), loss);
        adamW.step(graph.backend(), LEARNING_RATE);
        graph.backend().recycle(loss.value());
    }

    /**
     * Multiplications and additions of one step: a weight of a layer meets every token once forwards and twice backwards,
     * the embedding too where it is the output layer; causal attention has two products forwards and five backwards over half of the pairs.
     */
    private double operations() {
        long weights = llama.parameters().stream()
                .filter(parameter -> parameter.value().shape().rank() == 2 && (size.tied || parameter != llama.embedding()))
                .mapToLong(parameter -> parameter.value().size()).sum();
        double pairs = size.batch * (size.length * (size.length + 1.0) / 2);
        return 6.0 * weights * size.tokens() + 7 * 2.0 * pairs * size.hiddenSize * size.layers;
    }
}
