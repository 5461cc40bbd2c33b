package org.soarj.tensor.cpu;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;

/** Products with a b that is stored in 16 bits have the bits of those with its floats, for any number of threads. */
class StoredGemmTest {

    private static void check(int threads, GemmCase with, DType dtype) {
        Tensor stored = with.b().reshape(with.b().rows(), with.b().cols()).to(dtype);
        int rows = with.transposeA() ? with.k() : with.m();
        Tensor a = with.a().reshape(rows, with.a().cols());
        Tensor expected = with.c().copy().reshape(with.m(), with.n());
        Tensor actual = expected.copy();
        try (Backend one = new CpuBackend(1); Backend many = new CpuBackend(threads)) {
            one.matmul(a, with.transposeA(), stored.to(DType.F32), with.transposeB(), with.alpha(), with.beta(), expected);
            many.matmul(a, with.transposeA(), stored, with.transposeB(), with.alpha(), with.beta(), actual);
        }
        Close.sameBits(expected, actual);
    }

    @Property(tries = 200)
    void smallProducts(
            @ForAll @IntRange(min = 1, max = 40) int m, @ForAll @IntRange(min = 1, max = 140) int n,
            @ForAll @IntRange(min = 1, max = 140) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = GemmTest.Factor.class) float alpha, @ForAll(supplier = GemmTest.Factor.class) float beta,
            @ForAll boolean bf16, @ForAll long seed) {
        check(2, GemmCase.random(1, m, n, k, transposeA, transposeB, alpha, beta, seed), bf16 ? DType.BF16 : DType.F16);
    }

    /** A few rows, as when sequences are decoded, over matrices that are cut into several tasks and chunks. */
    @Property(tries = 120)
    void fewRows(
            @ForAll @IntRange(min = 1, max = 17) int m, @ForAll @IntRange(min = 1, max = 700) int n,
            @ForAll @IntRange(min = 1, max = 1200) int k, @ForAll boolean transposeB,
            @ForAll(supplier = GemmTest.Factor.class) float alpha, @ForAll(supplier = GemmTest.Factor.class) float beta,
            @ForAll boolean bf16, @ForAll @IntRange(min = 1, max = 3) int threads, @ForAll long seed) {
        check(threads, GemmCase.random(1, m, n, k, false, transposeB, alpha, beta, seed), bf16 ? DType.BF16 : DType.F16);
    }

    /** As above, with columns in whole tasks of the kernel for few rows. */
    @Property(tries = 100)
    void fewRowsByWholeStrips(
            @ForAll @IntRange(min = 1, max = 17) int m, @ForAll @IntRange(min = 1, max = 5) int strips,
            @ForAll @IntRange(min = 1, max = 2300) int k, @ForAll boolean transposeA,
            @ForAll(supplier = GemmTest.Factor.class) float beta, @ForAll boolean bf16,
            @ForAll @IntRange(min = 1, max = 3) int threads, @ForAll long seed) {
        GemmCase with = GemmCase.random(1, m, strips * GemmRowPanels.TASK_COLS, k, transposeA, true, 1, beta, seed);
        check(threads, with, bf16 ? DType.BF16 : DType.F16);
    }

    @Property(tries = 20)
    void largeProducts(
            @ForAll(supplier = GemmTest.Blocks.class) int m, @ForAll(supplier = GemmTest.Blocks.class) int n,
            @ForAll(supplier = GemmTest.Blocks.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll boolean bf16, @ForAll long seed) {
        GemmCase with = GemmCase.random(m, n, k, transposeA, transposeB, seed);
        for (int threads : new int[] {1, 3, 8}) {
            check(threads, with, bf16 ? DType.BF16 : DType.F16);
        }
    }

    /** So large that a and b are packed once for all tasks. */
    @Property(tries = 6)
    void productsPackedOnce(
            @ForAll @IntRange(min = 1793, max = 1800) int m, @ForAll @IntRange(min = 2049, max = 2080) int n,
            @ForAll @IntRange(min = 512, max = 600) int k, @ForAll boolean transposeB, @ForAll boolean bf16, @ForAll long seed) {
        check(2, GemmCase.random(m, n, k, false, transposeB, seed), bf16 ? DType.BF16 : DType.F16);
    }
}
