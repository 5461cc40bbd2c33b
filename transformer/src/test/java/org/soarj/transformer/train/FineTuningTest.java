package org.soarj.transformer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import org.soarj.transformer.lora.Lora;
import org.soarj.transformer.lora.LoraSettings;

class FineTuningTest {
    private static final int VOCABULARY = 13;

    private static Llama llama(long seed) {
        return Llama.initialise(LlamaConfig.tiny(VOCABULARY, 16, 24, 2, 2, 64, 0, 1), Rng.of(seed));
    }

    private static List<Example> examples(Rng rng, int count) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] ids = new int[3 + rng.nextInt(9)];
            Arrays.setAll(ids, t -> rng.nextInt(VOCABULARY));
            examples.add(new Example(ids, 1 + rng.nextInt(ids.length - 1)));
        }
        return examples;
    }

    private static FineTuning tuning(int partTokens, boolean checkpointing) {
        return new FineTuning(Schedule.constant(0.02), AdamW.Settings.DEFAULT, partTokens, checkpointing);
    }

    private static List<float[]> weights(Llama llama) {
        return llama.parameters().stream().map(parameter -> parameter.value().toArray()).toList();
    }

    /** The loss counts what follows the prompt, by an independent sum over single sequences. */
    @Property(tries = 8)
    void theLossIsTheMeanOverTheTokensToLearn(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int partTokens) {
        Llama llama = llama(seed);
        List<Example> examples = examples(Rng.of(seed), 7);
        double sum = 0;
        int count = 0;
        try (Backend backend = new CpuBackend(1)) {
            for (var example : examples) {
                PackedBatch batch = PackedBatch.of(List.of(example.ids()));
                Graph graph = Graph.inference(backend);
                float[] logProbs = graph.logProb(llama.logits(graph, batch), batch.nextTokens()).value().toArray();
                for (int t = example.given(); t < example.ids().length; t++) {
                    sum -= logProbs[t - 1];
                    count++;
                }
            }
            assertEquals(sum / count, FineTuning.loss(backend, llama, examples, partTokens), 1e-6);
        }
    }

    @Property(tries = 4)
    void aBatchInPartsIsTheBatchUpToRounding(@ForAll long seed) {
        List<Example> examples = examples(Rng.of(seed), 9);
        BatchPlan plan = BatchPlan.ofSteps(examples, 1, 1000, Rng.of(seed));
        Llama whole = llama(seed);
        Llama parts = whole.copy();
        List<FineTuning.Report> reports = new ArrayList<>();
        try (Backend backend = new CpuBackend(1)) {
            // A large epsilon makes the update smooth in the gradient.
            AdamW.Settings smooth = new AdamW.Settings(0.9, 0.999, 1, 0, 1e9);
            new FineTuning(Schedule.constant(1), smooth, 1000, false).run(backend, whole, plan, reports::add);
            new FineTuning(Schedule.constant(1), smooth, 12, false).run(backend, parts, plan, reports::add);
        }
        assertEquals(reports.get(0).loss(), reports.get(1).loss(), 1e-6);
        assertEquals(reports.get(0).gradientNorm(), reports.get(1).gradientNorm(), 1e-5 * reports.get(0).gradientNorm());
        for (int i = 0; i < weights(whole).size(); i++) {
            assertArrayEquals(weights(whole).get(i), weights(parts).get(i), 1e-5f);
        }
    }

    @Property(tries = 4)
    void activationsComputedAgainGiveTheSameBits(@ForAll long seed, @ForAll boolean lora) {
        BatchPlan plan = BatchPlan.ofEpochs(examples(Rng.of(seed), 9), 2, 40, Rng.of(seed));
        Llama kept = lora ? Lora.attach(llama(seed), new LoraSettings(2, 2, LoraSettings.QUERY_VALUE), Rng.of(seed)) : llama(seed);
        Llama again = kept.copy();
        List<FineTuning.Report> first = new ArrayList<>();
        List<FineTuning.Report> second = new ArrayList<>();
        try (Backend one = new CpuBackend(1); Backend two = new CpuBackend(2)) {
            tuning(30, false).run(one, kept, plan, first::add);
            tuning(30, true).run(two, again, plan, second::add);
        }
        assertEquals(first, second);
        for (int i = 0; i < kept.trainable().size(); i++) {
            assertArrayEquals(kept.trainable().get(i).value().toArray(), again.trainable().get(i).value().toArray());
        }
    }

    /** What is written after some steps and read into a fresh model goes on to the same bits. */
    @Property(tries = 6)
    void aRunThatGoesOnEndsWithTheBitsOfOneThatNeverStopped(@ForAll long seed, @ForAll boolean lora,
                                                            @ForAll @IntRange(min = 1, max = 4) int stop) throws IOException {
        BatchPlan plan = BatchPlan.ofSteps(examples(Rng.of(seed), 9), 5, 40, Rng.of(seed));
        Llama base = llama(seed);
        UnaryOperator<Llama> start = model ->
                lora ? Lora.attach(model, new LoraSettings(2, 2, LoraSettings.QUERY_VALUE), Rng.of(seed)) : model.copy();
        Llama whole = start.apply(base);
        Llama stopped = start.apply(base);
        Llama again = start.apply(base);
        List<FineTuning.Report> all = new ArrayList<>();
        List<FineTuning.Report> parts = new ArrayList<>();
        Path file = Files.createTempFile("training", ".safetensors");
        try (Backend backend = new CpuBackend(1)) {
            tuning(30, false).run(backend, whole, plan, all::add);
            AdamW first = new AdamW(AdamW.Settings.DEFAULT, stopped.trainable());
            tuning(30, false).run(backend, stopped, new BatchPlan(plan.steps().subList(0, stop), 1), first, parts::add);
            TrainingFile.write(file, stopped, first);
            AdamW second = new AdamW(AdamW.Settings.DEFAULT, again.trainable());
            TrainingFile.read(file, again, second, stop);
            tuning(30, false).run(backend, again, plan, second, parts::add);
            String other = assertThrows(IOException.class, () -> TrainingFile.read(file, lora ? base : Lora.attach(base,
                    new LoraSettings(2, 2, LoraSettings.QUERY_VALUE), Rng.of(1)), first, stop)).getMessage();
            assertTrue(other.contains("has no tensor"), other);
        } finally {
            Files.delete(file);
        }
        assertEquals(all, parts);
        for (int i = 0; i < whole.trainable().size(); i++) {
            assertArrayEquals(whole.trainable().get(i).value().toArray(), again.trainable().get(i).value().toArray());
        }
    }

    @Property(tries = 1)
    void promptsAreReadAndNotLearned() {
        // Two prompts with one answer each; the prompts themselves are noise that must stay unlearned.
        List<Example> examples = List.of(
                new Example(new int[] {0, 5, 6, 7, 1}, 3),
                new Example(new int[] {0, 8, 9, 10, 1}, 3));
        Llama llama = llama(1);
        try (Backend backend = new CpuBackend(1)) {
            double before = FineTuning.loss(backend, llama, examples, 100);
            tuning(100, false).run(backend, llama, BatchPlan.ofSteps(examples, 40, 100, Rng.of(1)), report -> {
                assertEquals(10, report.tokens());
                assertEquals(4, report.targets());
            });
            assertTrue(before > 2 && FineTuning.loss(backend, llama, examples, 100) < 0.05);
            List<Example> prompts = List.of(
                    new Example(new int[] {0, 5, 6}, 1));
            assertTrue(FineTuning.loss(backend, llama, prompts, 100) > 1.5);
        }
    }

    @Property(tries = 10)
    void everyEpochSeesEveryExampleOnceInAnOrderOfItsOwn(@ForAll long seed) {
        List<Example> examples = examples(Rng.of(seed), 20);
        BatchPlan plan = BatchPlan.ofEpochs(examples, 3, 25, Rng.of(seed));
        Map<Example, Integer> seen = new HashMap<>();
        for (List<Example> step : plan.steps()) {
            int tokens = step.stream().mapToInt(example -> example.ids().length).sum();
            assertTrue(tokens <= 25 || step.size() == 1, step.toString());
            step.forEach(example -> seen.merge(example, 1, Integer::sum));
        }
        assertEquals(20, seen.size());
        assertTrue(seen.values().stream().allMatch(times -> times == 3), seen.toString());
        assertEquals(3L * examples.stream().mapToInt(example -> example.ids().length).sum(), plan.tokens());
        List<Example> order = plan.steps().stream().flatMap(List::stream).toList();
        assertNotEquals(order.subList(0, 20), order.subList(20, 40));
        BatchPlan cut = BatchPlan.ofSteps(examples, 5, 25, Rng.of(seed));
        assertEquals(plan.steps().subList(0, 5), cut.steps());
    }

    @Property(tries = 1)
    void aFrozenModelIsRefused() {
        Llama frozen = llama(1).frozen();
        BatchPlan plan = BatchPlan.ofSteps(examples(Rng.of(1), 2), 1, 100, Rng.of(1));
        try (Backend backend = new CpuBackend(1)) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> tuning(9, false).run(backend, frozen, plan, report -> {})).getMessage();
            assertTrue(message.contains("frozen"), message);
            for (Parameter parameter : frozen.parameters()) {
                assertEquals(false, parameter.variable().needsGradient());
            }
        }
    }
}
