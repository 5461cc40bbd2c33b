package org.soarj.autograd.optim;

import java.util.Locale;

/**
 * The learning rate of each step: a linear warm-up from 0 to the peak, then constant, or down to 0 along a line or half
 * a cosine (Loshchilov and Hutter 2017, eq. 5).
 *
 * @param decay what happens after the warm-up
 * @param peak highest learning rate
 * @param warmup steps of warm-up; 0 for none
 * @param total steps until the decay ends
 */
public record Schedule(Decay decay, double peak, int warmup, int total) {

    /** Shapes of the decay. */
    public enum Decay { CONSTANT, LINEAR, COSINE }

    public Schedule {
        if (!(peak >= 0) || warmup < 0 || total < 1 || warmup > total) {
            throw new IllegalArgumentException(String.format(Locale.ROOT,
                    "schedule: peak %s, %d warm-up steps of %d; the peak must be 0 or more, the warm-up within the total",
                    peak, warmup, total));
        }
    }

    public static Schedule constant(double rate) {
        return new Schedule(Decay.CONSTANT, rate, 0, 1);
    }

    public static Schedule cosine(double peak, int warmup, int total) {
        return new Schedule(Decay.COSINE, peak, warmup, total);
    }

    /** Learning rate of step {@code step}, counted from 0; from {@code total} on it stays at the last value. */
    public double at(int step) {
        if (step < warmup) {
            return peak * (step + 1) / warmup;
        }
        double done = total == warmup ? 1 : Math.min(1.0, (double) (step - warmup) / (total - warmup));
        return switch (decay) {
            case CONSTANT -> peak;
            case LINEAR -> peak * (1 - done);
            case COSINE -> peak * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        };
    }
}
