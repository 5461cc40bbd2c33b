package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential, the logarithm and what follows from them, by polynomials of our own: the JDK's vector mathematics may
 * differ between machines, these are the same bits wherever fused multiply-add is. The coefficients are those of Cephes
 * (Moshier 1992: expf, logf, tanhf).
 */
final class VectorMath {
    private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
    private static final int WIDTH = Lanes.WIDTH;

    private static final float LOG2_E = 1.442695041f;
    /** ln 2 in two parts, the first with so few bits that n times it is exact (Cody and Waite). */
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding 1.5 * 2^23 + 127 leaves the rounded integer in the low bits of the significand, biased as an exponent is. */
    private static final float ROUNDER = 12583039f;
    private static final float UNDERFLOW = -87.33f;
    private static final float OVERFLOW = 88.37f;

    /** Bits of sqrt(1/2): a number's distance from it, in bits, has its exponent on top and its significand below. */
    private static final int ROOT_HALF = 0x3f3504f3;
    private static final int SIGNIFICAND = 0x007fffff;
    /** Adding an integer to the bits of 1.5 * 2^23 makes it a float without a conversion. */
    private static final int INTEGER = 0x4b400000;
    private static final float INTEGER_ZERO = 12582912f;
    private static final float TWO_TO_23 = 8388608f;

    private VectorMath() {}

