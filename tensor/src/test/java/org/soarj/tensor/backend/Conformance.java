package org.soarj.tensor.backend;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import org.soarj.tensor.Rng;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.reference.ReferenceBackend;

/** What the properties of all themes share: the backend in question, the reference, and the sizes they are tried on. */
interface Conformance {
    int TRIES = 80;
    Backend REFERENCE = new ReferenceBackend();

    /** The backend that must conform. */
    Backend backend();

    /** Sizes on, under and over the widths of vectors and tiles; all are edge cases, so none is tried first. */
    final class Width implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 67, 130).withoutEdgeCases();
        }
    }

    /** Numbers of rows, and widths that are multiplied by others. */
    final class Few implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 33).withoutEdgeCases();
        }
    }

    /** Small counts: batches, groups, heads. */
    final class Count implements ArbitrarySupplier<Integer> {
        @Override
        public Arbitrary<Integer> get() {
            return Arbitraries.of(1, 2, 3).withoutEdgeCases();
        }
    }

    /** Values of alpha and beta. */
    final class Factor implements ArbitrarySupplier<Float> {
        @Override
        public Arbitrary<Float> get() {
            return Arbitraries.of(0f, 1f, -1f, 0.37f).withoutEdgeCases();
        }
    }

    static Tensor random(Rng rng, int... dims) {
        return Tensor.gaussian(rng, 1, dims);
    }

    /** A tensor of no use as a start: a kernel that only writes must not let it through. */
    static Tensor unset(int... dims) {
        return Tensor.full(Float.NaN, dims);
    }

    static int[] indices(Rng rng, int count, int least, int limit) {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = least + rng.nextInt(limit - least);
        }
        return indices;
    }

    /** Numbers {@code from} to {@code to}-1 of the outermost dimension, copied. */
    static Tensor rows(Tensor x, int from, int to) {
        int[] dims = x.shape().toArray();
        int size = x.size() / dims[0];
        dims[0] = to - from;
        Tensor part = Tensor.zeros(dims);
        part.copyRows(x, RowCopy.of(part.size(), from * size, 0));
        return part;
    }
}
