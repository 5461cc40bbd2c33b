package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assertions;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * Sizes beyond what a kernel takes at once, where its loops go round again: rows longer than a card's block of 256 threads,
 * more rows than one part of a sum has, heads wider than a tile, a cache longer than what the warps of a block hold, more
 * dimensions than two.
 */
interface LargeConformance extends Conformance {

    /** On and over multiples of a block. */
    final class Beyond implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(255, 256, 257, 300, 513, 1000).withoutEdgeCases();
        }
    }

    /** Every width that a kernel may have a form of its own for. */
    final class WideHeadDim implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(65, 96, 127, 128, 129, 160, 255, 256).withoutEdgeCases();
        }
    }

    @Property(tries = TRIES)
    default void longRowsAgreeWithTheReference(
            @ForAll BatchInvariance.OfRows of, @ForAll(supplier = Beyond.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, 2, cols);
        Tensor y = random(rng, 2, cols);
        Tensor z = random(rng, 2, cols);
        int[] indices = Conformance.indices(rng, 2, 0, cols);
        Tensor expected = unset(2, cols);
        Tensor actual = unset(2, cols);
        of.run(REFERENCE, x, y, z, indices, expected);
        of.run(backend(), x, y, z, indices, actual);
        Close.near(expected, actual, Close.CHAIN);
    }

    /** More than a card counts in the second dimension of a grid. */
    @Example
    default void manyBatchesAgreeWithTheReference() {
        Rng rng = Rng.of(1);
        Tensor a = random(rng, 70_000, 2, 3);
        Tensor b = random(rng, 70_000, 3, 2);
        Tensor expected = unset(70_000, 2, 2);
        Tensor actual = unset(70_000, 2, 2);
        REFERENCE.batchedMatmul(a, false, b, false, 1, 0, expected);
        backend().batchedMatmul(a, false, b, false, 1, 0, actual);
        Close.near(expected, actual, Close.SUM);
    }

    @Property(tries = 4)
    default void manyRowsAgreeWithTheReference(
            @ForAll(supplier = Beyond.class) int rows, @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, rows, cols);
        Tensor weight = random(rng, cols);
        Tensor rstd = unset(rows);
        REFERENCE.rmsNorm(x, weight, 1e-5f, unset(rows, cols), rstd);
        Tensor dy = random(rng, rows, cols);
        Tensor expected = random(rng, cols);
        Tensor actual = expected.copy();
        REFERENCE.rmsNormBackward(x, weight, rstd, dy, unset(rows, cols), expected);
        backend().rmsNormBackward(x, weight, rstd, dy, unset(rows, cols), actual);
        Close.near(expected, actual, Close.CHAIN);
        double squares = REFERENCE.sumOfSquares(x);
        Assertions.assertEquals(squares, backend().sumOfSquares(x), 1e-12 * squares);
        for (int[] dims : new int[][] {{}, {1, cols}, {rows, 1}}) {
            Tensor sum = unset(dims);
            Tensor sums = unset(dims);
            REFERENCE.sumTo(x, sum);
            backend().sumTo(x, sums);
            Close.nearSum(sum, sums, Tensor.full(rows * cols, dims), Close.SUM);
        }
    }

    /** Few entries, so that what is added to a row comes from all over, and many, so that most get nothing. */
    @Property(tries = 8)
    default void manyIdsAgreeWithTheReference(
            @ForAll(supplier = Beyond.class) int rows, @ForAll boolean few, @ForAll(supplier = Beyond.class) int cols,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int entries = few ? 3 : 500;
        Tensor dy = random(rng, rows, cols);
        int[] ids = Conformance.indices(rng, rows, 0, entries);
        Tensor expected = random(rng, entries, cols);
        Tensor actual = expected.copy();
        REFERENCE.scatterAdd(dy, ids, expected);
        backend().scatterAdd(dy, ids, actual);
        Close.sameBits(expected, actual);
    }

    @Property(tries = TRIES)
    default void manyDimensionsAgreeWithTheReference(@ForAll BinaryOp op, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int[] full = new int[1 + rng.nextInt(8)];
        for (int i = 0; i < full.length; i++) {
            full[i] = 1 + rng.nextInt(4);
        }
        Tensor a = random(rng, ElementsConformance.narrowed(rng, full));
        Tensor b = random(rng, ElementsConformance.narrowed(rng, full));
        int[] dims = Shape.broadcast(a.shape(), b.shape()).toArray();
        Tensor expected = unset(dims);
        Tensor actual = unset(dims);
        REFERENCE.zip(op, a, b, expected);
        backend().zip(op, a, b, actual);
        Close.sameBits(expected, actual);
        Tensor x = random(rng, full);
        Tensor sum = unset(ElementsConformance.narrowed(rng, full));
        Tensor sums = sum.copy();
        REFERENCE.sumTo(x, sum);
        backend().sumTo(x, sums);
        Close.nearSum(sum, sums, Tensor.full(x.size(), sum.shape().toArray()), Close.SUM);
    }

    @Property(tries = 12)
    default void wideHeadsAgreeWithTheReference(@ForAll(supplier = WideHeadDim.class) int headDim, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int first = 1 + rng.nextInt(70);
        AttentionShape shape = new AttentionShape(2, 1, headDim);
        Packed batch = Packed.random(rng, shape, 0, first, first, first + 1 + rng.nextInt(70));
        isTheSameFromACache(batch, agreesWithTheReference(rng, batch));
    }

    /** With so many sequences tasks take several heads, here 4 or 5 of 7, and the last what is left. */
    @Property(tries = 6)
    default void manySequencesAgreeWithTheReference(@ForAll @IntRange(min = 1, max = 7) int headDim, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int[] offsets = new int[21 + rng.nextInt(8)];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + 1 + rng.nextInt(4);
        }
        Packed batch = Packed.random(rng, new AttentionShape(7, 7, headDim), offsets);
        agreesWithTheReference(rng, batch);
    }

    @Property(tries = 2)
    default void aLongCacheIsTheSameBits(@ForAll long seed) {
        Packed batch = Packed.random(Rng.of(seed), new AttentionShape(1, 1, 5), 0, 1100);
        Tensor[] expected = batch.attend(REFERENCE);
        Tensor[] actual = batch.attend(backend());
        Close.near(expected[0], actual[0], Close.SUM);
        Close.near(expected[1], actual[1], Close.SUM);
        isTheSameFromACache(batch, actual[0]);
    }

    /** Query heads of one key-value head go through tiles of 8, 4 and 1 rows, and go on after the first block of positions. */
    @Property(tries = 16)
    default void aLongCacheOfGroupsIsTheSameBits(@ForAll @IntRange(min = 2, max = 9) int groups,
            @ForAll @IntRange(min = 1, max = 40) int headDim, @ForAll long seed) {
        Packed batch = Packed.random(Rng.of(seed), new AttentionShape(groups, 1, headDim), 0, 150);
        isTheSameFromACache(batch, batch.attend(backend())[0]);
    }

    private Tensor agreesWithTheReference(Rng rng, Packed batch) {
        Tensor[] expected = batch.attend(REFERENCE);
        Tensor[] actual = batch.attend(backend());
        Close.near(expected[0], actual[0], Close.SUM);
        Close.near(expected[1], actual[1], Close.SUM);
        Tensor dout = Tensor.gaussian(rng.split("dout"), 1, batch.q().shape().toArray());
        Tensor[] gradients = AttentionConformance.backward(REFERENCE, batch, expected, dout);
        Tensor[] same = AttentionConformance.backward(backend(), batch, expected, dout);
        for (int i = 0; i < gradients.length; i++) {
            Close.near(gradients[i], same[i], Close.CHAIN);
        }
        return actual[0];
    }

    private void isTheSameFromACache(Packed batch, Tensor out) {
        Tensor[] cache = AttentionConformance.cache(backend(), batch, batch.sequences());
        Tensor cached = unset(batch.q().shape().toArray());
        backend().cachedAttention(batch.q(), batch.sequences(), batch.positions(), batch.shape(), cache[0], cache[1], cached);
        Close.sameBits(out, cached);
    }
}
