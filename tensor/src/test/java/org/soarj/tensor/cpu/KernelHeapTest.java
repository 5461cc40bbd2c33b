package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.tensor.OwnJava;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;

/**
 * A warm kernel makes no object for rows and chunks that do not end with a whole vector. Each is the only one of a Java of its own: what C2
 * saw of other kernels may save one whose vectors are objects.
 */
class KernelHeapTest {
    private static final int ROWS = 128;
    private static final int COLS = 72;
    private static final int CALLS = 50;
    /** Rounds of calls within which C2 has long compiled a kernel, and those of them in a row that must make nothing. */
    private static final int MOST_ROUNDS = 2_000;
    private static final int STEADY_ROUNDS = 10;

    @ParameterizedTest
    @ValueSource(strings = {"silu", "siluBackward", "swiglu", "swigluBackward", "sumTo", "softmax", "softmaxBackward", "logSoftmax",
            "logSoftmaxBackward", "logProb", "logProbBackward", "rmsNorm", "rmsNormBackward", "attention", "attentionBackward",
            "cachedAttention"})
    void aKernelByItselfMakesNoObjects(String kernel) throws Exception {
        List<String> options = List.of("-XX:LoopMaxUnroll=1", "-XX:CompileCommandFile=" + InliningTest.COMMANDS);
        assertEquals(List.of("0"), OwnJava.lines(options, KernelHeapTest.class, kernel),
                "bytes that " + CALLS + " calls of " + kernel + " still make");
    }

    /** Prints the bytes that the last calls made. */
    public static void main(String[] args) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Backend backend = new CpuBackend(1)) {
            Runnable work = work(backend, args[0]);
            long bytes = 0;
            int steady = 0;
            for (int round = 0; round < MOST_ROUNDS && steady < STEADY_ROUNDS; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int call = 0; call < CALLS; call++) {
                    work.run();
                }
                bytes = threads.getCurrentThreadAllocatedBytes() - before;
                steady = bytes == 0 ? steady + 1 : 0;
            }
            System.out.println(bytes);
        }
    }

    private static Runnable work(Backend backend, String kernel) {
        Rng rng = Rng.of(1);
        Tensor x = Tensor.gaussian(rng, 1, ROWS, COLS), y = Tensor.gaussian(rng, 1, ROWS, COLS), z = Tensor.gaussian(rng, 1, ROWS, COLS);
        Tensor dx = Tensor.zeros(ROWS, COLS), dy = Tensor.zeros(ROWS, COLS), dz = Tensor.zeros(ROWS, COLS);
        Tensor row = Tensor.full(1f, COLS), sums = Tensor.zeros(COLS), column = Tensor.full(1f, ROWS);
        int[] targets = IntStream.range(0, ROWS).map(i -> i % COLS).toArray();
        AttentionShape heads = new AttentionShape(3, 3, COLS / 3);
        int[] offsets = {0, 50, ROWS};
        Tensor logSums = Tensor.zeros(ROWS, 3);
        Tensor keys = Tensor.gaussian(rng, 1, ROWS, 3, COLS / 3, ROWS), values = Tensor.gaussian(rng, 1, ROWS, 3, ROWS, COLS / 3);
        int[] slots = IntStream.range(0, ROWS).toArray();
        Tensor odd = Tensor.gaussian(rng, 1, 2 * Tasks.CHUNK + 5), dodd = Tensor.zeros(odd.size()), dodd2 = Tensor.zeros(odd.size());
        return switch (kernel) {
            case "silu" -> () -> backend.map(UnaryOp.SILU, odd, dodd);
            case "siluBackward" -> () -> backend.mapBackward(UnaryOp.SILU, odd, odd, odd, dodd);
            case "swiglu" -> () -> backend.swiglu(odd, odd, dodd);
            case "swigluBackward" -> () -> backend.swigluBackward(odd, odd, odd, dodd, dodd2);
            case "sumTo" -> () -> backend.sumTo(x, sums);
            case "softmax" -> () -> backend.softmax(x, dx);
            case "softmaxBackward" -> () -> backend.softmaxBackward(x, y, dx);
            case "logSoftmax" -> () -> backend.logSoftmax(x, dx);
            case "logSoftmaxBackward" -> () -> backend.logSoftmaxBackward(x, y, dx);
            case "logProb" -> () -> backend.logProb(x, targets, column);
            case "logProbBackward" -> () -> backend.logProbBackward(x, targets, column, dx);
            case "rmsNorm" -> () -> backend.rmsNorm(x, row, 1e-5f, dx, column);
            case "rmsNormBackward" -> () -> backend.rmsNormBackward(x, row, column, y, dx, sums);
            case "attention" -> () -> backend.attention(x, y, z, offsets, heads, dx, logSums);
            case "attentionBackward" -> () -> backend.attentionBackward(x, y, z, offsets, heads, x, logSums, y, dx, dy, dz);
            case "cachedAttention" -> () -> backend.cachedAttention(x, slots, slots, heads, keys, values, dx);
            default -> throw new IllegalArgumentException("no kernel " + kernel);
        };
    }
}
