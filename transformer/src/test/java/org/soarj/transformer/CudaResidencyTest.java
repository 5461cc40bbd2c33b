package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;
import org.soarj.tensor.cuda.EmulatedCuda;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Generator;

/** A whole Llama on an emulated card: its gradients, and which bytes go up and down in a step. */
class CudaResidencyTest {
    private static final int VOCABULARY = 40;
    private static final LlamaConfig CONFIG = new LlamaConfig(VOCABULARY, 16, 24, 2, 4, 2, 4, 1e-5f, 10_000,
            new RopeScaling.None(), true, true, true, 64, 1, List.of(2));

    private final Llama llama = Llama.initialise(CONFIG, Rng.of(1));
    private final PackedBatch batch = PackedBatch.of(IntStream.range(0, 3)
            .mapToObj(i -> IntStream.range(0, 9 + i).map(t -> (7 * t + i) % VOCABULARY).toArray()).toList());

    @BeforeAll
    static void needEmulator() {
        Optional<String> missing = EmulatedCuda.missing();
        missing.ifPresent(reason -> System.out.println("CudaResidencyTest skipped: " + reason));
        assumeTrue(missing.isEmpty());
    }

    private Variable loss(Backend backend, Llama model) {
        Graph graph = Graph.recording(backend);
        return graph.scale(-1f / batch.targets(), graph.sum(graph.logProb(model.logits(graph, batch), batch.nextTokens())));
    }

    @Test
    void gradientsAreThoseOfTheReference() {
        Llama twin = llama.copy();
        Backend reference = new ReferenceBackend();
        try (EmulatedCuda cuda = EmulatedCuda.open()) {
            Variable expected = loss(reference, twin);
            Backward.from(reference, expected);
            Variable actual = loss(cuda.backend(), llama);
            Backward.from(cuda.backend(), actual);
            assertEquals(expected.value().item(), actual.value().item(), Close.CHAIN);
            for (int i = 0; i < llama.parameters().size(); i++) {
                Close.near(twin.parameters().get(i).gradient(), llama.parameters().get(i).gradient(), Close.CHAIN);
            }
        }
    }

    @Test
    void aTrainingStepMovesTheNormAndTheLossAlone() {
        AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, llama.parameters());
        try (EmulatedCuda cuda = EmulatedCuda.open()) {
            float first = step(cuda.backend(), optimiser);
            step(cuda.backend(), optimiser);
            step(cuda.backend(), optimiser);
            long uploaded = cuda.uploadedBytes();
            long downloaded = cuda.downloadedBytes();
            int allocations = cuda.allocations();
            long inUse = cuda.backend().memory().inUse();
            float last = step(cuda.backend(), optimiser);
            assertTrue(last < first, first + " became " + last);
            assertEquals(uploaded, cuda.uploadedBytes());
            assertEquals(allocations, cuda.allocations());
            assertEquals(inUse, cuda.backend().memory().inUse());
            // The norm, the loss, and the seed of its gradient, which is a sum's.
            assertEquals(Double.BYTES + 2 * Float.BYTES, cuda.downloadedBytes() - downloaded);
        }
    }

    private float step(Backend backend, AdamW optimiser) {
        Variable loss = loss(backend, llama);
        Backward.from(backend, loss);
        optimiser.step(backend, 1e-3);
        float value = loss.value().item();
        backend.recycle(loss.value());
        return value;
    }

    /** Caches of 16 positions grow meanwhile, and a sequence of another length leaves the batch to be recorded anew. */
    @Test
    void aDecodedTokenMovesIndicesUpAndChoicesDown() {
        try (EmulatedCuda cuda = EmulatedCuda.open()) {
            Completion shorter = generate(cuda.backend(), 40);
            long uploaded = cuda.uploadedBytes();
            long downloaded = cuda.downloadedBytes();
            generate(cuda.backend(), 40);
            long up = cuda.uploadedBytes() - uploaded;
            long down = cuda.downloadedBytes() - downloaded;
            Completion longer = generate(cuda.backend(), 41);
            int sequences = 4;
            // Ids, positions and draws; choices and their log-probabilities.
            assertEquals((2 * Integer.BYTES + Double.BYTES) * sequences, cuda.uploadedBytes() - uploaded - 2 * up);
            assertEquals(2 * Float.BYTES * sequences, cuda.downloadedBytes() - downloaded - 2 * down);
            assertArrayEquals(shorter.ids(), IntStream.range(0, 40).map(i -> longer.ids()[i]).toArray());
            assertArrayEquals(generate(new ReferenceBackend(), 41).ids(), longer.ids());
        }
    }

    private Completion generate(Backend backend, int tokens) {
        List<int[]> prompts = List.of(new int[] {1, 5, 7}, new int[] {1, 9});
        return new Generator(backend, llama, new Generator.Options(tokens, 1f, Set.of(), 8)).generate(prompts, 2, Rng.of(3)).getLast();
    }
}
