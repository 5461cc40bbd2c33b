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
 * widened to floats instead. Two matrices of floats are both rounded to BF16 where {@link FloatProducts} says so.
 */
final class CudaProducts {
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
            ((DeviceBlock) c.writeIn(pool)).fill(0f, c.size());
            return;
        }
        DType inputs = inputs(b, transposeB);
        DeviceBlock left = in(inputs, a);
        DeviceBlock right = in(inputs, b);
        if (beta != 0) {
            c.readIn(pool);
        }
        long result = ((DeviceBlock) c.writeIn(pool)).address();
        ColumnMajorProduct product = new ColumnMajorProduct(inputs, rounding == FloatProducts.TF32, n, m, k, alpha,
                operand(right.address(), transposeB, b, batches), operand(left.address(), transposeA, a, batches), beta,
                operand(result, false, c, batches), batches);
        pool.compute(() -> pool.device().gemm(product));
        releaseUnless(a.dtype() == inputs, left);
        releaseUnless(b.dtype() == inputs, right);
    }

    /** The type in which a tensor of floats meets b. */
    private DType inputs(Tensor b, boolean transposeB) {
        return switch (b.dtype()) {
            case F32 -> rounding == FloatProducts.BF16 ? DType.BF16 : DType.F32;
            case F16 -> transposeB ? DType.F16 : DType.F32;
            default -> b.dtype();
        };
    }

    /** The numbers of x in this type: its own block where they are of it, else a new one. */
    private DeviceBlock in(DType type, Tensor x) {
        if (x.dtype() == type) {
            return (DeviceBlock) x.readIn(pool);
        }
        String name = type == DType.F32 ? "widenF16" : type == DType.BF16 ? "narrowBf16" : "narrowF16";
        DeviceBlock converted = pool.allocate((long) type.bytes() * x.size());
        kernel.of(name).read(x).block(converted).elements(x.size());
        return converted;
    }

    private static void releaseUnless(boolean own, DeviceBlock block) {
        if (!own) {
            block.release();
        }
    }

    private static Operand operand(long address, boolean transposed, Tensor x, int batches) {
        return new Operand(address, transposed, Math.max(1, x.cols()), x.size() / batches);
    }
}
