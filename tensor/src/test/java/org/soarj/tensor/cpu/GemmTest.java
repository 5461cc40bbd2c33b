package org.soarj.tensor.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;

/** Products to the bit: each element is the chain that {@link Backend#matmul} promises, however the work is cut. */
class GemmTest {
    private static Backend backend;
    private static Backend alone;

    @BeforeContainer
    static void open() {
        backend = new CpuBackend(2);
        alone = new CpuBackend(1);
    }

    @AfterContainer
    static void close() {
        backend.close();
        alone.close();
    }

    /** Sizes on, under and over the blocks of {@link GemmBlocking}. */
    static final class Blocks implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(1, 8, 16, 26, 31, 33, 63, 64, 65, 127, 128, 129, 191, 255, 256, 257, 320, 511, 512, 513, 530)
                    .withoutEdgeCases();
        }
    }

    /** Values of alpha and beta. */
    static final class Factor implements ArbitrarySupplier<Float> {
        @Override
        public Arbitrary<Float> get() {
            return Arbitraries.of(0f, 1f, -1f, 0.37f).withoutEdgeCases();
        }
    }

    @Property(tries = 400)
    void everyElementIsItsChain(
            @ForAll @IntRange(min = 1, max = 70) int m, @ForAll @IntRange(min = 1, max = 70) int n,
            @ForAll @IntRange(min = 1, max = 70) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 1);
    }

    @Property(tries = 60)
    void everyElementOfABatchIsItsChain(
            @ForAll @IntRange(min = 1, max = 9) int batches, @ForAll @IntRange(min = 1, max = 40) int m,
            @ForAll @IntRange(min = 1, max = 70) int n, @ForAll @IntRange(min = 1, max = 140) int k,
            @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll(supplier = Factor.class) float alpha,
            @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(batches, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 7);
    }

    @Property(tries = 120)
    void elementsOfLargeProductsAreTheirChains(
            @ForAll(supplier = Blocks.class) int m, @ForAll(supplier = Blocks.class) int n,
            @ForAll(supplier = Blocks.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 1 + m * n / 2_000);
    }

    /** A b that is a panel as it is: the rows of c are shared out. */
    @Property(tries = 40)
    void elementsOfRowsSharedOutAreTheirChains(
            @ForAll @IntRange(min = 30, max = 70) int m, @ForAll boolean narrow, @ForAll @IntRange(min = 100, max = 300) int k,
            @ForAll boolean transposeA, @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta,
            @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, narrow ? 32 : 64, k, transposeA, false, alpha, beta, seed);
        product.check(product.run(backend), 1);
    }

    /** Rows of c are shared out beside a small b, which each thread packs once. */
    @Property(tries = 80)
    void elementsOfRowsBesideASmallBAreTheirChains(
            @ForAll @IntRange(min = 60, max = 300) int m, @ForAll @IntRange(min = 33, max = 160) int n,
            @ForAll @IntRange(min = 100, max = 200) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 1 + m * n / 2_000);
    }

    /** One thread runs all tasks: it must not take for packed what an earlier task has read in rows, or replaced by later steps. */
    @Property(tries = 40)
    void elementsOfFewRowsSharedOutAreTheirChains(
            @ForAll @IntRange(min = 12, max = 32) int m, @ForAll @IntRange(min = 30, max = 64) int n,
            @ForAll @IntRange(min = 600, max = 2600) int k, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, false, false, 1, beta, seed);
        product.check(product.run(alone), 3);
    }

    /** A few rows read b where it lies, in whole panels; what is left of its columns is packed. */
    @Property(tries = 80)
    void elementsOfFewRowsAreTheirChains(
            @ForAll @IntRange(min = 2, max = 13) int m, @ForAll @IntRange(min = 30, max = 260) int n,
            @ForAll @IntRange(min = 100, max = 300) int k, @ForAll boolean transposeA, @ForAll(supplier = Factor.class) float alpha,
            @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, false, alpha, beta, seed);
        product.check(product.run(backend), 1);
    }

    /** c of a row is longer than one task of a row. */
    @Property(tries = 20)
    void elementsOfLongRowsAreTheirChains(
            @ForAll @IntRange(min = 1000, max = 2100) int n, @ForAll @IntRange(min = 1, max = 300) int k,
            @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll(supplier = Factor.class) float alpha,
            @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, 1, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 5);
    }

    /** Beside few columns an a that is out of the caches is touched in advance, to its end and no further. */
    @Property(tries = 10)
    void elementsOfBatchesOfFewColumnsAreTheirChains(
            @ForAll @IntRange(min = 130, max = 150) int m, @ForAll @IntRange(min = 30, max = 64) int n,
            @ForAll @IntRange(min = 129, max = 300) int k, @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll long seed) {
        GemmCase product = GemmCase.random(8, m, n, k, transposeA, transposeB, 1, 0, seed);
        product.check(product.run(backend), 31);
    }

    /** More steps of k than are packed together, whether a is packed too or not. */
    @Property(tries = 12)
    void elementsOfLongChainsAreTheirChains(
            @ForAll @IntRange(min = 257, max = 300) int m, @ForAll @IntRange(min = 1490, max = 1530) int n,
            @ForAll @IntRange(min = 1700, max = 2000) int k, @ForAll boolean transposeA,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, true, alpha, beta, seed);
        product.check(product.run(backend), 997);
    }

    /** A few products whose tasks pack what they need step by step and work on copies of their blocks of c. */
    @Property(tries = 30)
    void elementsOfDeepProductsAreTheirChains(
            @ForAll @IntRange(min = 1, max = 3) int batches, @ForAll @IntRange(min = 33, max = 300) int m,
            @ForAll @IntRange(min = 1, max = 300) int n, @ForAll @IntRange(min = 512, max = 1200) int k,
            @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll(supplier = Factor.class) float alpha,
            @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(batches, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 97);
    }

    /** Beside few columns an a that is far away is read in place, in pieces of many steps. */
    @Property(tries = 20)
    void elementsOfFewColumnsAreTheirChains(
            @ForAll @IntRange(min = 500, max = 1100) int m, @ForAll @IntRange(min = 1, max = 140) int n,
            @ForAll @IntRange(min = 900, max = 1200) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 97);
    }

    /** So large that a and b are packed once for all tasks, in one slab or two, and the tiles walk along what is needed next. */
    @Property(tries = 12)
    void elementsOfProductsPackedOnceAreTheirChains(
            @ForAll @IntRange(min = 1793, max = 1820) int m, @ForAll @IntRange(min = 2049, max = 2120) int n,
            @ForAll @IntRange(min = 1000, max = 1300) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll(supplier = Factor.class) float beta, @ForAll long seed) {
        GemmCase product = GemmCase.random(1, m, n, k, transposeA, transposeB, alpha, beta, seed);
        product.check(product.run(backend), 997);
    }

    /** The last step of k is a single one: in fresh buffers a walk as long as a whole panel has nothing but the end before it. */
    @Example
    void aWalkEndsWithWhatIsPacked() {
        GemmCase product = GemmCase.random(1793, 2049, 513, false, false, 1);
        try (Backend fresh = new CpuBackend(2)) {
            product.check(product.run(fresh), 997);
        }
    }

    /** Too wide for all tasks to share what is packed: more columns, or rows of a transposed a, than are packed together. */
    @Property(tries = 8)
    void elementsOfVeryWideProductsAreTheirChains(
            @ForAll @IntRange(min = 1, max = 90) int beyond, @ForAll @IntRange(min = 2, max = 5) int k,
            @ForAll boolean tall, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll(supplier = Factor.class) float alpha, @ForAll long seed) {
        int wide = GemmBlocking.MAX_WIDTH + beyond;
        GemmCase product = tall ? GemmCase.random(1, wide, 7, k, true, transposeB, alpha, 1, seed)
                : GemmCase.random(1, 65, wide, k, transposeA, transposeB, alpha, 0, seed);
        product.check(product.run(backend), 997);
    }

    @Property(tries = 24)
    void anyNumberOfThreadsGivesTheSameBits(
            @ForAll(supplier = Blocks.class) int m, @ForAll(supplier = Blocks.class) int n,
            @ForAll(supplier = Blocks.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll long seed) {
        GemmCase product = GemmCase.random(m, n, k, transposeA, transposeB, seed);
        Tensor expected = product.run(backend);
        for (int threads : new int[] {1, 3, 8}) {
            try (Backend other = new CpuBackend(threads)) {
                Close.sameBits(expected, product.run(other));
            }
        }
    }

    @Property(tries = 30)
    void aRowIsTheSameBitsAlone(
            @ForAll(supplier = Blocks.class) int m, @ForAll(supplier = Blocks.class) int n,
            @ForAll(supplier = Blocks.class) int k, @ForAll boolean transposeB, @ForAll long seed) {
        GemmCase product = GemmCase.random(m, n, k, false, transposeB, seed);
        Tensor all = product.run(backend);
        for (int i : new int[] {0, m / 2, m - 1}) {
            Tensor expected = Tensor.zeros(1, 1, n);
            expected.copyRows(all, RowCopy.of(n, i * n, 0));
            Close.sameBits(expected, product.row(i).run(backend));
        }
    }

    @Property(tries = 40)
    void emptyProductsAreScaledOrNothing(
            @ForAll @IntRange(max = 1) int m, @ForAll @IntRange(max = 1) int n, @ForAll @IntRange(max = 1) int k,
            @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll(supplier = Factor.class) float beta) {
        GemmCase product = GemmCase.random(1, 40 * m, 70 * n, 9 * k, transposeA, transposeB, 1, beta, 1);
        product.check(product.run(backend), 1);
    }

    /** The array of a lent tensor may be longer than its size. */
    @Example
    void anEmptyProductLeavesALongerArrayAlone() {
        float[] data = new float[Tensor.FIRST + 9];
        for (boolean tall : new boolean[] {false, true}) {
            int m = tall ? 40 : 0;
            backend.batchedMatmul(Tensor.zeros(1, m, 5), false, Tensor.zeros(1, 5, 40 - m), false, 1, 0,
                    Tensor.over(data, Shape.of(1, m, 40 - m)));
        }
        Close.sameBits(Tensor.zeros(data.length), Tensor.vector(data));
    }

    /** Callers that find the workers busy work alone, each with buffers of its own. */
    @Example
    void callersDoNotDisturbEachOther() throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 40; i++) {
                GemmCase product = GemmCase.random(130 + i, 150, 140, i % 2 == 0, i % 4 < 2, i);
                calls.add(callers.submit(() -> product.check(product.run(backend), 50)));
            }
        }
        for (Future<?> call : calls) {
            call.get();
        }
    }
}
