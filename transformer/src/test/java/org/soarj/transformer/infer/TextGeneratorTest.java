package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.Llama;

class TextGeneratorTest {

    /** Random lengths, caches that grow many times and shrink as sequences end, several stop ids, cut distributions. */
    @Property(tries = 15)
    void logProbabilitiesAreThoseOfTheWholeDistributionInTraining(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Llama llama = TinyLlamas.draw(rng, 256);
        float temperature = 0.5f + 0.25f * rng.nextInt(4);
        Decoding decoding = new Decoding(temperature, rng.nextInt(8), 1 - 0.2f * rng.nextInt(3), 0.1f * rng.nextInt(2),
                1 + 0.2f * rng.nextInt(2));
        List<int[]> prompts = new ArrayList<>();
        for (int p = 0; p < 1 + rng.nextInt(4); p++) {
            prompts.add(TinyLlamas.ids(rng, 1 + rng.nextInt(60)));
        }
        try (Backend backend = new CpuBackend(2)) {
            List<Completion> together = generate(backend, llama, decoding, prompts, 8, seed);
            assertEquals(0, backend.memory().inUse());
            List<Completion> apart = generate(backend, llama, decoding, prompts, 1, seed);
            for (int i = 0; i < together.size(); i++) {
                int[] prompt = prompts.get(i / 2);
                int[] ids = together.get(i).ids();
                assertArrayEquals(apart.get(i).ids(), ids);
                assertArrayEquals(TinyLlamas.trained(backend, llama, TinyLlamas.concatenated(prompt, ids), prompt.length,
                        temperature), together.get(i).logProbs());
            }
        }
    }

    private static List<Completion> generate(Backend backend, Llama llama, Decoding decoding, List<int[]> prompts, int batch,
                                             long seed) {
        return new TextGenerator(backend, llama, new TextGenerator.Settings(decoding, 150, Set.of(2, 11), batch))
                .generate(prompts, 2, Rng.of(seed), index -> TokenListener.NONE);
    }

    @Example
    void aListenerSeesItsOwnTokensInOrder() {
        Llama llama = TinyLlamas.draw(Rng.of(3), 64);
        List<List<Integer>> seen = new ArrayList<>();
        try (Backend backend = new CpuBackend(1)) {
            List<Completion> completions = new TextGenerator(backend, llama,
                    new TextGenerator.Settings(Decoding.full(1), 12, Set.of(2), 3))
                    .generate(List.of(new int[] {1}, new int[] {4, 5}), 3, Rng.of(1), index -> {
                        seen.add(new ArrayList<>());
                        return id -> {
                            seen.get(index).add(id);
                            return Optional.empty();
                        };
                    });
            for (int i = 0; i < completions.size(); i++) {
                assertArrayEquals(completions.get(i).ids(), seen.get(i).stream().mapToInt(Integer::intValue).toArray());
            }
            assertEquals(6, completions.size());
        }
    }

    @Example
    void aLineOfTheCacheIsGivenBackWhenHalfOfThemAreDone() {
        Llama llama = TinyLlamas.draw(Rng.of(3), 400);
        try (Backend backend = new CpuBackend(1); KvCache cache = new KvCache(backend, llama.config(), 8, 400)) {
            long small = backend.memory().inUse();
            assertEquals(16, cache.room());
            cache.reserve(17);
            assertEquals(32, cache.room());
            cache.reserve(390);
            assertEquals(400, cache.room(), "what is asked for, and no more than the longest");
            // The backend rounds sizes up by at most an eighth.
            assertEquals(25 * small, backend.memory().inUse(), 25 * small / 8.0);
            cache.keep(new int[] {1, 7});
            assertEquals(2, cache.slots());
            assertEquals(25 * small / 4, backend.memory().inUse(), 25 * small / 32.0);
        }
    }

    @Example
    void promptsThatCannotBeGoneOnFromAreRefused() {
        Llama llama = TinyLlamas.draw(Rng.of(3), 64);
        for (int[] prompt : new int[][] {{}, new int[64], {1, 19}, {-1}}) {
            try (Backend backend = new CpuBackend(1)) {
                String message = assertThrows(ShapeException.class,
                        () -> generate(backend, llama, Decoding.full(1), List.of(new int[] {1}, prompt), 4, 1)).getMessage();
                assertTrue(message.startsWith("generate: prompt 1 "), message);
            }
        }
    }
}
