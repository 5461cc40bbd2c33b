package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.soarj.tensor.backend.Conformance.random;
import static org.soarj.tensor.backend.Conformance.unset;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/** Softmax and its relatives, and RMSNorm. */
interface RowsConformance extends Conformance {
    float EPSILON = 1e-5f;

    /** Sizes of the numbers in a row: softmax must neither overflow nor lose the small differences. */
    final class Magnitude implements ArbitrarySupplier<Float> {
        @Override
        public Arbitrary<Float> get() {
            return Arbitraries.of(1e-4f, 1f, 30f, 1e4f, 1e30f);
        }
    }

    @Property(tries = TRIES)
    default void softmaxAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Magnitude.class) float magnitude, @ForAll long seed) {
        Tensor x = Tensor.gaussian(Rng.of(seed), magnitude, rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.softmax(x, expected);
        backend().softmax(x, actual);
        Close.near(expected, actual, Close.ELEMENT);
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = 0; i < cols; i++) {
                sum += actual.get(row, i);
            }
            assertEquals(1, sum, Close.SUM);
        }
    }

    @Property(tries = TRIES)
    default void softmaxBackwardAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Magnitude.class) float magnitude, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor y = unset(rows, cols);
        REFERENCE.softmax(Tensor.gaussian(rng, magnitude, rows, cols), y);
        Tensor dy = random(rng, rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.softmaxBackward(y, dy, expected);
        backend().softmaxBackward(y, dy, actual);
        Close.near(expected, actual, Close.SUM);
    }

    @Property(tries = TRIES)
    default void logSoftmaxAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Magnitude.class) float magnitude, @ForAll long seed) {
        Tensor x = Tensor.gaussian(Rng.of(seed), magnitude, rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.logSoftmax(x, expected);
        backend().logSoftmax(x, actual);
        Close.near(expected, actual, Close.SUM);
    }

    @Property(tries = TRIES)
    default void logSoftmaxBackwardAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Magnitude.class) float magnitude, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor y = unset(rows, cols);
        REFERENCE.logSoftmax(Tensor.gaussian(rng, magnitude, rows, cols), y);
        Tensor dy = random(rng, rows, cols);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.logSoftmaxBackward(y, dy, expected);
        backend().logSoftmaxBackward(y, dy, actual);
        Close.near(expected, actual, Close.SUM);
    }

    @Property(tries = TRIES)
    default void logProbAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Magnitude.class) float magnitude, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor logits = Tensor.gaussian(rng, magnitude, rows, cols);
        int[] targets = Conformance.indices(rng, rows, -1, cols);
        Tensor expected = unset(rows);
        Tensor actual = unset(rows);
        REFERENCE.logProb(logits, targets, expected);
        backend().logProb(logits, targets, actual);
        Close.near(expected, actual, Close.SUM);
    }

    @Property(tries = TRIES)
    default void logProbBackwardAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols,
            @ForAll(supplier = Magnitude.class) float magnitude, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor logits = Tensor.gaussian(rng, magnitude, rows, cols);
        int[] targets = Conformance.indices(rng, rows, -1, cols);
        Tensor dlogp = random(rng, rows);
        Tensor expected = unset(rows, cols);
        Tensor actual = unset(rows, cols);
        REFERENCE.logProbBackward(logits, targets, dlogp, expected);
        backend().logProbBackward(logits, targets, dlogp, actual);
        Close.near(expected, actual, Close.SUM);
        backend().logProbBackward(logits, targets, dlogp, logits);
        Close.sameBits(actual, logits);
    }

    @Property(tries = TRIES)
    default void rmsNormAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = Tensor.gaussian(rng, 3, rows, cols);
        Tensor weight = random(rng, cols);
        Tensor[] expected = {unset(rows, cols), unset(rows)};
        Tensor[] actual = {unset(rows, cols), unset(rows)};
        REFERENCE.rmsNorm(x, weight, EPSILON, expected[0], expected[1]);
        backend().rmsNorm(x, weight, EPSILON, actual[0], actual[1]);
        Close.near(expected[0], actual[0], Close.SUM);
        Close.near(expected[1], actual[1], Close.SUM);
    }

    @Property(tries = TRIES)
    default void rmsNormBackwardAgreesWithTheReference(
            @ForAll(supplier = Few.class) int rows, @ForAll(supplier = Width.class) int cols, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor x = Tensor.gaussian(rng, 3, rows, cols);
        Tensor weight = random(rng, cols);
        Tensor rstd = unset(rows);
        REFERENCE.rmsNorm(x, weight, EPSILON, unset(rows, cols), rstd);
        Tensor dy = random(rng, rows, cols);
        Tensor added = random(rng, cols);
        Tensor[] expected = {unset(rows, cols), added.copy()};
        Tensor[] actual = {unset(rows, cols), added.copy()};
        REFERENCE.rmsNormBackward(x, weight, rstd, dy, expected[0], expected[1]);
        backend().rmsNormBackward(x, weight, rstd, dy, actual[0], actual[1]);
        Close.near(expected[0], actual[0], Close.CHAIN);
        Close.near(expected[1], actual[1], Close.CHAIN);
    }
}
