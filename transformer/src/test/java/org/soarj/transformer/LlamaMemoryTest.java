package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.infer.Generator;

/** What training and generating take from the backend, and give back. */
class LlamaMemoryTest {
    private static final int VOCABULARY = 17;

    private static Llama model(boolean tied, int layers, long seed) {
        LlamaConfig config = new LlamaConfig(VOCABULARY, 16, 24, layers, 4, 2, 4, 1e-5f, 10_000, new RopeScaling.None(), tied,
                true, false, 64, 1, List.of(2));
        return Llama.initialise(config, Rng.of(seed));
    }

    private static PackedBatch batch(Rng rng) {
        int[] a = new int[12];
        int[] b = new int[9];
        Arrays.setAll(a, i -> rng.nextInt(VOCABULARY));
        Arrays.setAll(b, i -> rng.nextInt(VOCABULARY));
        return PackedBatch.of(List.of(a, b));
    }

    private static void sweep(Graph graph, Llama llama, PackedBatch batch) {
        Variable loss = graph.sum(graph.logProb(llama.logits(graph, batch), batch.nextTokens()));
        Backward.from(graph.backend(), loss);
        graph.backend().recycle(loss.value());
    }

    @Property(tries = 10)
    void checkpointsChangeNoBitOfAnyGradient(@ForAll boolean tied, @ForAll long seed) {
        try (Backend backend = new CpuBackend(2)) {
            Llama kept = model(tied, 3, seed);
            Llama recomputed = kept.copy();
            PackedBatch batch = batch(Rng.of(seed));
            sweep(Graph.recording(backend), kept, batch);
            sweep(Graph.checkpointing(backend), recomputed, batch);
            for (int i = 0; i < kept.parameters().size(); i++) {
                assertArrayEquals(kept.parameters().get(i).gradient().toArray(),
                        recomputed.parameters().get(i).gradient().toArray(), kept.parameters().get(i).name());
            }
        }
    }

    @Example
    void withCheckpointsThePeakHardlyGrowsWithTheLayers() {
        long[] kept = new long[2];
        long[] recomputed = new long[2];
        for (int i = 0; i < 2; i++) {
            kept[i] = activations(false, 2 + 8 * i);
            recomputed[i] = activations(true, 2 + 8 * i);
        }
        // A block keeps its input of 16 numbers a token, of some 250 that it makes.
        assertTrue(recomputed[1] - recomputed[0] < (kept[1] - kept[0]) / 8,
                Arrays.toString(recomputed) + " against " + Arrays.toString(kept));
    }

    /** Bytes at the peak of a sweep besides the gradients. */
    private static long activations(boolean checkpointing, int layers) {
        try (Backend backend = new CpuBackend(1)) {
            sweep(checkpointing ? Graph.checkpointing(backend) : Graph.recording(backend), model(true, layers, 1),
                    batch(Rng.of(1)));
            return backend.memory().peak() - backend.memory().inUse();
        }
    }

    @Example
    void steadyTrainingMakesNoNewBuffersAndLeavesNone() {
        try (Backend backend = new CpuBackend(2)) {
            Llama llama = model(false, 2, 1);
            AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, llama.parameters());
            PackedBatch batch = batch(Rng.of(1));
            MemoryUse first = null;
            for (int i = 0; i < 5; i++) {
                sweep(Graph.recording(backend), llama, batch);
                optimiser.step(backend, 1e-3);
                first = first == null ? backend.memory() : first;
                assertEquals(first, backend.memory(), "step " + i);
            }
            assertEquals(0, first.inUse());
        }
    }

    @Example
    void generatingLeavesNothingAndMakesNoNewBuffersTheSecondTime() {
        try (Backend backend = new CpuBackend(2)) {
            Llama llama = model(true, 2, 1);
            Generator generator = new Generator(backend, llama, new Generator.Options(20, 0.7f, Set.of(), 6));
            List<int[]> prompts = List.of(new int[] {1, 5, 7}, new int[] {1, 3});
            generator.generate(prompts, 4, Rng.of(1));
            MemoryUse first = backend.memory();
            assertEquals(0, first.inUse());
            generator.generate(prompts, 4, Rng.of(2));
            assertEquals(first, backend.memory());
        }
    }

    /** Inside one completion: a longer one needs no more buffers than a shorter one that has grown its cache as often. */
    @Example
    void steadyDecodingMakesNoNewBuffers() {
        long[] buffers = new long[2];
        for (int i = 0; i < 2; i++) {
            try (Backend backend = new CpuBackend(1)) {
                Generator generator = new Generator(backend, model(true, 2, 1),
                        new Generator.Options(32 + 13 * i, 1f, Set.of(), 4));
                generator.generate(List.of(new int[] {1, 5, 7}), 4, Rng.of(1));
                buffers[i] = backend.memory().idle();
            }
        }
        assertEquals(buffers[0], buffers[1]);
    }
}
