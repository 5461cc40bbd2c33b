package org.soarj.tensor;

/**
 * Which floats {@link Tensor#copyRows} copies: row i from {@code from + i * fromStep} on to {@code to + i * toStep} on.
 *
 * @param rows how many
 * @param width floats of one
 * @param from where the first one begins in the source
 * @param fromStep floats from the start of one to that of the next in the source
 * @param to where the first one begins in the target
 * @param toStep floats from the start of one to that of the next in the target
 */
public record RowCopy(int rows, int width, int from, int fromStep, int to, int toStep) {
    /** @throws ShapeException when a size is negative, or rows of the target overlap */
    public RowCopy {
        ShapeException.require(rows >= 0 && width >= 0 && from >= 0 && to >= 0 && fromStep >= 0 && (toStep >= width || rows <= 1),
                "copyRows: %d rows of %d from %d by %d to %d by %d; sizes are not negative, and rows must not overlap where they "
                        + "go", rows, width, from, fromStep, to, toStep);
    }

    /** Floats that lie in a row already. */
    public static RowCopy of(int width, int from, int to) {
        return new RowCopy(1, width, from, 0, to, width);
    }

    /** The end of what is read. */
    long fromEnd() {
        return rows == 0 ? 0 : from + (rows - 1L) * fromStep + width;
    }

    /** The end of what is written. */
    long toEnd() {
        return rows == 0 ? 0 : to + (rows - 1L) * toStep + width;
    }
}
