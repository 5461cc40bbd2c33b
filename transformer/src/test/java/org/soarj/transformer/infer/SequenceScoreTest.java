package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.Graph;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.PackedBatch;

class SequenceScoreTest {
    @Property(tries = 20)
    void scoresAreThoseOfTheTrainingForwardBitForBit(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Llama llama = TinyLlamas.draw(rng, 128);
        int[] ids = TinyLlamas.ids(rng, 1 + rng.nextInt(128));
        try (Backend backend = new CpuBackend(2)) {
            SequenceScore score = SequenceScore.of(backend, llama, ids);
            assertEquals(ids.length - 1, score.logProbs().length);
            assertArrayEquals(TinyLlamas.trained(backend, llama, ids, 1, 1f), score.logProbs());
            Tensor logits = llama.logits(Graph.recording(backend), PackedBatch.of(List.of(ids))).value();
            float[] all = logits.toArray();
            assertArrayEquals(Arrays.copyOfRange(all, all.length - logits.cols(), all.length), score.lastLogits());
        }
    }

    @Example
    void whatTheModelDoesNotKnowIsRefused() {
        Llama llama = TinyLlamas.draw(Rng.of(1), 16);
        try (Backend backend = new CpuBackend(1)) {
            assertRefused("is empty", backend, llama);
            assertRefused("holds id 19, the model's vocabulary is ids 0 to 18", backend, llama, 1, 19);
            assertRefused("holds id -1", backend, llama, -1);
            assertRefused("has 17 tokens, the context ends at 16", backend, llama, new int[17]);
            assertEquals(0, backend.memory().inUse());
        }
    }

    private static void assertRefused(String part, Backend backend, Llama llama, int... ids) {
        String message = assertThrows(ShapeException.class, () -> SequenceScore.of(backend, llama, ids)).getMessage();
        assertTrue(message.contains(part), message);
    }
}
