package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Example;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;

/** A token leaves nothing to the garbage collector. */
class DecodingHeapTest {
    private static final int POSITIONS = 512;
    /** Until the compiler has seen a kernel, each vector in it is an object. */
    private static final int MOST_REPLIES = 400;
    /** Tokens in a row that make no object; now and then the cache grows, and the step is recorded anew. */
    private static final int STEADY = 64;

    @Example
    void tokensOfFloats() {
        // F is no multiple of a vector.
        check(false, 88);
    }

    @Example
    void tokensOfWeightsInPanels() {
        check(true, 128);
    }

    private static void check(boolean half, int intermediate) {
        LlamaConfig config = new LlamaConfig(64, 64, intermediate, 2, 2, 1, 32, 1e-5f, 10_000, new RopeScaling.None(), false,
                false, false, POSITIONS, 1, List.of(2));
        Llama llama = Llama.build(config, (name, dims) -> dims.length == 1 ? Tensor.full(1, dims)
                : Tensor.gaussian(Rng.of(1).split(name), 0.1f, dims).to(half ? DType.BF16 : DType.F32));
        try (Backend backend = new CpuBackend(2); Conversation conversation = new Conversation(backend, llama)) {
            Meter meter = new Meter();
            int[] prompt = new int[] {1, 2, 3};
            for (int i = 0; i < MOST_REPLIES && meter.longest < STEADY; i++) {
                conversation.reply(prompt, Decoding.full(0), POSITIONS - prompt.length, Set.of(), Rng.of(1), meter);
            }
            assertTrue(meter.longest >= STEADY, "a token still makes " + meter.last + " bytes");
        }
    }

    /** Counts tokens between which neither this thread nor those that share its kernels have made an object. */
    private static final class Meter implements TokenListener {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long[] ids = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("soarj-cpu"))
                .mapToLong(Thread::threadId).toArray();
        private long before;
        private long last;
        private int steady;
        private int longest;

        @Override
        public Optional<Completion.Finish> accept(int id) {
            long sum = 0;
            for (long thread : ids) {
                sum += threads.getThreadAllocatedBytes(thread);
            }
            last = sum - before;
            before = sum;
            steady = last == 0 ? steady + 1 : 0;
            longest = Math.max(longest, steady);
            return Optional.empty();
        }
    }
}
