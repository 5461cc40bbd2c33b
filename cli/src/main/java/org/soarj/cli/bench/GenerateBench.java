package org.soarj.cli.bench;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Conversation;
import org.soarj.transformer.infer.Decoding;
import org.soarj.transformer.infer.TextGenerator;
import org.soarj.transformer.infer.TokenListener;

/** Prompt processing and greedy text generation by a Llama with random weights, in the manner of llama-bench. */
public final class GenerateBench implements AutoCloseable {
    private static final Decoding GREEDY = Decoding.full(0);

    private final Arena arena = Arena.ofShared();
    private final Size size;
    private final Llama llama;

    /**
     * @param name how a user calls it
     * @param dtype what matrices are stored as
     */
    public record Size(String name, int hiddenSize, int layers, int heads, int kvHeads, int intermediateSize, int vocabulary,
                       DType dtype) {
        /** 0.81 M parameters. */
        public static final Size TINY = new Size("tiny", 128, 4, 4, 4, 344, 64, DType.F32);
        /** 41.6 M parameters, for which figures of other engines are known. */
        public static final Size SMALL = new Size("small", 512, 8, 8, 4, 1536, 32_000, DType.BF16);
        /** The shape of Llama-3.2-1B. */
        public static final Size LARGE = new Size("large", 2048, 16, 32, 8, 8192, 128_256, DType.BF16);
    }

    /**
     * What is measured of each size.
     *
     * @param prompt tokens of prompt processing
     * @param generate tokens of text generation
     * @param contexts tokens that come before them
     * @param batch sequences of the last test, which generate side by side
     * @param repetitions measured runs of each test
     * @param warmUp of each test, as {@link Stopwatch} takes it
     */
    public record Plan(int prompt, int generate, List<Integer> contexts, int batch, int repetitions, double warmUp) {
        public Plan {
            if (prompt < 1 || generate < 2 || batch < 1 || repetitions < 1 || contexts.stream().anyMatch(context -> context < 1)) {
                throw new IllegalArgumentException("bench generate: prompt, contexts, batch and repetitions must be at least 1, "
                        + "generate at least 2");
            }
            contexts = List.copyOf(contexts);
        }

        private Stopwatch stopwatch() {
            return new Stopwatch(warmUp, 0);
        }

        /** Positions that the longest test fills. */
        public int longest() {
            return Math.max(prompt + 1, contexts.stream().mapToInt(Integer::intValue).max().orElse(1) + generate + 1);
        }
    }

    /**
     * @param test pp512 (prompt processing), tg128@512 (text generation after 512 tokens), tg128x64 (64 sequences)
     * @param tokensPerSecond mean
     * @param deviation its standard deviation over the repetitions
     * @param weightBandwidth 10^9 bytes of weights a second when generating, each read once a step; 0 for prompts
     * @param readBandwidth 10^9 bytes a second that this machine reads, mean of measurements before and after each repetition;
     *                      0 for prompts
     * @param allocatedPerToken Java heap allocated by all threads for each generated token, the smallest of the repetitions
     */
    public record Row(String test, double tokensPerSecond, double deviation, double weightBandwidth, double readBandwidth,
                      double allocatedPerToken) {}

    /** @param longest positions that a sequence may have */
    public GenerateBench(Size size, int longest) {
        this.size = size;
        LlamaConfig config = new LlamaConfig(size.vocabulary, size.hiddenSize, size.intermediateSize, size.layers, size.heads,
                size.kvHeads, size.hiddenSize / size.heads, 1e-5f, 500_000, new RopeScaling.None(), true, false, false, longest, 0,
                List.of());
        llama = Llama.build(config, new RandomWeights(arena, size.dtype));
    }

    /** Weights. */
    public long parameters() {
        return llama.size();
    }

    /** Bytes of the weights that every step reads; the embedding serves as the output layer too. */
    public long weightBytes() {
        return llama.parameters().stream().map(Parameter::value)
                .mapToLong(tensor -> (long) tensor.dtype().bytes() * tensor.size()).sum();
    }

