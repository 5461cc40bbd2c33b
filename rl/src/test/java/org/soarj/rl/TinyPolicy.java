package org.soarj.rl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.cuda.EmulatedCuda;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

/** Policies small enough to train inside a test. Questions and completions are token ids written as text. */
final class TinyPolicy {
    static final int VOCABULARY = 7;
    static final int STOP = 0;
    static final int POSITIONS = 64;

    private TinyPolicy() {}

    /** The backends that every test of numbers runs on. */
    enum Arithmetic {
        REFERENCE, CPU, CUDA;

        Backend open() {
            return switch (this) {
                case REFERENCE -> new ReferenceBackend();
                case CPU -> new CpuBackend(2);
                case CUDA -> emulated();
            };
        }

        /** A card that is emulated; where that cannot be, the test is skipped. */
        private static Backend emulated() {
            Optional<String> missing = EmulatedCuda.missing();
            missing.ifPresent(reason -> System.out.println("CUDA skipped: " + reason));
            assumeTrue(missing.isEmpty());
            return EmulatedCuda.open().backend();
        }
    }

    /** A policy whose first guesses are far from uniform, so that gradients are far from 0. */
    static Policy of(Backend backend, long seed, int maxTokens, float temperature) {
        return of(backend, model(seed), maxTokens, temperature);
    }

    static Policy of(Backend backend, Llama model, int maxTokens, float temperature) {
        return new Policy(backend, model, new Numbers(), new Policy.Sampling(maxTokens, temperature, Set.of(STOP), 5));
    }

    static Llama model(long seed) {
        Llama model = Llama.initialise(LlamaConfig.tiny(VOCABULARY, 8, 12, 1, 2, POSITIONS, 1, STOP), Rng.of(seed));
        Tensor embedding = model.embedding().value();
        for (int i = 0; i < embedding.size(); i++) {
            embedding.put(i, embedding.at(i) * 20);
        }
        return model;
    }

    static Problem problem(int... prompt) {
        return new Problem(text(prompt), text(prompt), "-");
    }

    static String text(int... ids) {
        return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    /** A copy of every weight, in order. */
    static float[][] weights(Llama model) {
        return model.parameters().stream().map(Parameter::value).map(value -> value.toArray()).toArray(float[][]::new);
    }

    /** Rollouts of some problems with prompts of several lengths. */
    static List<Rollout> rollouts(Policy policy, int samples, long seed) {
        return policy.sample(List.of(problem(1, 4), problem(1, 2, 6, 3), problem(5)), samples, Rng.of(seed));
    }

    /** Ids as text, without the one that ends a completion. */
    private record Numbers() implements PromptFormat {
        @Override
        public int[] prompt(Problem problem) {
            return Arrays.stream(problem.question().split(" ")).mapToInt(Integer::parseInt).toArray();
        }

        @Override
        public String completion(int[] ids) {
            return text(Arrays.stream(ids).filter(id -> id != STOP).toArray());
        }
    }
}
