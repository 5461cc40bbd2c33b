package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/** Kernels over single numbers, with broadcasting, in place where that is allowed. */
interface ElementsConformance extends Conformance {

    /** Arguments over the range that {@code op} takes, not only near 0. */
    private static Tensor arguments(UnaryOp op, Rng rng, int... dims) {
        Tensor x = Tensor.gaussian(rng, 6, dims);
        if (op == UnaryOp.LOG || op == UnaryOp.RSQRT) {
            for (int i = 0; i < x.size(); i++) {
                x.put(i, (float) Math.exp(x.at(i)));
            }
        }
        return x;
    }

    @Property(tries = 2 * TRIES)
    default void mapAgreesWithTheReference(
            @ForAll UnaryOp op, @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll long seed) {
        Tensor x = arguments(op, Rng.of(seed), rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.map(op, x, expected);
        backend().map(op, x, actual);
        Close.relative(expected, actual, Close.ELEMENT);
        backend().map(op, x, x);
        Close.sameBits(actual, x);
    }

    @Property(tries = TRIES)
    default void mapHoldsFarFromZero(@ForAll UnaryOp op, @ForAll(supplier = Width.class) int size) {
        float[] far = switch (op) {
            case LOG, RSQRT -> new float[] {1e-30f, 1e-6f, 0.99f, 1, 1e6f, 1e30f};
            case EXP -> new float[] {-1e30f, -200, -90, -1e-6f, 0, 1e-6f, 88};
            default -> new float[] {-1e18f, -200, -90, -1e-6f, 0, 1e-6f, 90, 1e18f};
        };
        Tensor x = Tensor.zeros(size);
        for (int i = 0; i < size; i++) {
            x.put(i, far[i % far.length]);
        }
        Tensor expected = unset(size);
        Tensor actual = unset(size);
        REFERENCE.map(op, x, expected);
        backend().map(op, x, actual);
        Close.relative(expected, actual, Close.ELEMENT);
    }

    @Property(tries = 2 * TRIES)
    default void mapBackwardAgreesWithTheReference(
            @ForAll UnaryOp op, @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = arguments(op, rng, rows, cols);
        Tensor y = unset(rows, cols);
        REFERENCE.map(op, x, y);
        Tensor dy = random(rng, rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.mapBackward(op, x, y, dy, expected);
        backend().mapBackward(op, x, y, dy, actual);
        Close.near(expected, actual, Close.SUM);
        backend().mapBackward(op, x, y, dy, dy);
        Close.sameBits(actual, dy);
    }

    /** Two shapes that broadcast to {@code full}: each dimension is kept, made 1, or cut off at the front. */
    static int[] narrowed(Rng rng, int... full) {
        int from = rng.nextInt(full.length + 1);
        int[] dims = new int[full.length - from];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = rng.nextInt(3) == 0 ? 1 : full[from + i];
        }
        return dims;
    }

    @Property(tries = 2 * TRIES)
    default void zipAgreesWithTheReference(
            @ForAll BinaryOp op, @ForAll(supplier = Count.class) int outer, @ForAll(supplier = Few.class) int rows,
            @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor a = random(rng, narrowed(rng, outer, rows, cols));
        Tensor b = random(rng, narrowed(rng, outer, rows, cols));
        int[] dims = Shape.broadcast(a.shape(), b.shape()).toArray();
        Tensor expected = unset(dims);
        Tensor actual = unset(dims);
        REFERENCE.zip(op, a, b, expected);
        backend().zip(op, a, b, actual);
        Close.sameBits(expected, actual);
    }

    @Property(tries = TRIES)
    default void zipMayOverwriteEitherInput(
            @ForAll BinaryOp op, @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor full = random(rng, rows, cols);
        Tensor narrow = random(rng, narrowed(rng, rows, cols));
        Tensor expected = unset(rows, cols);
        backend().zip(op, full, narrow, expected);
        Tensor left = full.copy();
        backend().zip(op, left, narrow, left);
        Close.sameBits(expected, left);
        backend().zip(op, narrow, full, expected);
        backend().zip(op, narrow, full, full);
        Close.sameBits(expected, full);
    }

    @Property(tries = 2 * TRIES)
    default void sumToAgreesWithTheReference(
            @ForAll(supplier = Count.class) int outer, @ForAll(supplier = Few.class) int rows,
            @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, outer, rows, cols);
        int[] dims = narrowed(rng, outer, rows, cols);
        Tensor expected = unset(dims);
        Tensor actual = unset(dims);
        REFERENCE.sumTo(x, expected);
        backend().sumTo(x, actual);
        Tensor squares = unset(outer, rows, cols);
        REFERENCE.map(UnaryOp.SQUARE, x, squares);
        Tensor norms = unset(dims);
        REFERENCE.sumTo(squares, norms);
        Close.nearSum(expected, actual, norms, Close.SUM);
    }

    @Property(tries = TRIES)
    default void addScaledAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Factor.class) float alpha, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = random(rng, rows, cols);
        Tensor expected = random(rng, rows, cols);
        Tensor actual = expected.copy();
        REFERENCE.addScaled(alpha, x, expected);
        backend().addScaled(alpha, x, actual);
        Close.near(expected, actual, Close.ELEMENT);
    }

    @Property(tries = TRIES)
    default void swigluAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor gate = Tensor.gaussian(rng, 6, rows, cols);
        Tensor up = random(rng, rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.swiglu(gate, up, expected);
        backend().swiglu(gate, up, actual);
        Close.relative(expected, actual, Close.ELEMENT);
    }

    @Property(tries = TRIES)
    default void swigluBackwardAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor gate = Tensor.gaussian(rng, 6, rows, cols);
        Tensor up = random(rng, rows, cols);
        Tensor dy = random(rng, rows, cols);
        Tensor[] expected = {unset(rows, cols), unset(rows, cols)};
        Tensor[] actual = {unset(rows, cols), unset(rows, cols)};
        REFERENCE.swigluBackward(gate, up, dy, expected[0], expected[1]);
        backend().swigluBackward(gate, up, dy, actual[0], actual[1]);
        Close.near(expected[0], actual[0], Close.SUM);
        Close.near(expected[1], actual[1], Close.SUM);
    }
}
