package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.actor.TinyTask;
import org.soarj.tensor.Rng;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

class PretrainingTest {
    private static final int SYMBOLS = 10;
    private static final int LENGTH = 9;

    /** Counting upwards from a random start, round and round: only the start is uncertain. */
    private static int[] counting(Rng rng) {
        int[] ids = new int[LENGTH + 2];
        int start = rng.nextInt(SYMBOLS);
        for (int i = 0; i < LENGTH; i++) {
            ids[i + 1] = 2 + (start + i) % SYMBOLS;
        }
        ids[LENGTH + 1] = 1;
        return ids;
    }

    private static Llama llama(int width) {
        return Llama.initialise(LlamaConfig.tiny(2 + SYMBOLS, width, 2 * width, 1, 2, 16, 0, 1), Rng.of(3));
    }

    private record Trained(List<Double> losses, List<Double> norms, List<Integer> bits) {}

    private static Trained train(Pretraining pretraining, int width, long seed, int threads) {
        List<Double> losses = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        Llama llama = llama(width);
        try (CpuBackend backend = new CpuBackend(threads)) {
            pretraining.run(backend, llama, PretrainingTest::counting, Rng.of(seed), (step, loss, norm, tokens) -> {
                assertEquals(losses.size(), step);
                losses.add(loss);
                norms.add(norm);
                assertEquals((long) pretraining.documents() * (LENGTH + 2), tokens);
            });
        }
        return new Trained(losses, norms, TinyTask.bits(llama));
    }

    @Test
    void theLossFallsFromChanceTowardsTheEntropyOfTheCorpus() {
        List<Double> losses = train(new Pretraining(150, 8, 0.01, 10, AdamW.Settings.DEFAULT), 16, 1, 1).losses();
        assertEquals(150, losses.size());
        assertEquals(Math.log(2 + SYMBOLS), losses.getFirst(), 0.3);
        double end = losses.subList(140, 150).stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        // The start costs log 10, the nine tokens after it and the end of the sequence nothing.
        double entropy = Math.log(SYMBOLS) / (LENGTH + 1);
        assertTrue(end > 0.8 * entropy && end < 2.5 * entropy, "loss " + end + " at the end, entropy " + entropy);
    }

    @Test
    void theSameSeedTrainsTheSameBitsOnOneThreadAndOnTwo() {
        // 128 documents of 11 tokens at width 32 are more than one task of every kernel.
        Pretraining wide = new Pretraining(3, 128, 0.01, 1, AdamW.Settings.DEFAULT);
        Trained one = train(wide, 32, 1, 1);
        assertEquals(one, train(wide, 32, 1, 1));
        assertEquals(one, train(wide, 32, 1, 2));
        assertNotEquals(one.bits(), train(wide, 32, 2, 1).bits());
    }

    @Test
    void activationsComputedAgainGiveTheSameBits() {
        Trained kept = train(new Pretraining(3, 8, 0.01, 1, AdamW.Settings.DEFAULT), 16, 1, 1);
        assertEquals(kept, train(new Pretraining(3, 8, 0.01, 1, AdamW.Settings.DEFAULT, true), 16, 1, 1));
    }

    @Test
    void theLossIsTheMeanOverTargetsWhateverTheBatch() {
        double few = train(new Pretraining(1, 4, 0, 0, AdamW.Settings.DEFAULT), 16, 1, 1).losses().getFirst();
        double many = train(new Pretraining(1, 64, 0, 0, AdamW.Settings.DEFAULT), 16, 1, 1).losses().getFirst();
        assertEquals(few, many, 0.2);
    }
}
