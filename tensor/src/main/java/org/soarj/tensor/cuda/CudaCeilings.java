package org.soarj.tensor.cuda;

import java.util.Arrays;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Ceilings;

/** The ceilings of a card: the best that cuBLAS does with a large product, and copies within its memory. */
final class CudaCeilings implements Ceilings {
    private static final int SIDE = 4096;
    private static final int ROUNDS = 10;
    /** Bytes that a round copies at least, so that what a launch costs does not show. */
    private static final long ROUND_BYTES = 4L << 30;

    private final Backend backend;
    /** Operands of the product, made when it is first asked for: that takes longer than the product. */
    private Tensor a;
    private Tensor b;

    /** @param backend the card, which is closed with this */
    CudaCeilings(Backend backend) {
        this.backend = backend;
    }

    @Override
    public double multiplyAddRate() {
        if (a == null) {
            // Not zeros, for which a card needs less power and is faster than with any model.
            a = Tensor.gaussian(Rng.of(1), 1, SIDE, SIDE);
            b = Tensor.gaussian(Rng.of(2), 1, SIDE, SIDE);
        }
        Tensor c = backend.empty(Shape.of(SIDE, SIDE));
        double seconds = rounds(() -> backend.matmul(a, false, b, true, 1f, 0f, c))[0];
        backend.recycle(c);
        return 2.0 * SIDE * SIDE * SIDE / seconds / 1e9;
    }

    @Override
    public double copyRate(int floats) {
        Tensor from = backend.zeros(Shape.of(floats));
        Tensor to = backend.zeros(Shape.of(floats));
        long bytes = 2L * Float.BYTES * Math.max(1, floats);
        long copies = Math.ceilDiv(ROUND_BYTES, bytes);
        double seconds = rounds(() -> {
            for (long i = 0; i < copies; i++) {
                to.copyFrom(from);
            }
        })[ROUNDS / 2];
        backend.recycle(from);
        backend.recycle(to);
        return bytes * copies / seconds / 1e9;
    }

    /** A card's copies and kernels store alike. */
    @Override
    public double loopCopyRate(int floats) {
        return copyRate(floats);
    }

    /** What a copy moves: the bytes that are read and those that are written go the same way. */
    @Override
    public double readRate(int floats) {
        return copyRate(floats);
    }

    /** Seconds of each round, ascending. */
    private double[] rounds(Runnable work) {
        double[] seconds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            backend.await();
            long start = System.nanoTime();
            work.run();
            backend.await();
            seconds[round] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        return seconds;
    }

    @Override
    public void close() {
        backend.close();
    }
}
