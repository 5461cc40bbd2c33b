package org.soarj.tensor.cuda;

import org.soarj.tensor.DType;

/**
 * c = alpha op(a) op(b) + beta c for each of some matrices, as BLAS says it: column-major, op(a) (m,k), op(b) (k,n), c (m,n).
 * c is F32, and so are the sums.
 *
 * @param inputs the type of a and b: F32, BF16 or F16
 * @param tf32 whether F32 inputs may be rounded to TF32, 11 bits of precision
 */
record ColumnMajorProduct(DType inputs, boolean tf32, int m, int n, int k, float alpha, Operand a, Operand b, float beta,
                          Operand c, int batches) {
    /**
     * One of the three.
     *
     * @param leading numbers from one column, as it is stored, to the next
     * @param stride numbers from one matrix to the next
     */
    record Operand(long address, boolean transposed, int leading, long stride) {}
}
