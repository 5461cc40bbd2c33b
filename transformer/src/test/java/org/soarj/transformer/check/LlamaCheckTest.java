package org.soarj.transformer.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.check.GradientCheck;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

class LlamaCheckTest {

    @Property(tries = 6)
    void everyParameterHasTheRightGradientOnTheVectorBackend(@ForAll LlamaCheck model, @ForAll long seed) {
        try (Backend backend = new CpuBackend(2)) {
            check(backend, model, seed);
        }
    }

    @Property(tries = 3)
    void everyParameterHasTheRightGradientOnThePlainBackend(@ForAll LlamaCheck model, @ForAll long seed) {
        check(new ReferenceBackend(), model, seed);
    }

    private static void check(Backend backend, LlamaCheck model, long seed) {
        GradientCheck.Result result = model.check(backend, Rng.of(seed), 4);
        assertTrue(result.compared() > 80);
        assertTrue(result.error() < GradientCheck.TOLERANCE, () -> model + " seed " + seed + ": " + result);
    }
}
