package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;
import org.soarj.tensor.backend.UnaryOp;
import org.soarj.tensor.reference.ReferenceBackend;

/** The same bits for any number of threads, on work that is large enough to be shared out. */
class CpuBackendThreadsTest {

    private static void sameForAnyThreads(Function<Backend, Tensor[]> work) {
        try (Backend one = new CpuBackend(1)) {
            Tensor[] expected = work.apply(one);
            for (int threads : new int[] {2, 3, 8}) {
                try (Backend several = new CpuBackend(threads)) {
                    Tensor[] actual = work.apply(several);
                    for (int i = 0; i < expected.length; i++) {
                        Close.sameBits(expected[i], actual[i]);
                    }
                }
            }
        }
    }

    private static Tensor random(Rng rng, int... dims) {
        return Tensor.gaussian(rng, 1, dims);
    }

    @Property(tries = 6)
    void productsAreTheSame(@ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = transposeA ? random(rng, 130, 220) : random(rng, 220, 130);
        Tensor b = transposeB ? random(rng, 170, 130) : random(rng, 130, 170);
        sameForAnyThreads(backend -> {
            Tensor c = Tensor.zeros(220, 170);
            backend.matmul(a, transposeA, b, transposeB, 0.5f, 0, c);
            return new Tensor[] {c};
        });
    }

