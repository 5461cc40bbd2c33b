package org.soarj.tensor.backend;

import java.util.Arrays;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/**
 * A random packed batch for attention: sequences of different lengths laid end to end, some of them empty.
 *
 * @param q (N, H*D)
 * @param k (N, K*D)
 * @param v (N, K*D)
 */
record Packed(AttentionShape shape, int[] offsets, Tensor q, Tensor k, Tensor v) {
    /** Lengths on, under and over the tiles and blocks that a backend may cut a sequence into. */
    private static final int[] EDGES = {15, 16, 17, 63, 64, 65, 127, 128, 129, 140, 192, 193, 257};

    static Packed random(Rng rng, int sequences, AttentionShape shape) {
        int[] offsets = new int[sequences + 1];
        for (int i = 0; i < sequences; i++) {
            int length = switch (rng.nextInt(6)) {
                case 0 -> EDGES[rng.nextInt(EDGES.length)];
                case 1 -> i == 0 ? 1 : 0;
                default -> 1 + rng.nextInt(20);
            };
            offsets[i + 1] = offsets[i] + length;
        }
        return random(rng, shape, offsets);
    }

    /** A batch of sequences that begin at these rows; the last number is that of all rows. */
    static Packed random(Rng rng, AttentionShape shape, int... offsets) {
        int rows = offsets[offsets.length - 1];
        return new Packed(shape, offsets,
                Tensor.gaussian(rng, 1, rows, shape.heads() * shape.headDim()),
                Tensor.gaussian(rng, 1, rows, shape.kvHeads() * shape.headDim()),
                Tensor.gaussian(rng, 1, rows, shape.kvHeads() * shape.headDim()));
    }

    int rows() {
        return offsets[offsets.length - 1];
    }

    /** The first {@code length} rows of one sequence, as a batch of its own. */
    Packed prefix(int sequence, int length) {
        int from = offsets[sequence];
        return new Packed(shape, new int[] {0, length}, Conformance.rows(q, from, from + length),
                Conformance.rows(k, from, from + length), Conformance.rows(v, from, from + length));
    }

    /** The sequence that each row belongs to. */
    int[] sequences() {
        int[] sequences = new int[rows()];
        for (int i = 0; i < offsets.length - 1; i++) {
            Arrays.fill(sequences, offsets[i], offsets[i + 1], i);
        }
        return sequences;
    }

    /** The position of each row in its sequence. */
    int[] positions() {
        int[] sequences = sequences();
        int[] positions = new int[rows()];
        for (int row = 0; row < positions.length; row++) {
            positions[row] = row - offsets[sequences[row]];
        }
        return positions;
    }

    /** Positions that a cache line needs for the longest sequence, rounded up. */
    int cacheLength() {
        int longest = Arrays.stream(positions()).max().orElse(0) + 1;
        return Math.ceilDiv(longest, KernelShapes.CACHE_MULTIPLE) * KernelShapes.CACHE_MULTIPLE;
    }

    /** What {@code backend} makes of this batch: out and lse. */
    Tensor[] attend(Backend backend) {
        Tensor out = Tensor.full(Float.NaN, q.shape().toArray());
        Tensor lse = Tensor.full(Float.NaN, rows(), shape.heads());
        backend.attention(q, k, v, offsets, shape, out, lse);
        return new Tensor[] {out, lse};
    }
}
