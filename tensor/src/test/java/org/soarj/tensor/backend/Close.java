package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.soarj.tensor.Tensor;

/**
 * How far a kernel in float arithmetic may lie from its definition in double sums: all tolerances of the module.
 * Half a unit in the last place of a float is 6e-8 of its size.
 */
public final class Close {
    /** One function of one number: a few roundings and the error of a polynomial. */
    public static final double ELEMENT = 4e-6;
    /** A sum over some hundred numbers. */
    public static final double SUM = 2e-5;
    /** A chain of sums. */
    public static final double CHAIN = 5e-5;
    /** A derivative against central differences of a result that was rounded to float. */
    public static final double DIFFERENCE = 2e-3;

    private Close() {}

    /** Each number within {@code tolerance} of its own size. */
    public static void relative(Tensor expected, Tensor actual, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            check(expected, actual, i, tolerance * Math.abs(expected.at(i)) + 1e-7);
        }
    }

    /** Each number within {@code tolerance} of the largest size in the tensor, or of 1: what a sum that cancels can keep. */
    public static void near(Tensor expected, Tensor actual, double tolerance) {
        double largest = 1;
        for (float value : expected.toArray()) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.size(); i++) {
            check(expected, actual, i, tolerance * largest);
        }
    }

    /**
     * Each sum within {@code tolerance} of the root of the sum of squares of what was added: numbers of either sign cancel,
     * and what their sum has lost in rounding grows with that root however small the sum is.
     */
    public static void nearSum(Tensor expected, Tensor actual, Tensor squares, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            check(expected, actual, i, tolerance * Math.max(1, Math.sqrt(squares.at(i))));
        }
    }

    /** The same numbers, bit for bit. */
    public static void sameBits(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        for (int i = 0; i < expected.size(); i++) {
            if (Float.floatToRawIntBits(expected.at(i)) != Float.floatToRawIntBits(actual.at(i))) {
                fail("number " + i + " of " + expected.shape() + " must be exactly " + expected.at(i) + ", is "
                        + actual.at(i));
            }
        }
    }

    private static void check(Tensor expected, Tensor actual, int i, double allowed) {
        // Written so that NaN fails.
        if (!(Math.abs((double) expected.at(i) - actual.at(i)) <= allowed)) {
            fail("number " + i + " of " + expected.shape() + " must be " + expected.at(i) + " within " + allowed
                    + ", is " + actual.at(i));
        }
    }
}
