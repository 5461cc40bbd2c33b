package org.soarj.transformer.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Block;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.RopeScaling;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Generator;

class LoraTest {
    private static final PackedBatch BATCH = PackedBatch.of(List.of(new int[] {1, 5, 7, 11, 3}, new int[] {4, 4, 9}));
    private static final LoraSettings ALL = new LoraSettings(3, 6, LoraSettings.ALL_LINEAR);

    private static Llama base(Rng rng, boolean stored) {
        LlamaConfig config = new LlamaConfig(16, 16, 24, 2, 4, 2, 4, 1e-5f, 10_000, new RopeScaling.None(), false, true, true,
                64, 1, List.of(2));
        Llama floats = Llama.initialise(config, rng);
        List<Parameter> weights = floats.parameters();
        return Llama.build(config, (name, dims) -> {
            Tensor value = weights.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow().value();
            return stored && dims.length == 2 ? value.to(DType.BF16) : value;
        });
    }

    /** An adapter as training leaves it. */
    static Llama trained(Llama base, LoraSettings settings, Rng rng) {
        Llama llama = Lora.attach(base, settings, rng);
        for (Block.Linear linear : llama.linears()) {
            if (linear.adapter() != null) {
                Tensor b = linear.adapter().b().value();
                b.copyFrom(Tensor.gaussian(rng.split(linear.name()), 0.5f, b.shape().toArray()));
            }
        }
        return llama;
    }

    private static float[] logits(Backend backend, Llama llama) {
        return llama.logits(Graph.inference(backend), BATCH).value().toArray();
    }

    @Property(tries = 6)
    void aNewAdapterChangesNothingAndIsDrawnAsPeftDrawsIt(@ForAll boolean stored, @ForAll long seed) {
        Llama base = base(Rng.of(seed), stored);
        Llama adapted = Lora.attach(base, ALL, Rng.of(seed));
        try (Backend backend = new CpuBackend(1)) {
            assertArrayEquals(logits(backend, base), logits(backend, adapted));
        }
        assertEquals(2 * 7 * 2, adapted.trainable().size());
        double squares = 0;
        int numbers = 0;
        for (Block.Linear linear : adapted.linears()) {
            double bound = 1 / Math.sqrt(linear.weight().value().shape().dim(1));
            double largest = 0;
            for (float value : linear.adapter().a().value().toArray()) {
                largest = Math.max(largest, Math.abs(value));
                squares += value * value / (bound * bound);
                numbers++;
            }
            // Of 48 uniform numbers none is above 0.6 of the bound with probability 2e-11.
            assertTrue(largest <= bound && largest > 0.6 * bound, largest + " of " + bound);
            assertArrayEquals(new float[linear.adapter().b().value().size()], linear.adapter().b().value().toArray());
            assertEquals(2f, linear.adapter().scale());
        }
        // A uniform number within +-1 has variance 1/3; the mean of 720 squares strays by 0.011.
        assertEquals(1.0 / 3, squares / numbers, 0.08);
    }

