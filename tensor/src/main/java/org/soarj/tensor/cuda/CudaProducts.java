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
 * widened to floats instead.
 */
final class CudaProducts {
    private final DevicePool pool;
    private final KernelLaunch kernel;
    private final boolean tf32;

    CudaProducts(DevicePool pool, KernelLaunch kernel, boolean tf32) {
        this.pool = pool;
        this.kernel = kernel;
        this.tf32 = tf32;
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
            ((DeviceBlock) c.writeIn(pool)).fill(0f, c.size());
            return;
        }
        DeviceBlock work = null;
        DType inputs = b.dtype();
        long left = address(a);
        long right = address(b);
        if (inputs == DType.F16 && !transposeB) {
            work = pool.allocate((long) Float.BYTES * b.size());
            kernel.of("widenF16").number(right).block(work).elements(b.size());
            right = work.address();
            inputs = DType.F32;
        } else if (inputs != DType.F32) {
            work = pool.allocate((long) inputs.bytes() * a.size());
            kernel.of(inputs == DType.BF16 ? "narrowBf16" : "narrowF16").number(left).block(work).elements(a.size());
            left = work.address();
        }
        if (beta != 0) {
            c.readIn(pool);
        }
        long result = ((DeviceBlock) c.writeIn(pool)).address();
        ColumnMajorProduct product = new ColumnMajorProduct(inputs, tf32, n, m, k, alpha,
                operand(right, transposeB, b, batches), operand(left, transposeA, a, batches), beta,
                operand(result, false, c, batches), batches);
        pool.compute(() -> pool.device().gemm(product));
        if (work != null) {
            work.release();
        }
    }

    private long address(Tensor x) {
        return ((DeviceBlock) x.readIn(pool)).address();
    }

    private static Operand operand(long address, boolean transposed, Tensor x, int batches) {
        return new Operand(address, transposed, Math.max(1, x.cols()), x.size() / batches);
    }
}
