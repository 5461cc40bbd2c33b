package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;

/** Operands stored in 16 bits: the same numbers give the same bits, and kernels that do not take them say so. */
interface StoredConformance extends Conformance {
    /** Arguments that may be stored in 16 bits, as kernel and place. */
    Set<String> MAY_BE_STORED = Set.of("matmul 2", "gather 0");

    /** The types of 16 bits. */
    final class Halves implements ArbitrarySupplier<DType> {
        @Override
        public Arbitrary<DType> get() {
            return Arbitraries.of(DType.BF16, DType.F16).withoutEdgeCases();
        }
    }

    @Property(tries = 2 * TRIES)
    default void aProductWithStoredWeightsIsThatWithTheirFloats(
            @ForAll(supplier = Width.class) int m, @ForAll(supplier = Width.class) int n,
            @ForAll(supplier = Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta,
            @ForAll(supplier = Halves.class) DType dtype, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = transposeA ? random(rng, k, m) : random(rng, m, k);
        Tensor b = (transposeB ? random(rng, n, k) : random(rng, k, n)).to(dtype);
        Tensor expected = beta == 0 ? unset(m, n) : random(rng, m, n);
        Tensor actual = expected.copy();
        backend().matmul(a, transposeA, b.to(DType.F32), transposeB, alpha, beta, expected);
        backend().matmul(a, transposeA, b, transposeB, alpha, beta, actual);
        Close.sameBits(expected, actual);
    }

    /** Subnormal and infinite numbers among them; NaN is one number here, since machines differ in its bits. */
    @Property(tries = TRIES)
    default void aStoredTableGivesItsFloats(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Few.class) int entries,
            @ForAll(supplier = Width.class) int cols, @ForAll(supplier = Halves.class) DType dtype, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor table = random(rng, entries, cols);
        float[] special = {0f, -0f, 1e-7f, -6e-8f, 3e-5f, 65504f, 1e30f, -1e30f, Float.POSITIVE_INFINITY, Float.NaN};
        for (int i = 0; i < table.size(); i += 1 + rng.nextInt(4)) {
            table.put(i, special[rng.nextInt(special.length)]);
        }
        Tensor stored = table.to(dtype);
        int[] ids = Conformance.indices(rng, rows, 0, entries);
        Tensor actual = unset(rows, cols);
        backend().gather(stored, ids, actual);
        float[] floats = stored.to(DType.F32).toArray();
        for (int i = 0; i < actual.size(); i++) {
            float expected = floats[ids[i / cols] * cols + i % cols];
            assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual.at(i)));
        }
    }

    @Example
    default void everyOtherArgumentMustBeFloats() throws ReflectiveOperationException {
        for (Method kernel : ConformanceRun.kernels()) {
            ConformanceRun.run(kernel, (real, method, args) -> {
                for (int i = 0; method.equals(kernel) && i < args.length; i++) {
                    if (!ConformanceRun.tensors(args[i]).isEmpty() && !MAY_BE_STORED.contains(kernel.getName() + " " + i)) {
                        refusesStored(kernel, args, i);
                    }
                }
                return method.invoke(real, args);
            });
        }
    }

    private void refusesStored(Method kernel, Object[] right, int argument) {
        Object[] args = ConformanceRun.copy(right);
        Tensor stored = ConformanceRun.tensors(args[argument]).getFirst().to(DType.BF16);
        args[argument] = ConformanceRun.withFirst(args[argument], stored);
        Throwable refusal = assertThrows(InvocationTargetException.class, () -> kernel.invoke(backend(), args),
                () -> kernel.getName() + " took BF16 for argument " + argument).getCause();
        assertEquals(ShapeException.class, refusal.getClass(), () -> kernel.getName() + " " + argument + ": " + refusal);
        assertTrue(refusal.getMessage().matches(kernel.getName() + ": \\w+ must be F32, got BF16 \\([0-9,]*\\); "
                + "convert it with to\\(F32\\)"), refusal::getMessage);
        assertTrue(refusal.getMessage().contains(stored.shape().toString()), refusal::getMessage);
    }
}
