package org.soarj.tensor.cuda;

import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.KernelShapes;
import org.soarj.tensor.backend.RowChooser;

/** Launches the kernel that chooses from rows of scores, and reads its choices. */
final class CudaChooser implements RowChooser {
    /** Indices that a float holds exactly. */
    private static final int MOST_CHOICES = 1 << 24;

    private final DevicePool pool;
    private final KernelLaunch kernel;

    CudaChooser(DevicePool pool, KernelLaunch kernel) {
        this.pool = pool;
        this.kernel = kernel;
    }

    @Override
    public void choose(Tensor scores, double[] draws, int[] chosen) {
        KernelShapes.choose(scores, draws, chosen);
        ShapeException.require(scores.cols() <= MOST_CHOICES, "choose: the cuda backend chooses from up to %d scores, got %s",
                MOST_CHOICES, scores.shape());
        int rows = draws.length;
        float[] indices = new float[rows];
        synchronized (pool) {
            DeviceBlock block = pool.allocate((long) Float.BYTES * rows);
            kernel.of("chooseRow").read(scores).indices(bits(draws)).block(block).number(scores.cols()).rows(rows);
            block.download(indices, 0, rows);
            block.release();
        }
        for (int i = 0; i < rows; i++) {
            chosen[i] = (int) indices[i];
        }
    }

    /** The bits of doubles as a card reads them: the lower half first. */
    private static int[] bits(double[] numbers) {
        int[] bits = new int[2 * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            long all = Double.doubleToRawLongBits(numbers[i]);
            bits[2 * i] = (int) all;
            bits[2 * i + 1] = (int) (all >>> Integer.SIZE);
        }
        return bits;
    }
}
