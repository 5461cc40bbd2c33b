package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.backend.UnaryOp;

/** The polynomials against StrictMath over all sizes of numbers, and the scalar twins bit for bit. */
class VectorMathTest {
    /** Steps between the bits of the numbers that are tried: odd, so that all significands come up. */
    private static final int STEP = 9_973;

    private static float vector(UnaryOp op, float x) {
        float[] numbers = {x};
        Elementwise.map(op, numbers, numbers, 0, 1, new float[Elementwise.WORK]);
        return numbers[0];
    }

    /** Numbers from {@code least} to {@code most} of both signs where {@code both}, evenly over their bits. */
    private static void compare(UnaryOp op, DoubleUnaryOperator exact, float least, float most, boolean both, double allowed) {
        int from = Float.floatToRawIntBits(least);
        float[] x = new float[(Float.floatToRawIntBits(most) - from) / STEP + 1];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(from + i * STEP) * (both && i % 2 == 1 ? -1 : 1);
        }
        float[] y = new float[x.length];
        Elementwise.map(op, x, y, 0, x.length, new float[Elementwise.WORK]);
        double worst = 0;
        int at = 0;
        for (int i = 0; i < x.length; i++) {
            double expected = exact.applyAsDouble(x[i]);
            double error = Math.abs(y[i] - expected) / Math.max(Math.abs(expected), Float.MIN_NORMAL);
            if (!(error <= worst)) {
                worst = error;
                at = i;
            }
        }
        assertTrue(worst <= allowed, op + " of " + x[at] + " is " + y[at] + ", off by " + worst + " of its size");
    }

    @Test
    void expIsCloseUpToItsLimits() {
        compare(UnaryOp.EXP, StrictMath::exp, Float.MIN_VALUE, 87.3f, true, 2e-7);
        compare(UnaryOp.EXP, StrictMath::exp, 87.3f, 88.37f, false, 2e-7);
    }

    @Test
    void logIsCloseForAllPositiveNumbers() {
        compare(UnaryOp.LOG, StrictMath::log, Float.MIN_VALUE, Float.MAX_VALUE, false, 2e-7);
        compare(UnaryOp.LOG, StrictMath::log, 0.9f, 1.1f, false, 2e-7);
    }

    @Test
    void tanhIsCloseForAllNumbers() {
        compare(UnaryOp.TANH, StrictMath::tanh, Float.MIN_VALUE, Float.MAX_VALUE, true, 3e-7);
    }

    @Test
    void rsqrtIsCloseForAllPositiveNumbers() {
        compare(UnaryOp.RSQRT, x -> 1 / StrictMath.sqrt(x), Float.MIN_VALUE, Float.MAX_VALUE, false, 2e-7);
    }

    @Test
    void sigmoidAndSiluAreCloseUpToTheirLimits() {
        DoubleUnaryOperator sigmoid = x -> 1 / (1 + StrictMath.exp(-x));
        compare(UnaryOp.SIGMOID, sigmoid, Float.MIN_VALUE, 87.3f, true, 3e-7);
        compare(UnaryOp.SIGMOID, sigmoid, 87.3f, Float.MAX_VALUE, false, 3e-7);
        compare(UnaryOp.SILU, x -> x * sigmoid.applyAsDouble(x), Float.MIN_VALUE, 87.3f, true, 4e-7);
    }

    @Test
    void specialNumbersAreWhatMathMakesOfThem() {
        float infinity = Float.POSITIVE_INFINITY;
        for (UnaryOp op : new UnaryOp[] {UnaryOp.EXP, UnaryOp.LOG, UnaryOp.TANH, UnaryOp.SIGMOID, UnaryOp.SILU, UnaryOp.RSQRT}) {
            assertEquals(Float.NaN, vector(op, Float.NaN), op + " of NaN");
        }
        assertEquals(0f, vector(UnaryOp.EXP, -infinity));
        assertEquals(1f, vector(UnaryOp.EXP, -0f));
        assertEquals(infinity, vector(UnaryOp.EXP, infinity));
        assertEquals(-infinity, vector(UnaryOp.LOG, 0f));
        assertEquals(-infinity, vector(UnaryOp.LOG, -0f));
        assertEquals(0f, vector(UnaryOp.LOG, 1f));
        assertEquals(infinity, vector(UnaryOp.LOG, infinity));
        assertEquals(Float.NaN, vector(UnaryOp.LOG, -1e-40f));
        assertEquals(Float.NaN, vector(UnaryOp.LOG, -infinity));
        assertEquals(1f, vector(UnaryOp.TANH, infinity));
        assertEquals(-1f, vector(UnaryOp.TANH, -infinity));
        assertEquals(0f, vector(UnaryOp.SIGMOID, -infinity));
        assertEquals(1f, vector(UnaryOp.SIGMOID, infinity));
        assertEquals(0f, vector(UnaryOp.RSQRT, infinity));
        assertEquals(infinity, vector(UnaryOp.RSQRT, 0f));
    }

    @Test
    void scalarTwinsHaveTheSameBits() {
        for (int bits = Float.floatToRawIntBits(Float.MIN_NORMAL); bits <= 0x7f800000; bits += STEP) {
            float x = Float.intBitsToFloat(bits);
            float log = VectorMath.log(FloatVector.broadcast(Lanes.SPECIES, x)).lane(0);
            assertEquals(Float.floatToRawIntBits(log), Float.floatToRawIntBits(VectorMath.log(x)), "log of " + x);
            float exp = VectorMath.expBounded(FloatVector.broadcast(Lanes.SPECIES, -x)).lane(0);
            assertEquals(Float.floatToRawIntBits(exp), Float.floatToRawIntBits(VectorMath.expBounded(-x)), "e^-" + x);
        }
        assertEquals(Float.POSITIVE_INFINITY, VectorMath.log(Float.POSITIVE_INFINITY));
        assertEquals(Float.NaN, VectorMath.log(Float.NaN));
        assertEquals(Float.NaN, VectorMath.expBounded(Float.NaN));
    }
}
