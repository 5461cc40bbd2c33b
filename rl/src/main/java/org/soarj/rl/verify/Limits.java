package org.soarj.rl.verify;

import java.math.BigInteger;

/** How large an answer may get before it is compared by other means; one like {@code 9^{9^9}} must not fill the memory. */
final class Limits {
    static final int NESTING = 60;
    static final int TERMS = 400;
    static final int LENGTH = 4_000;
    static final int FACTORIAL = 3_000;
    private static final int BITS = 1 << 16;
    private static final int LARGEST_EXPONENT = 1 << 16;

    private Limits() {}

    /** {@code base^exponent}, refused when it would be too long. */
    static Rational power(Rational base, int exponent) {
        TooLargeException.require((long) base.bits() * Math.abs((long) exponent) <= BITS, "a power that is too large");
        UnreadableException.require(base.signum() != 0 || exponent >= 0, "a negative power of zero");
        return base.power(exponent);
    }

    /** A whole exponent as an int. */
    static int exponent(Rational exponent) {
        BigInteger whole = exponent.numerator();
        TooLargeException.require(exponent.isWhole() && whole.bitLength() < 31
                && Math.abs(whole.intValueExact()) <= LARGEST_EXPONENT, "an exponent that is too large");
        return whole.intValueExact();
    }

    /** Keeps an exact computation bounded, and lets a deadline end it. */
    static void check(int terms, Rational coefficient) {
        TooLargeException.require(terms <= TERMS, "too many terms");
        TooLargeException.require(coefficient.bits() <= BITS, "a number that is too long");
        checkInterrupted();
    }

    /** Lets a deadline end a computation. */
    static void checkInterrupted() {
        UnreadableException.require(!Thread.currentThread().isInterrupted(), "interrupted");
    }
}
