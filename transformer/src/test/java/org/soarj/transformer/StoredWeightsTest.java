package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Generator;

/** A Llama whose matrices are stored in 16 bits computes what the Llama with the same numbers as floats does. */
class StoredWeightsTest {
    private static final List<int[]> PROMPTS = List.of(new int[] {1, 5, 7, 11, 3}, new int[] {2}, new int[] {4, 4, 9});

    private record Pair(Llama floats, Llama stored) {}

    private static Pair models(Rng rng, DType dtype, boolean tied) {
        LlamaConfig config = new LlamaConfig(64, 32, 64, 2, 4, 2, 16, 1e-5f, 10_000, new RopeScaling.None(), false, false, tied,
                64, 1, List.of(2));
        Map<String, Tensor> weights = new HashMap<>();
        for (Parameter parameter : Llama.initialise(config, rng).parameters()) {
            Tensor value = parameter.value();
            weights.put(parameter.name(), value.shape().rank() == 2 ? value.to(dtype) : value);
        }
        return new Pair(Llama.build(config, (name, dims) -> weights.get(name).to(DType.F32).copy()),
                Llama.build(config, (name, dims) -> weights.get(name)));
    }

    @Property(tries = 12)
    void logitsAndGradientsHaveTheSameBits(@ForAll boolean bf16, @ForAll boolean tied, @ForAll long seed) {
        Pair models = models(Rng.of(seed), bf16 ? DType.BF16 : DType.F16, tied);
        PackedBatch batch = PackedBatch.of(PROMPTS);
        try (Backend backend = new CpuBackend(2)) {
            Variable expected = models.floats.logits(Graph.recording(backend), batch);
            Variable actual = models.stored.logits(Graph.recording(backend), batch);
            assertArrayEquals(expected.value().toArray(), actual.value().toArray());
            Tensor dlogits = Tensor.gaussian(Rng.of(seed), 1, expected.shape().toArray());
            Backward.from(backend, expected, dlogits.copy());
            Backward.from(backend, actual, dlogits);
            for (int i = 0; i < models.floats.parameters().size(); i++) {
                Parameter trained = models.floats.parameters().get(i);
                Parameter other = models.stored.parameters().get(i);
                if (other.value().dtype() == DType.F32) {
                    assertNotNull(other.gradient(), other.name());
                    assertArrayEquals(trained.gradient().toArray(), other.gradient().toArray(), other.name());
                } else {
                    assertNull(other.gradient(), other.name());
                }
            }
        }
    }

    @Property(tries = 8)
    void generationHasTheSameBits(@ForAll boolean bf16, @ForAll boolean tied, @ForAll long seed) {
        Pair models = models(Rng.of(seed), bf16 ? DType.BF16 : DType.F16, tied);
        try (Backend backend = new CpuBackend(2)) {
            List<Completion> expected = generate(backend, models.floats, 4, seed);
            check(expected, generate(backend, models.stored, 4, seed));
            check(expected, generate(backend, models.stored, 1, seed));
            check(expected, generate(backend, models.stored.copy(), 9, seed));
        }
    }

    @Property(tries = 2)
    void onThePlainBackendToo(@ForAll long seed) {
        Pair models = models(Rng.of(seed), DType.BF16, false);
        Backend backend = new ReferenceBackend();
        check(generate(backend, models.floats, 4, seed), generate(backend, models.stored, 4, seed));
    }

    private static List<Completion> generate(Backend backend, Llama llama, int batch, long seed) {
        return new Generator(backend, llama, new Generator.Options(9, 1f, Set.of(2), batch)).generate(PROMPTS, 3, Rng.of(seed));
    }

    private static void check(List<Completion> expected, List<Completion> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).ids(), actual.get(i).ids());
            assertArrayEquals(expected.get(i).logProbs(), actual.get(i).logProbs());
        }
    }
}