    @Property(tries = 6)
    void theMergedModelComputesTheSame(@ForAll boolean stored, @ForAll long seed) {
        Llama base = base(Rng.of(seed), stored);
        Llama adapted = trained(base, ALL, Rng.of(seed));
        try (Backend backend = new CpuBackend(1)) {
            float[] expected = logits(backend, adapted);
            Llama merged = Lora.merge(backend, adapted);
            float[] actual = logits(backend, merged);
            double scale = 0;
            for (float value : expected) {
                scale = Math.max(scale, Math.abs(value));
            }
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 1e-4 * scale);
            }
            assertFalse(Arrays.equals(expected, logits(backend, base)), "the adapter changes something");
            assertTrue(merged.linears().stream().allMatch(linear -> linear.adapter() == null));
            assertEquals(base.parameters().size(), merged.parameters().size());
        }
    }

    /** One element by hand: W + alpha/r B A. */
    @Example
    void theMergedWeightIsTheSum() {
        Llama adapted = trained(base(Rng.of(1), false), new LoraSettings(2, 3, Set.of("layers.1.mlp.down_proj")), Rng.of(2));
        Block.Linear linear = adapted.linears().get(13);
        Llama merged = Lora.merge(new ReferenceBackend(), adapted);
        double expected = linear.weight().value().get(5, 7);
        for (int r = 0; r < 2; r++) {
            expected += 1.5 * linear.adapter().b().value().get(5, r) * linear.adapter().a().value().get(r, 7);
        }
        assertEquals(expected, merged.linears().get(13).weight().value().get(5, 7), 1e-6);
        assertSame(linear.weight().value(), adapted.linears().get(13).weight().value());
        assertSame(adapted.linears().get(0).weight(), merged.linears().get(0).weight());
    }

    @Property(tries = 4)
    void trainingMovesTheAdaptersAlone(@ForAll boolean stored, @ForAll boolean checkpointing, @ForAll long seed) {
        Llama base = base(Rng.of(seed), stored);
        Llama adapted = Lora.attach(base, new LoraSettings(4, 8, LoraSettings.QUERY_VALUE), Rng.of(seed));
        List<float[]> before = base.parameters().stream().map(p -> p.value().to(DType.F32).toArray().clone()).toList();
        try (Backend backend = new CpuBackend(1)) {
            AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, adapted.trainable());
            double first = 0;
            double last = 0;
            for (int i = 0; i < 40; i++) {
                Graph graph = checkpointing ? Graph.checkpointing(backend) : Graph.recording(backend);
                Variable loss = graph.scale(-1f / BATCH.targets(),
                        graph.sum(graph.logProb(adapted.logits(graph, BATCH), BATCH.nextTokens())));
                last = loss.value().item();
                first = i == 0 ? last : first;
                Backward.from(backend, loss);
                optimiser.step(backend, 0.03);
            }
            assertTrue(last < first - 0.1, first + " -> " + last);
        }
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), base.parameters().get(i).value().to(DType.F32).toArray());
            assertNull(adapted.parameters().get(i).gradient());
        }
    }

    @Example
    void whatIsSampledIsWhatIsTrained() {
        Llama adapted = trained(base(Rng.of(3), true), ALL, Rng.of(4));
        try (Backend backend = new CpuBackend(2)) {
            Completion sampled = new Generator(backend, adapted, new Generator.Options(9, 1f, Set.of(), 4))
                    .generate(List.of(new int[] {1, 5}), 1, Rng.of(1)).getFirst();
            int[] whole = new int[2 + sampled.ids().length];
            whole[0] = 1;
            whole[1] = 5;
            System.arraycopy(sampled.ids(), 0, whole, 2, sampled.ids().length);
            PackedBatch batch = PackedBatch.of(List.of(whole));
            Graph graph = Graph.recording(backend);
            float[] logProbs = graph.logProb(adapted.logits(graph, batch), batch.nextTokens()).value().toArray();
            assertArrayEquals(sampled.logProbs(), Arrays.copyOfRange(logProbs, 1, whole.length - 1));
        }
    }

    @Example
    void aCopyHasAdaptersOfItsOwnAndSharesWhatIsFrozen() {
        Llama adapted = trained(base(Rng.of(3), false), ALL, Rng.of(4));
        Llama copy = adapted.copy();
        assertSame(adapted.embedding(), copy.embedding());
        Tensor b = copy.linears().getFirst().adapter().b().value();
        assertArrayEquals(adapted.linears().getFirst().adapter().b().value().toArray(), b.toArray());
        b.fill(0);
        assertNotEquals(0, adapted.linears().getFirst().adapter().b().value().get(0, 0));
    }

    @Example
    void wrongSettingsAreNamed() {
        Llama base = base(Rng.of(1), false);
        for (String target : List.of("qproj", "embed_tokens", "lm_head", "proj", "layers.2.self_attn.q_proj")) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> Lora.attach(base, new LoraSettings(2, 2, Set.of("q_proj", target)), Rng.of(1))).getMessage();
            assertTrue(message.contains('"' + target + "\" does not exist") && message.contains("gate_proj"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(0, 2, Set.of("q_proj")));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(2, 0, Set.of("q_proj")));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(2, 2, Set.of()));
        String message = assertThrows(IllegalArgumentException.class,
                () -> Checkpoint.save(Path.of("unused"), Lora.attach(base, ALL, Rng.of(1)))).getMessage();
        assertTrue(message.contains("merge"), message);
    }
}
