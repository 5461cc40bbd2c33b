package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.Conformance.unset;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/** Attention with grouped queries over ragged batches, and the cache that must not be told from it. */
interface AttentionConformance extends Conformance {
    /** Numbers that a cache still holds from an earlier sequence. */
    float STALE = 1e4f;

    final class HeadDim implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(1, 2, 3, 7, 8, 16, 17, 33, 64);
        }
    }

    private static Packed packed(long seed, int sequences, int kvHeads, int groups, int headDim) {
        return Packed.random(Rng.of(seed), sequences, new AttentionShape(kvHeads * groups, kvHeads, headDim));
    }

    @Property(tries = TRIES)
    default void attentionAgreesWithTheReference(
            @ForAll(supplier = Count.class) int sequences, @ForAll(supplier = Count.class) int kvHeads,
            @ForAll(supplier = Count.class) int groups, @ForAll(supplier = HeadDim.class) int headDim,
            @ForAll long seed) {
        Packed batch = packed(seed, sequences, kvHeads, groups, headDim);
        Tensor[] expected = batch.attend(REFERENCE);
        Tensor[] actual = batch.attend(backend());
        Close.near(expected[0], actual[0], Close.SUM);
        Close.near(expected[1], actual[1], Close.SUM);
    }

    @Property(tries = TRIES / 2)
    default void attentionBackwardAgreesWithTheReference(
            @ForAll(supplier = Count.class) int sequences, @ForAll(supplier = Count.class) int kvHeads,
            @ForAll(supplier = Count.class) int groups, @ForAll(supplier = HeadDim.class) int headDim,
            @ForAll long seed) {
        Packed batch = packed(seed, sequences, kvHeads, groups, headDim);
        Tensor[] forward = batch.attend(REFERENCE);
        Tensor dout = Tensor.gaussian(Rng.of(seed).split("dout"), 1, batch.q().shape().toArray());
        Tensor[] expected = backward(REFERENCE, batch, forward, dout);
        Tensor[] actual = backward(backend(), batch, forward, dout);
        for (int i = 0; i < expected.length; i++) {
            Close.near(expected[i], actual[i], Close.CHAIN);
        }
    }

    static Tensor[] backward(Backend backend, Packed batch, Tensor[] forward, Tensor dout) {
        Tensor dq = unset(batch.q().shape().toArray());
        Tensor dk = unset(batch.k().shape().toArray());
        Tensor dv = unset(batch.v().shape().toArray());
        backend.attentionBackward(batch.q(), batch.k(), batch.v(), batch.offsets(), batch.shape(), forward[0], forward[1],
                dout, dq, dk, dv);
        return new Tensor[] {dq, dk, dv};
    }

    @Property(tries = TRIES)
    default void cacheWriteAgreesWithTheReference(
            @ForAll(supplier = Count.class) int sequences, @ForAll(supplier = Count.class) int kvHeads,
            @ForAll(supplier = HeadDim.class) int headDim, @ForAll long seed) {
        Packed batch = packed(seed, sequences, kvHeads, 1, headDim);
        Tensor[] expected = cache(REFERENCE, batch, batch.sequences());
        Tensor[] actual = cache(backend(), batch, batch.sequences());
        Close.sameBits(expected[0], actual[0]);
        Close.sameBits(expected[1], actual[1]);
    }

    static Tensor[] cache(Backend backend, Packed batch, int[] slots) {
        int lines = batch.offsets().length;
        AttentionShape shape = batch.shape();
        Tensor keys = Tensor.full(STALE, lines, shape.kvHeads(), shape.headDim(), batch.cacheLength());
        Tensor values = Tensor.full(STALE, lines, shape.kvHeads(), batch.cacheLength(), shape.headDim());
        backend.cacheWrite(batch.k(), batch.v(), slots, batch.positions(), shape, keys, values);
        return new Tensor[] {keys, values};
    }

    @Property(tries = TRIES)
    default void cachedAttentionAgreesWithTheReference(
            @ForAll(supplier = Count.class) int sequences, @ForAll(supplier = Count.class) int kvHeads,
            @ForAll(supplier = Count.class) int groups, @ForAll(supplier = HeadDim.class) int headDim,
            @ForAll long seed) {
        Packed batch = packed(seed, sequences, kvHeads, groups, headDim);
        Tensor[] cache = cache(REFERENCE, batch, batch.sequences());
        Tensor expected = unset(batch.q().shape().toArray());
        Tensor actual = unset(batch.q().shape().toArray());
        REFERENCE.cachedAttention(batch.q(), batch.sequences(), batch.positions(), batch.shape(), cache[0], cache[1], expected);
        backend().cachedAttention(batch.q(), batch.sequences(), batch.positions(), batch.shape(), cache[0], cache[1], actual);
        Close.near(expected, actual, Close.SUM);
    }

    /** What makes the log-probabilities of a rollout those of training: rows in any order and number, lines in any slot. */
    @Property(tries = TRIES)
    default void aCachedRowIsTheSameBitsAsInTheWholeBatch(
            @ForAll(supplier = Count.class) int sequences, @ForAll(supplier = Count.class) int kvHeads,
            @ForAll(supplier = Count.class) int groups, @ForAll(supplier = HeadDim.class) int headDim,
            @ForAll long seed) {
        Packed batch = packed(seed, sequences, kvHeads, groups, headDim);
        Tensor whole = batch.attend(backend())[0];
        int[] slots = batch.sequences();
        for (int i = 0; i < slots.length; i++) {
            slots[i] = sequences - slots[i];
        }
        Tensor[] cache = cache(backend(), batch, slots);
        Rng rng = Rng.of(seed).split("rows");
        int count = 1 + rng.nextInt(6);
        Tensor some = unset(count, batch.q().cols());
        Tensor queries = unset(count, batch.q().cols());
        int[] rows = Conformance.indices(rng, count, 0, batch.rows());
        int[] rowSlots = new int[count];
        int[] rowPositions = new int[count];
        for (int i = 0; i < count; i++) {
            rowSlots[i] = slots[rows[i]];
            rowPositions[i] = batch.positions()[rows[i]];
        }
        REFERENCE.gather(batch.q(), rows, queries);
        backend().cachedAttention(queries, rowSlots, rowPositions, batch.shape(), cache[0], cache[1], some);
        Tensor expected = unset(count, batch.q().cols());
        REFERENCE.gather(whole, rows, expected);
        Close.sameBits(expected, some);
    }

    @Property(tries = TRIES)
    default void theStartOfASequenceIsTheSameBitsAlone(
            @ForAll(supplier = Count.class) int sequences, @ForAll(supplier = Count.class) int kvHeads,
            @ForAll(supplier = Count.class) int groups, @ForAll(supplier = HeadDim.class) int headDim,
            @ForAll long seed) {
        Packed batch = packed(seed, sequences, kvHeads, groups, headDim);
        Tensor[] whole = batch.attend(backend());
        Rng rng = Rng.of(seed).split("prefix");
        int sequence = batch.sequences()[rng.nextInt(batch.rows())];
        int from = batch.offsets()[sequence];
        int length = 1 + rng.nextInt(batch.offsets()[sequence + 1] - from);
        Tensor[] alone = batch.prefix(sequence, length).attend(backend());
        for (int i = 0; i < alone.length; i++) {
            Close.sameBits(Conformance.rows(whole[i], from, from + length), alone[i]);
        }
    }

    /** Among its like or alone, where a backend may cut it into other tasks: the gradients of a sequence are the same bits. */
    @Property(tries = 4)
    default void theGradientsOfALongSequenceAreTheSameBitsAlone(
            @ForAll(supplier = Count.class) int kvHeads, @ForAll(supplier = Count.class) int groups, @ForAll long seed) {
        int length = 300;
        AttentionShape shape = new AttentionShape(kvHeads * groups, kvHeads, 12);
        Packed batch = Packed.random(Rng.of(seed), shape, 0, length, length, 2 * length, 3 * length, 4 * length, 5 * length);
        Tensor dout = Tensor.gaussian(Rng.of(seed).split("dout"), 1, batch.q().shape().toArray());
        Tensor[] whole = backward(backend(), batch, batch.attend(backend()), dout);
        Packed alone = batch.prefix(0, length);
        Tensor[] first = backward(backend(), alone, alone.attend(backend()), Conformance.rows(dout, 0, length));
        Tensor[] expected = backward(REFERENCE, alone, alone.attend(REFERENCE), Conformance.rows(dout, 0, length));
        for (int i = 0; i < first.length; i++) {
            Close.sameBits(Conformance.rows(whole[i], 0, length), first[i]);
            Close.near(expected[i], first[i], Close.CHAIN);
        }
    }
}
