package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Few rows times the same transposed matrix again and again, and after it has changed. */
class TurnedWeightsTest {
    @Property(tries = 60)
    void theSameBitsHoweverOften(@ForAll @IntRange(min = 1, max = 70) int m, @ForAll @IntRange(min = 1, max = 140) int n,
            @ForAll @IntRange(min = 1, max = 140) int k, @ForAll boolean transposeA,
            @ForAll(supplier = GemmTest.Factor.class) float alpha, @ForAll(supplier = GemmTest.Factor.class) float beta,
            @ForAll @IntRange(min = 1, max = 2) int threads, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, true, alpha, beta, seed);
        try (Backend backend = new CpuBackend(threads)) {
            for (int time = 0; time < 4; time++) {
                product.check(product.run(backend), 7);
            }
            product.b().copyFrom(Tensor.gaussian(Rng.of(seed).split("changed"), 1, 1, n, k));
            for (int time = 0; time < 4; time++) {
                product.check(product.run(backend), 7);
            }
        }
    }

    @Example
    void madeForTheThirdProductWithTheSameNumbers() {
        Tensor w = Tensor.gaussian(Rng.of(1), 1, 3, 5);
        for (int step = 0; step < 3; step++) {
            assertNull(TurnedWeights.of(w, 1));
            assertNull(TurnedWeights.of(w, 1));
            w.markChanged();
        }
        assertNull(TurnedWeights.of(w, 1));
        assertNull(TurnedWeights.of(w, 1));
        float[] turned = TurnedWeights.of(w, 32);
        assertNotNull(turned);
        assertEquals(w.get(2, 4), turned[Lanes.FIRST + 4 * 3 + 2]);
        assertSame(turned, TurnedWeights.of(w, 1));
        w.markChanged();
        assertNull(TurnedWeights.of(w, 1));
    }

    @Example
    void neverForManyRowsALargeMatrixOrOneInSixteenBits() {
        Tensor w = Tensor.gaussian(Rng.of(1), 1, 512, 512);
        Tensor larger = Tensor.zeros(513, 512);
        Tensor half = Tensor.zeros(3, 5).to(DType.BF16);
        for (int time = 0; time < 3; time++) {
            assertNull(TurnedWeights.of(w, 33));
            assertNull(TurnedWeights.of(larger, 1));
            assertNull(TurnedWeights.of(half, 1));
        }
    }
}
