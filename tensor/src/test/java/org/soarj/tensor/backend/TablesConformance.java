package org.soarj.tensor.backend;

import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assertions;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/** Rotations, lookups and the optimiser's step. */
interface TablesConformance extends Conformance {

    @Property(tries = TRIES)
    default void ropeAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Count.class) int heads,
            @ForAll(supplier = Few.class) int half, @ForAll boolean inverse, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int length = 1 + rng.nextInt(40);
        int width = heads * 2 * half;
        Tensor x = random(rng, rows, width);
        int[] positions = Conformance.indices(rng, rows, 0, length);
        Tensor cos = random(rng, length, half);
        Tensor sin = random(rng, length, half);
        Tensor expected = unset(rows, width);
        Tensor actual = unset(rows, width);
        REFERENCE.rope(x, positions, cos, sin, inverse, expected);
        backend().rope(x, positions, cos, sin, inverse, actual);
        Close.near(expected, actual, Close.ELEMENT);
        backend().rope(x, positions, cos, sin, inverse, x);
        Close.sameBits(actual, x);
    }

    @Property(tries = TRIES)
    default void gatherAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Few.class) int entries,
            @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor table = random(rng, entries, cols);
        int[] ids = Conformance.indices(rng, rows, 0, entries);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.gather(table, ids, expected);
        backend().gather(table, ids, actual);
        Close.sameBits(expected, actual);
    }

    /** Bit for bit: the order of the additions to one row is part of the contract. */
    @Property(tries = TRIES)
    default void scatterAddAgreesWithTheReference(
            @ForAll(supplier = Width.class) int rows, @ForAll(supplier = Few.class) int entries,
            @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor dy = random(rng, rows, cols);
        int[] ids = Conformance.indices(rng, rows, 0, entries);
        Tensor expected = random(rng, entries, cols);
        Tensor actual = expected.copy();
        REFERENCE.scatterAdd(dy, ids, expected);
        backend().scatterAdd(dy, ids, actual);
        Close.sameBits(expected, actual);
    }

    @Property(tries = TRIES)
    default void sumOfSquaresAgreesWithTheReference(@ForAll(supplier = Width.class) int size, @ForAll long seed) {
        Tensor x = Tensor.gaussian(Rng.of(seed), 1e3f, size);
        double expected = REFERENCE.sumOfSquares(x);
        Assertions.assertEquals(expected, backend().sumOfSquares(x), 1e-12 * expected);
        Tensor y = Tensor.gaussian(Rng.of(seed).split("more", size), 1e3f, 3, size);
        Tensor[] several = {x, Tensor.zeros(0), y};
        double sum = expected + REFERENCE.sumOfSquares(y);
        Assertions.assertEquals(sum, REFERENCE.sumOfSquares(several), 1e-12 * sum);
        Assertions.assertEquals(sum, backend().sumOfSquares(several), 1e-12 * sum);
        Assertions.assertEquals(0, backend().sumOfSquares());
    }

    /** Squares beyond the largest and below the least float, alone and among ordinary numbers. */
    @Property(tries = TRIES)
    default void sumOfSquaresNeedsMoreThanTheRangeOfFloats(
            @ForAll(supplier = Width.class) int size, @ForAll boolean mixed, @ForAll boolean large, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = Tensor.gaussian(rng, large ? 1e25f : 1e-25f, size);
        for (int i = 0; mixed && i < size; i += 3) {
            x.put(i, (float) rng.nextGaussian());
        }
        double expected = REFERENCE.sumOfSquares(x);
        Assertions.assertEquals(expected, backend().sumOfSquares(x), 1e-12 * expected);
    }

    @Property(tries = TRIES)
    default void adamWAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int[][] shapes = {{rows, cols}, {}, {rows * cols * 100}, {0}, {cols}};
        Tensor[][] expected = new Tensor[3][shapes.length];
        Tensor[][] actual = new Tensor[3][shapes.length];
        for (int i = 0; i < 3 * shapes.length; i++) {
            Tensor start = i % 3 == 0 ? random(rng, shapes[i / 3]) : Tensor.zeros(shapes[i / 3]);
            expected[i % 3][i / 3] = start;
            actual[i % 3][i / 3] = start.copy();
        }
        for (int t = 1; t <= 4; t++) {
            Tensor[] gradients = Arrays.stream(shapes).map(dims -> random(rng, dims)).toArray(Tensor[]::new);
            AdamWStep step = new AdamWStep(0.05, 0.9, 0.95, 1e-8, 0.1, t, 0.3);
            REFERENCE.adamW(step, expected[0], gradients, expected[1], expected[2]);
            backend().adamW(step, actual[0], gradients, actual[1], actual[2]);
        }
        for (int i = 0; i < shapes.length; i++) {
            Close.near(expected[0][i], actual[0][i], Close.ELEMENT);
            Close.relative(expected[1][i], actual[1][i], Close.ELEMENT);
            Close.relative(expected[2][i], actual[2][i], Close.ELEMENT);
        }
    }
}
