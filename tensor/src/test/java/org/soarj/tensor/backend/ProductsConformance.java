package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/** Matrix products, in all cases of transposition, alpha and beta. */
interface ProductsConformance extends Conformance {

    @Property(tries = 2 * TRIES)
    default void matmulAgreesWithTheReference(
            @ForAll(supplier = Width.class) int m, @ForAll(supplier = Width.class) int n,
            @ForAll(supplier = Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = transposeA ? random(rng, k, m) : random(rng, m, k);
        Tensor b = transposeB ? random(rng, n, k) : random(rng, k, n);
        Tensor expected = random(rng, m, n);
        Tensor actual = expected.copy();
        REFERENCE.matmul(a, transposeA, b, transposeB, alpha, beta, expected);
        backend().matmul(a, transposeA, b, transposeB, alpha, beta, actual);
        Close.near(expected, actual, Close.SUM);
    }

    @Property(tries = TRIES)
    default void matmulOnlyWritesWhenBetaIsZero(
            @ForAll(supplier = Width.class) int m, @ForAll(supplier = Width.class) int n,
            @ForAll(supplier = Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = transposeA ? random(rng, k, m) : random(rng, m, k);
        Tensor b = transposeB ? random(rng, n, k) : random(rng, k, n);
        Tensor overZeros = Tensor.zeros(m, n);
        Tensor overUnset = unset(m, n);
        backend().matmul(a, transposeA, b, transposeB, 1, 0, overZeros);
        backend().matmul(a, transposeA, b, transposeB, 1, 0, overUnset);
        Close.sameBits(overZeros, overUnset);
    }

    @Property(tries = TRIES)
    default void batchedMatmulAgreesWithTheReference(
            @ForAll(supplier = Count.class) int outer, @ForAll(supplier = Count.class) int inner,
            @ForAll(supplier = Few.class) int m, @ForAll(supplier = Few.class) int n,
            @ForAll(supplier = Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = transposeA ? random(rng, outer, inner, k, m) : random(rng, outer, inner, m, k);
        Tensor b = transposeB ? random(rng, outer, inner, n, k) : random(rng, outer, inner, k, n);
        Tensor expected = random(rng, outer, inner, m, n);
        Tensor actual = expected.copy();
        REFERENCE.batchedMatmul(a, transposeA, b, transposeB, alpha, beta, expected);
        backend().batchedMatmul(a, transposeA, b, transposeB, alpha, beta, actual);
        Close.near(expected, actual, Close.SUM);
    }

    /**
     * Weights are (out,in) in a checkpoint, so the forward pass is x w^T: those rows must not depend on each other, but for
     * rounding where a backend says so.
     */
    @Property(tries = TRIES)
    default void aRowOfAProductIsTheSameBitsAlone(
            @ForAll(supplier = Width.class) int m, @ForAll(supplier = Width.class) int n,
            @ForAll(supplier = Width.class) int k, @ForAll boolean transposeB, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = random(rng, m, k);
        Tensor b = transposeB ? random(rng, n, k) : random(rng, k, n);
        Tensor all = unset(m, n);
        backend().matmul(a, false, b, transposeB, 1, 0, all);
        int from = rng.nextInt(m);
        int to = from + 1 + rng.nextInt(m - from);
        Tensor part = unset(to - from, n);
        backend().matmul(Conformance.rows(a, from, to), false, b, transposeB, 1, 0, part);
        if (backend().isBatchInvariant()) {
            Close.sameBits(Conformance.rows(all, from, to), part);
        } else {
            Close.near(Conformance.rows(all, from, to), part, Close.SUM);
        }
    }
}