    /**
     * Measures all of {@code plan}.
     *
     * @param read measures 10^9 bytes a second of plain reading
     */
    public List<Row> run(Backend backend, Plan plan, DoubleSupplier read) {
        List<Row> rows = new ArrayList<>();
        rows.add(prompt(backend, plan));
        try (Conversation conversation = new Conversation(backend, llama)) {
            for (int context : plan.contexts) {
                rows.add(generate("tg" + plan.generate + "@" + context, plan, 1, read, listener ->
                        conversation.reply(prompt(context), GREEDY, plan.generate + 1, Set.of(), Rng.of(1), listener)));
            }
        }
        if (plan.batch > 1) {
            TextGenerator generator = generator(backend, plan.generate + 1, plan.batch);
            rows.add(generate("tg" + plan.generate + "x" + plan.batch, plan, plan.batch, read, listener ->
                    generator.generate(List.of(prompt(1)), plan.batch, Rng.of(1), index -> listener)));
        }
        return rows;
    }

    private TextGenerator generator(Backend backend, int maxTokens, int batch) {
        return new TextGenerator(backend, llama, new TextGenerator.Settings(GREEDY, maxTokens, Set.of(), batch));
    }

    private int[] prompt(int length) {
        Rng rng = Rng.of(2);
        int[] ids = new int[length];
        Arrays.setAll(ids, i -> rng.nextInt(size.vocabulary));
        return ids;
    }

    private Row prompt(Backend backend, Plan plan) {
        TextGenerator generator = generator(backend, 1, 1);
        int[] ids = prompt(plan.prompt);
        Runnable run = () -> generator.generate(List.of(ids), 1, Rng.of(1), index -> TokenListener.NONE);
        plan.stopwatch().warmUp(run);
        double[] rates = new double[plan.repetitions];
        for (int i = 0; i < rates.length; i++) {
            long start = System.nanoTime();
            run.run();
            rates[i] = plan.prompt / ((System.nanoTime() - start) / 1e9);
        }
        return new Row("pp" + plan.prompt, mean(rates), deviation(rates), 0, 0, 0);
    }

    /** Generates, telling the listener of every token. */
    private interface Run {
        void with(TokenListener listener);
    }

    /** From the first token of all sequences on, so that the prompt does not count. */
    private static final class Meter implements TokenListener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final int first;
        private final int last;
        private int tokens;
        private long start;
        private long allocated;
        private double seconds;
        private double bytes;

        /** Counts from token {@code first} to token {@code last} of all that come. */
        Meter(int first, int last) {
            this.first = first;
            this.last = last;
        }

        @Override
        public Optional<Completion.Finish> accept(int id) {
            tokens++;
            if (tokens == first) {
                allocated = threads.getTotalThreadAllocatedBytes();
                start = System.nanoTime();
            } else if (tokens == last) {
                seconds = (System.nanoTime() - start) / 1e9;
                bytes = threads.getTotalThreadAllocatedBytes() - allocated;
            }
            return Optional.empty();
        }
    }

    private Row generate(String test, Plan plan, int batch, DoubleSupplier read, Run run) {
        double[] rates = new double[plan.repetitions];
        double[] reads = new double[plan.repetitions + 1];
        double allocated = Double.MAX_VALUE;
        plan.stopwatch().warmUp(() -> run.with(TokenListener.NONE));
        reads[0] = read.getAsDouble();
        for (int i = 0; i < rates.length; i++) {
            Meter meter = new Meter(batch, batch * (plan.generate + 1));
            run.with(meter);
            rates[i] = (double) plan.generate * batch / meter.seconds;
            allocated = Math.min(allocated, meter.bytes / plan.generate / batch);
            reads[i + 1] = read.getAsDouble();
        }
        return new Row(test, mean(rates), deviation(rates), mean(rates) / batch * weightBytes() / 1e9, mean(reads), allocated);
    }

    private static double mean(double[] x) {
        return DoubleStream.of(x).average().orElseThrow();
    }

    private static double deviation(double[] x) {
        double mean = mean(x);
        double squares = DoubleStream.of(x).map(value -> (value - mean) * (value - mean)).sum();
        return x.length < 2 ? 0 : Math.sqrt(squares / (x.length - 1));
    }

    /** Gives the weights' memory back. */
    @Override
    public void close() {
        arena.close();
    }
}