    @Property(tries = 6)
    void rowsAndSumsAreTheSame(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, 300, 190);
        Tensor dy = random(rng, 300, 190);
        Tensor weight = random(rng, 190);
        int[] ids = new int[300];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = rng.nextInt(9);
        }
        sameForAnyThreads(backend -> {
            Tensor softmax = Tensor.zeros(300, 190);
            Tensor norm = Tensor.zeros(300, 190);
            Tensor rstd = Tensor.zeros(300);
            Tensor dx = Tensor.zeros(300, 190);
            Tensor dweight = Tensor.zeros(190);
            Tensor sums = Tensor.zeros(190);
            backend.softmax(x, softmax);
            backend.rmsNorm(x, weight, 1e-5f, norm, rstd);
            backend.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
            backend.sumTo(x, sums);
            Tensor rowSums = Tensor.zeros(300, 1);
            Tensor all = Tensor.zeros(1);
            Tensor squares = Tensor.zeros(1);
            Tensor table = Tensor.zeros(9, 190);
            backend.sumTo(x, rowSums);
            backend.sumTo(x, all);
            squares.put(0, (float) backend.sumOfSquares(x));
            backend.scatterAdd(x, ids, table);
            return new Tensor[] {softmax, norm, rstd, dx, dweight, sums, rowSums, all, squares, table};
        });
    }

    @Property(tries = 200)
    void aSumWithoutVectorsHasTheSameBits(@ForAll @IntRange(max = 400) int n, @ForAll long seed) {
        float[] x = random(Rng.of(seed), n).toArray();
        float[] work = new float[64];
        Arrays.fill(work, Float.NaN);
        float[] lanes = new float[Lanes.SUM_LANES];
        Lanes.sum(x, 0, n, lanes);
        float sum = Lanes.plainSum(x, 0, n, work);
        assertEquals(sum, Lanes.fold(lanes, 0));
        assertEquals(sum, Lanes.tree(lanes, 0));
    }

    /** 82 chunks, of which a task takes two; the last is not full. */
    @Example
    void tasksOfSeveralChunksAgreeWithTheReference() {
        Rng rng = Rng.of(5);
        Tensor x = random(rng, 7001, 190);
        Tensor dy = random(rng, 7001, 190);
        Tensor weight = random(rng, 190);
        try (Backend backend = new CpuBackend(2)) {
            Tensor[] expected = ofManyRows(new ReferenceBackend(), x, dy, weight);
            Tensor[] actual = ofManyRows(backend, x, dy, weight);
            for (int i = 0; i < expected.length; i++) {
                Tensor added = Tensor.full((float) x.size() / expected[i].size(), expected[i].shape().toArray());
                Close.nearSum(expected[i], actual[i], added, Close.CHAIN);
            }
            double squares = new ReferenceBackend().sumOfSquares(x);
            assertEquals(squares, backend.sumOfSquares(x), 1e-12 * squares);
        }
    }

    private static Tensor[] ofManyRows(Backend backend, Tensor x, Tensor dy, Tensor weight) {
        int rows = x.rows();
        int cols = x.cols();
        Tensor tanh = Tensor.zeros(rows, cols);
        Tensor norm = Tensor.zeros(rows, cols);
        Tensor rstd = Tensor.zeros(rows);
        Tensor dx = Tensor.zeros(rows, cols);
        Tensor dweight = Tensor.zeros(cols);
        Tensor ofColumns = Tensor.zeros(cols);
        Tensor ofRows = Tensor.zeros(rows, 1);
        Tensor ofAll = Tensor.zeros(1);
        Tensor sum = Tensor.zeros(rows, cols);
        backend.map(UnaryOp.TANH, x, tanh);
        sum.copyFrom(dy);
        backend.addScaled(0.5f, x, sum);
        backend.rmsNorm(x, weight, 1e-5f, norm, rstd);
        backend.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        backend.sumTo(x, ofColumns);
        backend.sumTo(x, ofRows);
        backend.sumTo(x, ofAll);
        return new Tensor[] {tanh, norm, rstd, dx, dweight, ofColumns, ofRows, ofAll, sum};
    }

    @Property(tries = 6)
    void attentionIsTheSame(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        AttentionShape shape = new AttentionShape(6, 2, 16);
        int[] offsets = {0, 70, 71, 150};
        Tensor q = random(rng, 150, 96);
        Tensor k = random(rng, 150, 32);
        Tensor v = random(rng, 150, 32);
        Tensor dout = random(rng, 150, 96);
        sameForAnyThreads(backend -> {
            Tensor out = Tensor.zeros(150, 96);
            Tensor lse = Tensor.zeros(150, 6);
            Tensor dq = Tensor.zeros(150, 96);
            Tensor dk = Tensor.zeros(150, 32);
            Tensor dv = Tensor.zeros(150, 32);
            backend.attention(q, k, v, offsets, shape, out, lse);
            backend.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
            return new Tensor[] {out, lse, dq, dk, dv};
        });
    }

    @Property(tries = 3)
    void aLongSequenceIsTheSame(@ForAll long seed) {
        Rng rng = Rng.of(seed);
        AttentionShape shape = new AttentionShape(2, 1, 16);
        int[] offsets = {0, 30, 430};
        Tensor q = random(rng, 430, 32);
        Tensor k = random(rng, 430, 16);
        Tensor v = random(rng, 430, 16);
        Tensor dout = random(rng, 430, 32);
        sameForAnyThreads(backend -> {
            Tensor out = Tensor.zeros(430, 32);
            Tensor lse = Tensor.zeros(430, 2);
            Tensor dq = Tensor.zeros(430, 32);
            Tensor dk = Tensor.zeros(430, 16);
            Tensor dv = Tensor.zeros(430, 16);
            backend.attention(q, k, v, offsets, shape, out, lse);
            backend.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
            return new Tensor[] {out, lse, dq, dk, dv};
        });
    }

    /** What a call is made of belongs to its thread: callers of one backend do not meet. */
    @Example
    void callersAtTheSameTimeGetTheSame() throws Exception {
        try (Backend backend = new CpuBackend(2); ExecutorService callers = Executors.newFixedThreadPool(3)) {
            Map<String, Long> expected = KernelDigests.of(backend);
            List<Callable<Map<String, Long>>> work = Collections.nCopies(6, () -> KernelDigests.of(backend));
            for (Future<Map<String, Long>> digests : callers.invokeAll(work)) {
                assertEquals(expected, digests.get());
            }
        }
    }

    /** Every kernel of {@link KernelDigests} in turn on one backend, whose scratch the one before has left full. */
    @Example
    void everyKernelIsTheSameWithScratchThatOthersUsed() {
        try (Backend one = new CpuBackend(1); Backend three = new CpuBackend(3)) {
            Map<String, Long> expected = KernelDigests.of(one);
            assertEquals(expected, KernelDigests.of(one));
            assertEquals(expected, KernelDigests.of(three));
        }
    }
}
