package org.soarj.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The sizes of a tensor, outermost first. Immutable; a scalar has rank 0 and size 1. */
public final class Shape {
    /** Elements that a tensor can have: as many as one Java array, less those before the first. */
    static final int MOST = Integer.MAX_VALUE - 8 - Tensor.FIRST;
    /** Shapes that {@link #withCols} keeps of those that differ in the innermost size alone. */
    private static final int KEPT_WIDTHS = 8;

    private final int[] dims;
    private final int size;
    /**
     * This shape and shapes that differ from it in the innermost size alone, or null. Threads may add to it at the same time or
     * find it half filled: what is missing is made again.
     */
    private Shape[] widths;

    private Shape(int[] dims, Shape[] widths) {
        this.dims = dims;
        this.widths = widths;
        long product = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new ShapeException("shape: sizes must be 0 or more, got " + text(dims));
            }
            product *= dim;
            if (product > MOST) {
                throw new ShapeException(
                        "shape: " + text(dims) + " has more elements than a tensor can hold (2^31-21); split it");
            }
        }
        this.size = (int) product;
    }

    /** The shape with these sizes. */
    public static Shape of(int... dims) {
        return new Shape(dims.clone(), null);
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

    /**
     * The shape with {@code cols} as its innermost size; (cols) for a scalar. The layers of a model ask for the same few widths
     * again and again, so a shape remembers some of those that were made of it or that it was made of.
     */
    public Shape withCols(int cols) {
        if (dims.length > 0 && cols == cols()) {
            return this;
        }
        Shape[] known = widths;
        if (known == null) {
            known = new Shape[] {this};
        }
        for (Shape shape : known) {
            if (shape != null && shape.cols() == cols) {
                return shape;
            }
        }
        int[] other = dims.length == 0 ? new int[1] : dims.clone();
        other[other.length - 1] = cols;
        if (dims.length == 0 || known.length == KEPT_WIDTHS) {
            return new Shape(other, null);
        }
        Shape[] all = Arrays.copyOf(known, known.length + 1);
        Shape shape = new Shape(other, all);
        all[known.length] = shape;
        widths = all;
        return shape;
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
        if (a.equals(b)) {
            return a;
        }
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
        return new Shape(out, null);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Shape that && Arrays.equals(dims, that.dims);
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
