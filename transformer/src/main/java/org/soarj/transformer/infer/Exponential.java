package org.soarj.transformer.infer;

/**
 * e^x for x of at most 0 in plain double arithmetic, which every machine does alike: relative error below 1e-9, and several
 * times as fast as {@link StrictMath#exp}.
 */
final class Exponential {
    /** Below this a weight is nothing beside one of 1, even if there are as many of them as tokens in a vocabulary. */
    private static final double NOTHING = -60;
    private static final double LOG2_E = 1 / StrictMath.log(2);
    private static final double LN_2 = StrictMath.log(2);

    private Exponential() {}

    /** 2^n e^r with |r| at most ln(2)/2, by the Taylor series up to r^8. */
    static double of(double x) {
        if (!(x > NOTHING)) {
            return 0;
        }
        int n = (int) (x * LOG2_E - 0.5);
        double r = x - n * LN_2;
        double series = 1 + r * (1 + r * (1 / 2.0 + r * (1 / 6.0 + r * (1 / 24.0 + r * (1 / 120.0 + r * (1 / 720.0
                + r * (1 / 5040.0 + r * (1 / 40320.0))))))));
        return series * Double.longBitsToDouble((long) (n + 1023) << 52);
    }
}
