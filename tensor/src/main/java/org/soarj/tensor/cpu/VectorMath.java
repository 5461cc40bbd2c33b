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
    private static final float EXP_2 = 0.499992311f;
    private static final float EXP_3 = 0.166671157f;
    private static final float EXP_4 = 0.0418903306f;
    private static final float EXP_5 = 8.3125010e-3f;

    /** e^-17 is below half of the distance of 1 from the next float. */
    private static final float SIGMOID_IS_1 = 17f;
    private static final float TANH_IS_1 = 9.1f;
    private static final float TANH_2 = 0.99999994f;
    private static final float TANH_3 = 0.66666174f;
    private static final float TANH_4 = 0.33333760f;
    private static final float TANH_5 = 0.13386476f;
    private static final float TANH_6 = 4.4424053e-2f;

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
     * <p>x = n ln2 + r with |r| at most ln2/2; e^r - 1 = r + r^2 p(r), p of degree 3 with the least largest error; 2^n is made
     * by shifting n + 127 into the exponent, and multiplied in with the 1.
     */
    static FloatVector expBounded(FloatVector x) {
        FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector square = r.mul(r);
        FloatVector high = r.fma(FloatVector.broadcast(SPECIES, EXP_5), FloatVector.broadcast(SPECIES, EXP_4));
        FloatVector low = r.fma(FloatVector.broadcast(SPECIES, EXP_3), FloatVector.broadcast(SPECIES, EXP_2));
        FloatVector less1 = high.fma(square, low).fma(square, r);
        FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        return less1.fma(power, power).blend(0f, x.compare(VectorOperators.LT, UNDERFLOW));
    }

    /** {@link #exp} of one number, with the same bits. */
    static float exp(float x) {
        return x > OVERFLOW ? Float.POSITIVE_INFINITY : expBounded(x);
    }

    /** {@link #expBounded} of one number, with the same bits. */
    static float expBounded(float x) {
        if (x < UNDERFLOW) {
            return 0f;
        }
        float shifted = Math.fma(x, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float square = r * r;
        float low = Math.fma(r, EXP_3, EXP_2);
        float less1 = Math.fma(Math.fma(Math.fma(r, EXP_5, EXP_4), square, low), square, r);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
        return Math.fma(less1, power, power);
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

    /** 1 / (1 + e^-x) as e^x / (e^x + 1), which spares a negation; 1 above 17, where a float cannot tell, 0 below -87.33. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = expBounded(x);
        return e.div(e.add(1f)).blend(1f, x.compare(VectorOperators.GT, SIGMOID_IS_1));
    }

    /**
     * tanh x with a relative error below 3e-7: t / (t + 1) with the sign of x, where t = (e^2|x| - 1) / 2.
     *
     * <p>2|x| = n ln2 + 2h, t = 2^n (h + h^2 p(h)) + (2^n - 1)/2, which keeps all digits of a small x; p has degree 4.
     */
    static FloatVector tanh(FloatVector x) {
        FloatVector size = x.abs();
        size = size.blend(TANH_IS_1, size.compare(VectorOperators.GT, TANH_IS_1));
        FloatVector shifted = size.fma(FloatVector.broadcast(SPECIES, 2 * LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
        FloatVector n = shifted.sub(ROUNDER);
        FloatVector h = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH / 2), size);
        h = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW / 2), h);
        FloatVector p = h.fma(FloatVector.broadcast(SPECIES, TANH_6), FloatVector.broadcast(SPECIES, TANH_5));
        p = p.fma(h, FloatVector.broadcast(SPECIES, TANH_4));
        p = p.fma(h, FloatVector.broadcast(SPECIES, TANH_3));
        p = p.fma(h, FloatVector.broadcast(SPECIES, TANH_2));
        p = p.fma(h.mul(h), h);
        FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector t = p.fma(power, power.fma(FloatVector.broadcast(SPECIES, 0.5f), FloatVector.broadcast(SPECIES, -0.5f)));
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        return t.div(t.add(1f)).reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /**
     * y[yo+i] = e^(x[xo+i] - shift) for i below n; returns their sum: whole groups of 16 lane by lane, then the tree of
     * {@link Lanes}, then the rest one by one. No x - shift may be above 88.37.
     *
     * @param work the lanes go to work[lanes .. lanes+16): a vector outside of the loop would make the method too large for C2
     */
    static float expRow(float[] x, int xo, float shift, float[] y, int yo, int n, float[] work, int lanes) {
        int whole = n - n % Lanes.SUM_LANES;
        for (int lane = 0; lane < Lanes.SUM_LANES; lane += WIDTH) {
            FloatVector acc = FloatVector.zero(SPECIES);
            for (int i = lane; i < whole; i += Lanes.SUM_LANES) {
                FloatVector e = expBounded(FloatVector.fromArray(SPECIES, x, xo + i).sub(shift));
                e.intoArray(y, yo + i);
                acc = e.add(acc);
            }
            acc.intoArray(work, lanes + lane);
        }
        float sum = Lanes.tree(work, lanes);
        for (int i = whole; i < n; i++) {
            float e = expBounded(x[xo + i] - shift);
            y[yo + i] = e;
            sum += e;
        }
        return sum;
    }
}
