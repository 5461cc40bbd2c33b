package org.soarj.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The sizes of a tensor, outermost first. Immutable; a scalar has rank 0 and size 1. */
public final class Shape {
    private final int[] dims;
    private final int size;

    private Shape(int[] dims) {
        this.dims = dims;
        long product = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new ShapeException("shape: sizes must be 0 or more, got " + text(dims));
            }
            product *= dim;
            if (product > Integer.MAX_VALUE - 8) {
                throw new ShapeException(
                        "shape: " + text(dims) + " has more elements than one Java array can hold (2^31-9); split it");
            }
        }
        this.size = (int) product;
    }

    /** The shape with these sizes. */
    public static Shape of(int... dims) {
        return new Shape(dims.clone());
    }

    /** Number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** Size of dimension {@code i}; negative counts from the end, so {@code dim(-1)} is the innermost. */
    public int dim(int i) {
        int index = i < 0 ? i + dims.length : i;
        if (index < 0 || index >= dims.length) {
            throw new ShapeException("shape: dimension " + i + " asked of " + this + ", which has rank " + dims.length);
        }
        return dims[index];
    }

    /** Columns when read as a matrix: the innermost size, 1 for a scalar. */
    public int cols() {
        return dims.length == 0 ? 1 : dims[dims.length - 1];
    }

    /** Rows when read as a matrix: the product of all sizes but the innermost. */
    public int rows() {
        int rows = 1;
        for (int i = 0; i < dims.length - 1; i++) {
            rows *= dims[i];
        }
        return rows;
    }

    /** A copy of the sizes. */
    public int[] toArray() {
        return dims.clone();
    }

    /**
     * The shape that both broadcast to, by NumPy's rule: aligned at the innermost dimension, sizes equal or one of them 1.
     *
     * @throws ShapeException when they do not fit
     */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] out = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int da = i <= a.rank() ? a.dim(-i) : 1;
            int db = i <= b.rank() ? b.dim(-i) : 1;
            if (da != db && da != 1 && db != 1) {
                throw new ShapeException("broadcast: " + a + " and " + b + " do not fit: sizes " + da + " and " + db
                        + " meet, which must be equal or one of them 1");
            }
            out[rank - i] = da == 1 ? db : da;
        }
        return new Shape(out);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(dims, that.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** {@code (2,3,64)}. */
    @Override
    public String toString() {
        return text(dims);
    }

    private static String text(int[] dims) {
        return Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining(",", "(", ")"));
    }
}
