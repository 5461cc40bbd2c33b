package org.soarj.tensor;

/**
 * Element types of stored tensors. Only {@link #F32} computes. {@link #BF16} and {@link #F16} may also be what a
 * {@link Tensor} stores, for kernels that widen them as they read; the others are only met in files.
 */
public enum DType {
    F64(8), F32(4), F16(2), BF16(2), I64(8), I32(4), I16(2), I8(1), U64(8), U32(4), U16(2), U8(1), BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
