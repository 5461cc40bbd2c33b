package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential and what follows from it, by our own polynomial: the JDK's vector mathematics may differ between
 * machines, these are the same bits wherever fused multiply-add is.
 */
final class VectorMath {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int WIDTH = Lanes.WIDTH;

    private static final float LOG2_E = 1.442695041f;
    /** ln 2 in two parts, the first with so few bits that n times it is exact (Cody and Waite). */
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding 1.5 * 2^23 leaves the rounded integer in the low bits of the significand. */
    private static final float ROUNDER = 12582912f;
    private static final float UNDERFLOW = -87.33f;
    private static final float OVERFLOW = 88.37f;

    private VectorMath() {}

    /**
     * e^x with a relative error of about 1e-7; 0 below -87.33, infinity above 88.37, NaN for NaN.
     *
     * <p>x = n ln2 + r with |r| at most ln2/2; e^x = 2^n p(r), p of degree 6 (coefficients of Cephes expf), and 2^n is
     * made by shifting n into the exponent.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
        p = p.fma(r.mul(r), r).add(1f);
        FloatVector power = shifted.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23).add(0x3f800000).reinterpretAsFloats();
        return p.mul(power)
                .blend(0f, x.compare(VectorOperators.LT, UNDERFLOW))
                .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, OVERFLOW));
    }

    /** 1 / (1 + e^-x). */
    static FloatVector sigmoid(FloatVector x) {
        return FloatVector.broadcast(SPECIES, 1f).div(exp(x.neg()).add(1f));
    }

    /** y[yo+i] = e^(x[xo+i] - shift) for i below n. */
    static void expRow(float[] x, int xo, float shift, float[] y, int yo, int n) {
        int i = 0;
        for (; i + WIDTH <= n; i += WIDTH) {
            exp(FloatVector.fromArray(SPECIES, x, xo + i).sub(shift)).intoArray(y, yo + i);
        }
        if (i < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, n);
            exp(FloatVector.fromArray(SPECIES, x, xo + i, rest).sub(shift)).intoArray(y, yo + i, rest);
        }
    }
}
