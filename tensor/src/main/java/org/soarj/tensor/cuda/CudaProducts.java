package org.soarj.tensor.cuda;

import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.cuda.ColumnMajorProduct.Operand;

/**
 * Products of row-major matrices by a library that knows column-major ones: the only place that turns one into the other.
 *
 * <p>A row-major matrix is its transpose, column-major. So c^T = op(b)^T op(a)^T is asked for, with the operands swapped and
 * their flags kept.
 *
 * <p>The library multiplies matrices of one type. With weights b of BF16, a is rounded to BF16. With weights of F16 so is a to
 * F16 in x w^T, the forward product; gradients, which come as the a of dy w, would fall below the range of F16, so there w is
 * widened to floats instead. Two matrices of floats are both rounded to BF16 where {@link FloatProducts} says so. A single row
 * x w^T is multiplied by a kernel of ours, which rounds nothing.
 */
final class CudaProducts {
    /** Rows of weights that a block of multiplyRow takes: a warp each. */
    private static final int ROWS_OF_BLOCK = 8;

    private final DevicePool pool;
    private final KernelLaunch kernel;
    private final FloatProducts rounding;

    CudaProducts(DevicePool pool, KernelLaunch kernel, FloatProducts rounding) {
        this.pool = pool;
        this.kernel = kernel;
        this.rounding = rounding;
    }

    /** c = alpha op(a) op(b) + beta c for {@code batches} matrices each; c's have {@code m} rows. */
    void product(int batches, int m, Tensor a, boolean transposeA, Tensor b, boolean transposeB, float alpha, float beta,
                 Tensor c) {
        int n = c.cols();
        int k = transposeA ? a.rows() / Math.max(1, batches) : a.cols();
        if (c.size() == 0) {
            return;
        }
        if (k == 0 && beta == 0) {
            DeviceBlock.toWrite(c, pool).fill(0f, c.size());
            return;
        }
        DType inputs = inputs(b, transposeB);
        if (m == 1 && batches == 1 && transposeB && inputs == b.dtype()) {
            multiplyRow(a, b, alpha, beta, c);
            return;
        }
        DeviceBlock left = (DeviceBlock) a.readIn(pool);
        DeviceBlock right = (DeviceBlock) b.readIn(pool);
        DeviceBlock floats = inputs == DType.F32 && b.dtype() == DType.F16 ? widened(right, b.size()) : null;
        try {
            Operand first = operand(in(inputs, left, a), transposeA, a, batches);
            Operand second = operand(floats != null ? floats : in(inputs, right, b), transposeB, b, batches);
            if (beta != 0) {
                c.readIn(pool);
            }
            Operand result = operand(DeviceBlock.toWrite(c, pool), false, c, batches);
            ColumnMajorProduct product = new ColumnMajorProduct(inputs, rounding == FloatProducts.TF32, n, m, k, alpha, second,
                    first, beta, result, batches);
            pool.compute(() -> pool.device().gemm(product));
        } finally {
            left.notBusy();
            right.notBusy();
        }
        if (floats != null) {
            floats.release();
        }
    }

    /** One row meets weights as they are stored, and is not rounded. */
    private void multiplyRow(Tensor a, Tensor b, float alpha, float beta, Tensor c) {
        kernel.of("multiplyRow", b.dtype()).read(a).read(b).number(alpha).number(beta);
        if (beta == 0) {
            kernel.write(c);
        } else {
            kernel.update(c);
        }
        kernel.number(b.cols()).number(c.cols()).grid(Math.ceilDiv(c.cols(), ROWS_OF_BLOCK), 1);
    }

    /** The type in which a tensor of floats meets b. */
    private DType inputs(Tensor b, boolean transposeB) {
        return switch (b.dtype()) {
            case F32 -> rounding == FloatProducts.BF16 ? DType.BF16 : DType.F32;
            case F16 -> transposeB ? DType.F16 : DType.F32;
            default -> b.dtype();
        };
    }

    private static DeviceBlock in(DType type, DeviceBlock own, Tensor x) {
        return x.dtype() == type ? own : own.halves(type, x.size());
    }

    private DeviceBlock widened(DeviceBlock halves, int count) {
        DeviceBlock floats = pool.allocate((long) Float.BYTES * count);
        kernel.of("widenF16").block(halves).block(floats).elements(count);
        return floats;
    }

    private static Operand operand(DeviceBlock block, boolean transposed, Tensor x, int batches) {
        return new Operand(block.address(), transposed, Math.max(1, x.cols()), x.size() / batches);
    }
}