    /** e^x with a relative error below 2e-7; 0 below -87.33, infinity above 88.37, NaN for NaN. */
    static FloatVector exp(FloatVector x) {
        return expBounded(x).blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, OVERFLOW));
    }

    /**
     * {@link #exp} for x up to 88.37, as after a maximum was taken off.
     *
     * <p>x = n ln2 + r with |r| at most ln2/2; e^x = 2^n p(r), p of degree 6, and 2^n is made by shifting n + 127 into the
     * exponent.
     */
    static FloatVector expBounded(FloatVector x) {
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
        FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        return p.mul(power).blend(0f, x.compare(VectorOperators.LT, UNDERFLOW));
    }

    /** {@link #expBounded} of one number, with the same bits. */
    static float expBounded(float x) {
        if (x < UNDERFLOW) {
            return 0f;
        }
        float shifted = Math.fma(x, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(1.9875691500e-4f, r, 1.3981999507e-3f);
        p = Math.fma(p, r, 8.3334519073e-3f);
        p = Math.fma(p, r, 4.1665795894e-2f);
        p = Math.fma(p, r, 1.6666665459e-1f);
        p = Math.fma(p, r, 5.0000001201e-1f);
        p = Math.fma(p, r * r, r) + 1f;
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }

    /**
     * ln x with a relative error below 2e-7; -infinity at 0, NaN below it.
     *
     * <p>x = 2^e m with m from sqrt(1/2) to sqrt(2), f = m - 1; ln x = e ln2 + f - f^2/2 + f^3 p(f), p of degree 8.
     */
    static FloatVector log(FloatVector x) {
        VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(TWO_TO_23), subnormal).reinterpretAsInts().sub(ROOT_HALF);
        FloatVector e = bits.lanewise(VectorOperators.ASHR, 23).add(INTEGER).reinterpretAsFloats().sub(INTEGER_ZERO);
        e = e.blend(e.sub(23f), subnormal);
        FloatVector f = bits.and(SIGNIFICAND).add(ROOT_HALF).reinterpretAsFloats().sub(1f);
        FloatVector square = f.mul(f);
        FloatVector y = e.fma(FloatVector.broadcast(SPECIES, LN2_LOW), logCubic(f).mul(f.mul(square)));
        y = square.fma(FloatVector.broadcast(SPECIES, -0.5f), y).add(f);
        y = e.fma(FloatVector.broadcast(SPECIES, LN2_HIGH), y);
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f))
                .blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
        return x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    }

    /** p(f), a method of its own because one method with all of the logarithm would be too large to be inlined. */
    private static FloatVector logCubic(FloatVector f) {
        FloatVector p = FloatVector.broadcast(SPECIES, 7.0376836292e-2f);
        p = p.fma(f, FloatVector.broadcast(SPECIES, -1.1514610310e-1f));
        p = p.fma(f, FloatVector.broadcast(SPECIES, 1.1676998740e-1f));
        p = p.fma(f, FloatVector.broadcast(SPECIES, -1.2420140846e-1f));
        p = p.fma(f, FloatVector.broadcast(SPECIES, 1.4249322787e-1f));
        p = p.fma(f, FloatVector.broadcast(SPECIES, -1.6668057665e-1f));
        p = p.fma(f, FloatVector.broadcast(SPECIES, 2.0000714765e-1f));
        p = p.fma(f, FloatVector.broadcast(SPECIES, -2.4999993993e-1f));
        return p.fma(f, FloatVector.broadcast(SPECIES, 3.3333331174e-1f));
    }

    /** {@link #log} of one number that is at least {@link Float#MIN_NORMAL}, infinite or NaN, with the same bits. */
    static float log(float x) {
        if (!(x < Float.POSITIVE_INFINITY)) {
            return x;
        }
        int bits = Float.floatToRawIntBits(x) - ROOT_HALF;
        float e = bits >> 23;
        float f = Float.intBitsToFloat((bits & SIGNIFICAND) + ROOT_HALF) - 1f;
        float square = f * f;
        float p = Math.fma(7.0376836292e-2f, f, -1.1514610310e-1f);
        p = Math.fma(p, f, 1.1676998740e-1f);
        p = Math.fma(p, f, -1.2420140846e-1f);
        p = Math.fma(p, f, 1.4249322787e-1f);
        p = Math.fma(p, f, -1.6668057665e-1f);
        p = Math.fma(p, f, 2.0000714765e-1f);
        p = Math.fma(p, f, -2.4999993993e-1f);
        p = Math.fma(p, f, 3.3333331174e-1f);
        float y = Math.fma(e, LN2_LOW, p * (f * square));
        y = Math.fma(square, -0.5f, y) + f;
        return Math.fma(e, LN2_HIGH, y);
    }

    /** 1 / (1 + e^-x); 0 below -88.37. */
    static FloatVector sigmoid(FloatVector x) {
        return FloatVector.broadcast(SPECIES, 1f).div(exp(x.neg()).add(1f));
    }

    /** tanh x with a relative error below 3e-7: x + x^3 p(x^2) near 0, else 1 - 2/(e^2|x| + 1) with the sign of x. */
    static FloatVector tanh(FloatVector x) {
        FloatVector size = x.abs();
        FloatVector square = x.mul(x);
        FloatVector p = FloatVector.broadcast(SPECIES, -5.70498872745e-3f);
        p = p.fma(square, FloatVector.broadcast(SPECIES, 2.06390887954e-2f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, -5.37397155531e-2f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, 1.33314422036e-1f));
        p = p.fma(square, FloatVector.broadcast(SPECIES, -3.33332819422e-1f));
        FloatVector near = p.mul(square).fma(x, x);
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        FloatVector far = one.sub(FloatVector.broadcast(SPECIES, 2f).div(exp(size.add(size)).add(1f)));
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        far = far.reinterpretAsInts().or(sign).reinterpretAsFloats();
        return far.blend(near, size.compare(VectorOperators.LT, 0.625f));
    }

    /**
     * y[yo+i] = e^(x[xo+i] - shift) for i below n; returns their sum: whole groups of 16 lane by lane, then the tree of
     * {@link Lanes}, then the rest one by one. No x - shift may be above 88.37.
     */
    static float expRow(float[] x, int xo, float shift, float[] y, int yo, int n) {
        FloatVector low = FloatVector.zero(SPECIES), high = low;
        int whole = n - n % Lanes.SUM_LANES;
        for (int pass = 0; pass < Lanes.PASSES; pass++) {
            FloatVector acc = FloatVector.zero(SPECIES);
            for (int i = Lanes.lane(pass); i < whole; i += Lanes.SUM_LANES) {
                FloatVector e = expBounded(FloatVector.fromArray(SPECIES, x, xo + i).sub(shift));
                e.intoArray(y, yo + i);
                acc = acc.add(e);
            }
            low = pass < 2 ? low.add(acc) : low;
            high = pass < 2 ? high : high.add(acc);
        }
        float sum = Lanes.tree(low.add(high));
        for (int i = whole; i < n; i++) {
            float e = expBounded(x[xo + i] - shift);
            y[yo + i] = e;
            sum += e;
        }
        return sum;
    }

    /** The sum that {@link #expRow} returns, without the row. */
    static float expSum(float[] x, int xo, float shift, int n) {
        FloatVector low = FloatVector.zero(SPECIES), high = low;
        int whole = n - n % Lanes.SUM_LANES;
        for (int pass = 0; pass < Lanes.PASSES; pass++) {
            FloatVector acc = FloatVector.zero(SPECIES);
            for (int i = Lanes.lane(pass); i < whole; i += Lanes.SUM_LANES) {
                acc = acc.add(expBounded(FloatVector.fromArray(SPECIES, x, xo + i).sub(shift)));
            }
            low = pass < 2 ? low.add(acc) : low;
            high = pass < 2 ? high : high.add(acc);
        }
        float sum = Lanes.tree(low.add(high));
        for (int i = whole; i < n; i++) {
            sum += expBounded(x[xo + i] - shift);
        }
        return sum;
    }
}
