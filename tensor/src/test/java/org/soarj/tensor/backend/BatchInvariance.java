package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/** A row computed among some rows has the bits that it has among others: vector tails and tiles must not show. */
interface BatchInvariance extends Conformance {

    /** A kernel from rows of three inputs (N,C), with an index below C for each row, to rows of out. */
    interface RowKernel {
        void run(Backend backend, Tensor x, Tensor y, Tensor z, int[] indices, Tensor out);
    }

    /** The kernels of which every row of the output needs the same row of the inputs alone. */
    enum OfRows {
        EXP((backend, x, y, z, indices, out) -> backend.map(UnaryOp.EXP, x, out)),
        TANH((backend, x, y, z, indices, out) -> backend.map(UnaryOp.TANH, x, out)),
        SIGMOID((backend, x, y, z, indices, out) -> backend.map(UnaryOp.SIGMOID, x, out)),
        SILU((backend, x, y, z, indices, out) -> backend.map(UnaryOp.SILU, x, out)),
        SQUARE((backend, x, y, z, indices, out) -> backend.map(UnaryOp.SQUARE, x, out)),
        SILU_BACKWARD((backend, x, y, z, indices, out) -> backend.mapBackward(UnaryOp.SILU, x, y, z, out)),
        TANH_BACKWARD((backend, x, y, z, indices, out) -> backend.mapBackward(UnaryOp.TANH, x, y, z, out)),
        MUL((backend, x, y, z, indices, out) -> backend.zip(BinaryOp.MUL, x, y, out)),
        DIV((backend, x, y, z, indices, out) -> backend.zip(BinaryOp.DIV, x, y, out)),
        ADD_SCALED((backend, x, y, z, indices, out) -> {
            out.copyFrom(y);
            backend.addScaled(0.37f, x, out);
        }),
        SWIGLU((backend, x, y, z, indices, out) -> backend.swiglu(x, y, out)),
        SWIGLU_DGATE((backend, x, y, z, indices, out) -> backend.swigluBackward(x, y, z, out, z.copy())),
        SWIGLU_DUP((backend, x, y, z, indices, out) -> backend.swigluBackward(x, y, z, z.copy(), out)),
        SOFTMAX((backend, x, y, z, indices, out) -> backend.softmax(x, out)),
        SOFTMAX_BACKWARD((backend, x, y, z, indices, out) -> backend.softmaxBackward(x, y, out)),
        LOG_SOFTMAX((backend, x, y, z, indices, out) -> backend.logSoftmax(x, out)),
        LOG_SOFTMAX_BACKWARD((backend, x, y, z, indices, out) -> backend.logSoftmaxBackward(x, y, out)),
        RMS_NORM((backend, x, y, z, indices, out) ->
                backend.rmsNorm(x, weight(x), 1e-5f, out, Tensor.zeros(x.rows()))),
        RMS_NORM_BACKWARD((backend, x, y, z, indices, out) -> {
            Tensor rstd = Tensor.zeros(x.rows());
            backend.rmsNorm(x, weight(x), 1e-5f, z.copy(), rstd);
            backend.rmsNormBackward(x, weight(x), rstd, y, out, Tensor.zeros(x.cols()));
        }),
        LOG_PROB_BACKWARD((backend, x, y, z, indices, out) -> {
            Tensor logp = Tensor.zeros(x.rows());
            backend.logProb(x, indices, logp);
            backend.logProbBackward(x, indices, logp, out);
        });

        private final RowKernel kernel;

        OfRows(RowKernel kernel) {
            this.kernel = kernel;
        }

        void run(Backend backend, Tensor x, Tensor y, Tensor z, int[] indices, Tensor out) {
            kernel.run(backend, x, y, z, indices, out);
        }

        private static Tensor weight(Tensor x) {
            return random(Rng.of(x.cols()), x.cols());
        }
    }

    @Property(tries = 4 * TRIES)
    default void aRowIsTheSameBitsAlone(
            @ForAll OfRows of, @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, rows, cols);
        Tensor y = random(rng, rows, cols);
        Tensor z = random(rng, rows, cols);
        int[] indices = Conformance.indices(rng, rows, 0, cols);
        Tensor all = unset(rows, cols);
        of.run(backend(), x, y, z, indices, all);
        int from = rng.nextInt(rows);
        int to = from + 1 + rng.nextInt(rows - from);
        Tensor part = unset(to - from, cols);
        of.run(backend(), Conformance.rows(x, from, to), Conformance.rows(y, from, to),
                Conformance.rows(z, from, to), Arrays.copyOfRange(indices, from, to), part);
        Close.sameBits(Conformance.rows(all, from, to), part);
    }

    @Property(tries = TRIES)
    default void aRotatedRowIsTheSameBitsAlone(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Few.class) int half, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, rows, 4 * half);
        Tensor cos = random(rng, 50, half);
        Tensor sin = random(rng, 50, half);
        int[] positions = Conformance.indices(rng, rows, 0, 50);
        Tensor all = unset(rows, 4 * half);
        backend().rope(x, positions, cos, sin, false, all);
        int row = rng.nextInt(rows);
        Tensor alone = unset(1, 4 * half);
        backend().rope(Conformance.rows(x, row, row + 1), new int[] {positions[row]}, cos, sin, false, alone);
        Close.sameBits(Conformance.rows(all, row, row + 1), alone);
    }
}
