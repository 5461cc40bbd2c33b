package org.soarj.tensor.backend;

import org.soarj.tensor.DType;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;

/**
 * The rules that {@link KernelShapes} is made of, each with the sentence that says how it was broken.
 *
 * <p>They run before every kernel, so a rule that is kept allocates nothing: sentences are made when they are needed.
 */
final class ShapeRules {
    private ShapeRules() {}

    /** Kernels compute in floats; only the operand that a kernel's contract names may be stored in 16 bits. */
    static void floats(String kernel, String name, Tensor x) {
        if (x.dtype() != DType.F32) {
            throw ShapeException.of("%s: %s must be F32, got %s %s; convert it with to(F32)", kernel, name, x.dtype(), x.shape());
        }
    }

    static void same(String kernel, String nameA, Tensor a, String nameB, Tensor b) {
        floats(kernel, nameA, a);
        floats(kernel, nameB, b);
        if (!a.shape().equals(b.shape())) {
            throw ShapeException.of("%s: %s is %s, %s is %s; they must have one shape", kernel, nameA, a.shape(), nameB,
                    b.shape());
        }
    }

    static void vector(String kernel, String name, Tensor vector, String unit, int size, String of, Tensor x) {
        floats(kernel, name, vector);
        if (vector.size() != size) {
            throw ShapeException.of("%s: %s is %s, but needs %d numbers, one for each %s of %s %s",
                    kernel, name, vector.shape(), size, unit, of, x.shape());
        }
    }

    static void matrix(String kernel, String name, Tensor matrix, int rows, int cols, String of, Tensor x) {
        floats(kernel, name, matrix);
        if (matrix.rows() != rows || matrix.cols() != cols) {
            throw ShapeException.of("%s: %s is %s, but must be (%d,%d) for %s %s", kernel, name, matrix.shape(), rows, cols, of,
                    x.shape());
        }
    }

    /** A mean, a maximum or a softmax of no numbers is none. */
    static void columns(String kernel, String name, Tensor x) {
        floats(kernel, name, x);
        if (x.cols() == 0) {
            throw ShapeException.of("%s: rows of %s %s are empty; they need at least one number", kernel, name, x.shape());
        }
    }

    static void heads(String kernel, String name, Tensor x, int heads, int headDim, Tensor keys) {
        floats(kernel, name, x);
        if (x.cols() != heads * headDim) {
            throw ShapeException.of("%s: rows of %s must hold %d heads of %d, %s is %s (keys are %s)",
                    kernel, name, heads, headDim, name, x.shape(), keys.shape());
        }
    }

    static void indices(String kernel, String name, int[] indices, Tensor rows, int least, int limit, String into,
                        Tensor table) {
        if (indices.length != rows.rows()) {
            throw ShapeException.of("%s: %d %s given for the %d rows of %s; give one for each",
                    kernel, indices.length, name, rows.rows(), rows.shape());
        }
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < least || indices[i] >= limit) {
                throw ShapeException.of("%s: %s[%d] is %d; %s %s takes %d to %d",
                        kernel, name, i, indices[i], into, table.shape(), least, limit - 1);
            }
        }
    }

    /**
     * Refuses an output that is not F32 or shares its numbers with {@code other}, and marks it as changed. One that must be
     * apart from more than three is checked in several calls.
     */
    static void output(String kernel, String name, Tensor output, Tensor other) {
        floats(kernel, name, output);
        apart(kernel, name, output, other);
        output.markChanged();
    }

    static void output(String kernel, String name, Tensor output, Tensor first, Tensor second) {
        floats(kernel, name, output);
        apart(kernel, name, output, first);
        apart(kernel, name, output, second);
        output.markChanged();
    }

    static void output(String kernel, String name, Tensor output, Tensor first, Tensor second, Tensor third) {
        floats(kernel, name, output);
        apart(kernel, name, output, first);
        apart(kernel, name, output, second);
        apart(kernel, name, output, third);
        output.markChanged();
    }

    private static void apart(String kernel, String name, Tensor output, Tensor other) {
        if (output.sharesWith(other)) {
            throw ShapeException.of("%s: %s %s shares its numbers with another argument, %s; give it a tensor of its own",
                    kernel, name, output.shape(), other.shape());
        }
    }
}
