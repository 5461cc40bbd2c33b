package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;

/** What a training step leaves to the garbage collector. */
class StepHeapTest {
    private static final int LAYERS = 2;
    /** Bytes for what a step makes anew: an op of some 30 for each of 36 nodes, 21 gradients, a result for each layer. */
    private static final long BOUND = 3_500;
    /**
     * Until the compiler has seen a kernel, each vector in it is an object. Sizes are such that every kernel is called often:
     * whole tiles, and enough rows.
     */
    private static final int MOST_STEPS = 20_000;
    private static final int STEADY_STEPS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Example
    void aWarmStepMakesAFewKilobytesOfObjects() {
        LlamaConfig config = new LlamaConfig(32, 64, 128, LAYERS, 2, 1, 32, 1e-5f, 10_000, new RopeScaling.None(), false, false,
                false, 64, 1, List.of(2));
        Llama llama = Llama.initialise(config, Rng.of(1));
        AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, llama.parameters());
        PackedBatch batch = PackedBatch.of(List.of(IntStream.range(0, 48).map(i -> i % 32).toArray(), new int[16]));
        int[] targets = batch.nextTokens();
        try (Backend backend = new CpuBackend(2)) {
            Graph graph = Graph.recording(backend);
            long[] ids = workers();
            long bytes = 0;
            int steady = 0;
            for (int i = 0; i < MOST_STEPS && steady < STEADY_STEPS; i++) {
                long before = allocated(ids);
                Variable loss = graph.sum(graph.logProb(llama.logits(graph, batch), targets));
                Backward.from(backend, loss);
                optimiser.step(backend, 1e-3);
                backend.recycle(loss.value());
                bytes = allocated(ids) - before;
                steady = bytes <= BOUND ? steady + 1 : 0;
            }
            assertTrue(steady == STEADY_STEPS, "a step still makes " + bytes + " bytes");
        }
    }

    /** This thread and those that share its kernels. */
    private static long[] workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("soarj-cpu"))
                .mapToLong(Thread::threadId).toArray();
    }

    /** Bytes that they have made so far; makes none itself. */
    private long allocated(long[] ids) {
        long sum = 0;
        for (long id : ids) {
            sum += threads.getThreadAllocatedBytes(id);
        }
        return sum;
    }
}
