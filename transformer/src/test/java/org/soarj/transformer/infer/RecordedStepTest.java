package org.soarj.transformer.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;

/** A token takes nothing from the backend but the calls of its kernels, as long as the cache has room and none ends. */
class RecordedStepTest {
    private static final Set<String> MEMORY = Set.of("empty", "zeros", "recycle");
    private static final int CONTEXT = 2_400;

    private final Backend real = new ReferenceBackend();
    /** For each token: tensors taken or given back since the one before, and kernels run. */
    private final List<int[]> counts = new ArrayList<>();
    private int tensors;
    private int kernels;

    private Object count(Object proxy, Method method, Object[] args) throws Throwable {
        if (MEMORY.contains(method.getName())) {
            tensors++;
        } else {
            kernels++;
        }
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Optional<Completion.Finish> token(int id) {
        counts.add(new int[] {tensors, kernels});
        tensors = 0;
        kernels = 0;
        return Optional.empty();
    }

    private List<Completion> generate(Llama llama, List<int[]> prompts, int tokens) {
        Backend watched = (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                this::count);
        return new TextGenerator(watched, llama, new TextGenerator.Settings(Decoding.full(0.9f), tokens, Set.of(), 4))
                .generate(prompts, 1, Rng.of(2), index -> index == 0 ? this::token : TokenListener.NONE);
    }

    @Test
    void steadyStepsTakeNoTensors() {
        Llama llama = TinyLlamas.draw(Rng.of(1), CONTEXT);
        generate(llama, List.of(new int[] {3}, new int[] {4, 5}), 120);
        int[] steady = counts.get(40);
        assertEquals(0, steady[0]);
        assertTrue(steady[1] > 10, "kernels: " + steady[1]);
        // The cache holds 64 positions until the 64th token, and 128 from then on.
        for (int i = 70; i < 110; i++) {
            assertArrayEquals(steady, counts.get(i), "token " + i);
        }
        assertTrue(counts.stream().filter(count -> count[0] > 0).count() < 8, "recorded too often");
    }

    /** Past the first table of angles, where a recorded step would turn by the wrong ones or none. */
    @Test
    void aStepIsRecordedAgainWhereTheTableOfAnglesGrows() {
        Llama llama = TinyLlamas.draw(Rng.of(3), CONTEXT);
        int[] prompt = TinyLlamas.ids(Rng.of(4), 1_010);
        Completion completion = generate(llama, List.of(prompt), 30).getFirst();
        float[] trained = TinyLlamas.trained(real, llama, TinyLlamas.concatenated(prompt, completion.ids()), prompt.length, 0.9f);
        assertEquals(30, trained.length);
        for (int i = 0; i < trained.length; i++) {
            assertEquals(trained[i], completion.logProbs()[i], 1e-4f);
        }
    }
}
