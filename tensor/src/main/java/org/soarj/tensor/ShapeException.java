package org.soarj.tensor;

/** Shapes, sizes, types or indices that do not fit. The message says what was asked, what was got and what to do. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }

    /** With the formatted message. */
    public static ShapeException of(String format, Object... args) {
        return new ShapeException(String.format(format, args));
    }

    /** Throws with the formatted message unless {@code fits}. */
    public static void require(boolean fits, String format, Object... args) {
        if (!fits) {
            throw of(format, args);
        }
    }
}
