package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.Graph;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.RopeScaling;

class GeneratorTest {
    private static final int VOCABULARY = 19;

    @Property(tries = 40)
    void recordedLogProbabilitiesAreThoseOfTheTrainingForwardBitForBit(@ForAll long seed) {
        try (Backend backend = new CpuBackend(2)) {
            checkLogProbs(backend, seed);
        }
    }

    @Property(tries = 5)
    void theyAreOnThePlainBackendToo(@ForAll long seed) {
        checkLogProbs(new ReferenceBackend(), seed);
    }

    private static void checkLogProbs(Backend backend, long seed) {
        Rng rng = Rng.of(seed);
        Llama llama = model(rng);
        float temperature = rng.nextInt(2) == 0 ? 1f : 0.7f;
        List<int[]> prompts = prompts(rng);
        List<Completion> completions = new Generator(backend, llama,
                new Generator.Options(1 + rng.nextInt(20), temperature, Set.of(2), 1 + rng.nextInt(9)))
                .generate(prompts, 3, rng.split("generate"));
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            sequences.add(concatenated(prompts.get(i / 3), completions.get(i).ids()));
        }
        PackedBatch batch = PackedBatch.of(sequences);
        for (int i = 0; i < completions.size(); i++) {
            int first = batch.offsets()[i] + prompts.get(i / 3).length - 1;
            int[] ids = completions.get(i).ids();
            int[] rows = new int[ids.length];
            Arrays.setAll(rows, t -> first + t);
            float[] trained = llama.logProbs(Graph.recording(backend), batch, rows, ids, temperature).value().toArray();
            assertArrayEquals(trained, completions.get(i).logProbs());
        }
    }

    @Property(tries = 20)
    void aCompletionDoesNotDependOnItsCompany(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Llama llama = model(rng);
        List<int[]> prompts = prompts(rng);
        try (Backend one = new CpuBackend(1); Backend three = new CpuBackend(3)) {
            List<Completion> together = new Generator(one, llama, new Generator.Options(12, 1f, Set.of(2), 100))
                    .generate(prompts, 2, Rng.of(seed));
            List<Completion> apart = new Generator(three, llama, new Generator.Options(12, 1f, Set.of(2), 1))
                    .generate(prompts, 2, Rng.of(seed));
            for (int i = 0; i < together.size(); i++) {
                assertArrayEquals(together.get(i).ids(), apart.get(i).ids());
                assertArrayEquals(together.get(i).logProbs(), apart.get(i).logProbs());
            }
        }
    }

    @Example
    void aCompletionEndsWithItsFirstStopIdOrAtTheLimit() {
        Rng rng = Rng.of(5);
        Llama llama = model(rng);
        List<Completion> completions = new Generator(new ReferenceBackend(), llama,
                new Generator.Options(9, 1f, Set.of(2, 3, 4), 8)).generate(List.of(new int[] {1}), 40, rng);
        for (Completion completion : completions) {
            int[] ids = completion.ids();
            boolean stopped = completion.finish() == Completion.Finish.STOP;
            assertEquals(stopped, Set.of(2, 3, 4).contains(ids[ids.length - 1]));
            assertTrue(stopped || ids.length == 9);
            assertEquals(0, Arrays.stream(ids, 0, ids.length - 1).filter(Set.of(2, 3, 4)::contains).count());
        }
        assertEquals(2, completions.stream().map(Completion::finish).distinct().count());
    }

    @Example
    void greedyAnswersIgnoreTheSeed() {
        Llama llama = model(Rng.of(8));
        Generator generator = new Generator(new ReferenceBackend(), llama, new Generator.Options(9, 0f, Set.of(), 8));
        assertArrayEquals(generator.generate(List.of(new int[] {1, 5}), 1, Rng.of(1)).getFirst().ids(),
                generator.generate(List.of(new int[] {1, 5}), 1, Rng.of(2)).getFirst().ids());
    }

    @Example
    void samplesFollowTheSoftmax() {
        float[] logits = {0f, (float) Math.log(3), (float) Math.log(6)};
        int[] counts = new int[3];
        Rng rng = Rng.of(4);
        for (int i = 0; i < 10_000; i++) {
            counts[Sampler.softmax().choose(logits, 0, 3, rng)]++;
        }
        // Four standard deviations of a binomial share over 10,000 draws are at most 0.02.
        assertEquals(0.1, counts[0] / 1e4, 0.02);
        assertEquals(0.3, counts[1] / 1e4, 0.02);
        assertEquals(0.6, counts[2] / 1e4, 0.02);
    }

    @Example
    void scoresWithoutAChoiceAreRefused() {
        for (float[] logits : new float[][] {{0, Float.NaN}, {Float.NaN, 0}, {0, Float.POSITIVE_INFINITY},
            {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}}) {
            for (Sampler sampler : List.of(Sampler.GREEDY, Sampler.softmax())) {
                String message = assertThrows(ArithmeticException.class, () -> sampler.choose(logits, 0, 2, Rng.of(1)))
                        .getMessage();
                assertTrue(message.startsWith("sample: the scores of a row of 2 hold NaN"), message);
            }
        }
        assertEquals(1, Sampler.softmax().choose(new float[] {Float.NEGATIVE_INFINITY, 0}, 0, 2, Rng.of(1)));
    }

    @Example
    void anEmptyPromptAndATooLongOneAreRefused() {
        Generator generator = new Generator(new ReferenceBackend(), model(Rng.of(1)),
                new Generator.Options(5, 1f, Set.of(), 8));
        assertThrows(ShapeException.class, () -> generator.generate(List.of(new int[0]), 1, Rng.of(1)));
        assertThrows(ShapeException.class, () -> generator.generate(List.of(new int[64]), 1, Rng.of(1)));
    }

    private static Llama model(Rng rng) {
        int kv = 1 << rng.nextInt(3);
        LlamaConfig config = new LlamaConfig(VOCABULARY, 24, 40, 2, 4, kv, 6, 1e-5f, 10_000, new RopeScaling.None(),
                rng.nextInt(2) == 0, rng.nextInt(2) == 0, false, 64, 1, List.of(2));
        return Llama.initialise(config, rng.split("model"));
    }

    private static List<int[]> prompts(Rng rng) {
        List<int[]> prompts = new ArrayList<>();
        for (int p = 0; p < 1 + rng.nextInt(4); p++) {
            int[] prompt = new int[1 + rng.nextInt(20)];
            Arrays.setAll(prompt, i -> rng.nextInt(VOCABULARY));
            prompts.add(prompt);
        }
        return prompts;
    }

    private static int[] concatenated(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
