package org.soarj.rl;

import java.util.Arrays;
import java.util.List;

/**
 * The clipped policy-gradient loss as arithmetic on log-probabilities, with its exact derivative by each of them.
 *
 * <p>A term is {@code -min(ratio A, clip(ratio) A)} with {@code ratio = exp(new - old)}, of a sequence or of a token as
 * {@link Aggregation} says. On the first update after sampling every ratio is 1, and the loss <em>value</em> says nothing
 * (for RLOO it is 0, up to masked sequences); its gradient is the policy gradient.
 *
 * <p>A masked sequence gets no gradient. Under {@link Aggregation#SEQUENCE_SUM} it still counts in the divisor, and adds
 * {@code -A} to the value (its ratio is that of an empty sum, 1), as in TRL with {@code mask_truncated_completions}.
 *
 * @param divisor for {@link Aggregation#TOKEN_SUM_OVER_CONSTANT} only; 1 otherwise
 */
public record PolicyLoss(Aggregation aggregation, Clip clip, double divisor) {
    /** @throws IllegalArgumentException unless the divisor is above 0, and 1 where it has no meaning */
    public PolicyLoss {
        if (!(divisor > 0)) {
            throw new IllegalArgumentException("policy loss: the divisor must be above 0, got " + divisor);
        }
        if (aggregation != Aggregation.TOKEN_SUM_OVER_CONSTANT && divisor != 1) {
            throw new IllegalArgumentException("policy loss: " + aggregation + " has no constant divisor, got " + divisor
                    + "; use TOKEN_SUM_OVER_CONSTANT");
        }
    }

    /** A loss whose divisor follows from the batch. */
    public PolicyLoss(Aggregation aggregation, Clip clip) {
        this(aggregation, clip, 1);
    }

    /** RLOO as this project trains: summed log-probabilities, no clipping. */
    public static PolicyLoss plain() {
        return new PolicyLoss(Aggregation.SEQUENCE_SUM, Clip.off());
    }

    /**
     * What one batch, or micro-batch, contributes.
     *
     * @param value its share of the loss; the shares of the micro-batches add up
     * @param gradient derivative of the loss by every new log-probability; (B)(T)
     * @param ratios {@code exp(sum_t new - old)} of every sequence, 1 where masked; (B)
     * @param clippedLow terms (sequences or tokens) held up at the lower end; divide by {@code terms} for the fraction
     * @param clippedHigh terms held down at the upper end
     * @param terms number of terms
     * @param oldToNew {@code sum_t (old - new)} over the unmasked tokens, nats
     */
    public record Step(double value, float[][] gradient, double[] ratios, long clippedLow, long clippedHigh, long terms,
            double oldToNew) {
        /** Share of the terms that were clipped on either side. */
        public double clipFraction() {
            return terms == 0 ? 0 : (double) (clippedLow + clippedHigh) / terms;
        }
    }

    /** The loss of a batch of its own, nothing masked. */
    public Step of(float[][] now, float[][] old, double[] advantages) {
        return of(now, old, advantages, new boolean[now.length]);
    }

    /** The loss of a batch of its own. */
    public Step of(float[][] now, float[][] old, double[] advantages, boolean[] masked) {
        int[] lengths = new int[now.length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = now[i].length;
        }
        return of(now, old, advantages, masked, BatchTotals.of(lengths, masked));
    }

    /**
     * The share of a micro-batch in the loss of the batch that {@code totals} counts.
     *
     * @param now log-probabilities under the current weights; (B)(T)
     * @param old those recorded by the sampler; (B)(T)
     * @param advantages finite; (B)
     * @param masked sequences that must not teach, such as truncated ones; (B)
     * @throws IllegalArgumentException when the sizes do not fit, or a ratio is not finite
     */
    public Step of(float[][] now, float[][] old, double[] advantages, boolean[] masked, BatchTotals totals) {
        requireFit(now, old, advantages, masked);
        Sum sum = new Sum(this, totals, now.length);
        for (int i = 0; i < now.length; i++) {
            if (aggregation == Aggregation.SEQUENCE_SUM) {
                sum.addSequence(i, now[i], masked[i] ? now[i] : old[i], advantages[i], masked[i]);
            } else {
                sum.addTokens(i, now[i], masked[i] ? now[i] : old[i], advantages[i], masked[i]);
            }
        }
        return sum.step();
    }

    /**
     * Adds {@code kl} to a step of the same micro-batch: its derivative to {@link Step#gradient}, in place.
     *
     * @param reference log-probabilities of the reference for the same tokens; (B)(T)
     * @return the term's share of the loss
     */
    double addKl(KlLoss kl, Step step, float[][] now, List<float[]> reference, boolean[] masked, BatchTotals totals) {
        double value = 0;
        for (int i = 0; i < now.length; i++) {
            double weight = kl.beta() * weight(now[i].length, totals);
            for (int t = 0; t < now[i].length && !masked[i]; t++) {
                value += weight * kl.estimator().value(now[i][t], reference.get(i)[t]);
                step.gradient[i][t] += (float) (weight * kl.estimator().derivative(now[i][t], reference.get(i)[t]));
            }
        }
        return value;
    }

    private double weight(int length, BatchTotals totals) {
        return switch (aggregation) {
            case SEQUENCE_SUM -> 1.0 / totals.sequences();
            case TOKEN_MEAN -> 1.0 / totals.tokens();
            case SEQUENCE_MEAN_TOKEN_SUM -> 1.0 / totals.unmasked();
            case SEQUENCE_MEAN_TOKEN_MEAN -> 1.0 / ((double) totals.unmasked() * length);
            case TOKEN_SUM_OVER_CONSTANT -> 1.0 / divisor;
        };
    }

    private static void requireFit(float[][] now, float[][] old, double[] advantages, boolean[] masked) {
        if (now.length != old.length || now.length != advantages.length || now.length != masked.length) {
            throw new IllegalArgumentException("policy loss: " + now.length + " new sequences, " + old.length + " old, "
                    + advantages.length + " advantages, " + masked.length + " mask entries; give one of each");
        }
        for (int i = 0; i < now.length; i++) {
            if (now[i].length != old[i].length) {
                throw new IllegalArgumentException("policy loss: sequence " + i + " has " + now[i].length
                        + " new log-probabilities but " + old[i].length + " old; score the sampled ids");
            }
            if (!Double.isFinite(advantages[i])) {
                throw new IllegalArgumentException(
                        "policy loss: the advantage of sequence " + i + " is " + advantages[i] + "; it must be finite");
            }
        }
    }

    /** The running sum over one micro-batch. */
    private static final class Sum {
        private final PolicyLoss loss;
        private final BatchTotals totals;
        private final float[][] gradient;
        private final double[] ratios;
        private double value;
        private long clippedLow;
        private long clippedHigh;
        private long terms;
        private double oldToNew;

        Sum(PolicyLoss loss, BatchTotals totals, int sequences) {
            this.loss = loss;
            this.totals = totals;
            this.gradient = new float[sequences][];
            this.ratios = new double[sequences];
        }

        /** -A exp(s - s'), s = sum_t new_t.   dnew_t = -A ratio where unclipped. */
        void addSequence(int i, float[] now, float[] old, double advantage, boolean masked) {
            gradient[i] = new float[now.length];
            ratios[i] = sequenceRatio(i, now, old);
            double weight = loss.weight(now.length, totals);
            double slope = addTerm(ratios[i], advantage, weight);
            if (!masked) {
                Arrays.fill(gradient[i], (float) slope);
            }
        }

        /** -A exp(new_t - old_t) for every t.   dnew_t = -A ratio_t where unclipped. */
        void addTokens(int i, float[] now, float[] old, double advantage, boolean masked) {
            gradient[i] = new float[now.length];
            ratios[i] = sequenceRatio(i, now, old);
            double weight = loss.weight(now.length, totals);
            for (int t = 0; t < now.length && !masked; t++) {
                double ratio = finite(Math.exp((double) now[t] - old[t]), i);
                gradient[i][t] = (float) addTerm(ratio, advantage, weight);
            }
        }

        /** Adds one term and gives its derivative by the log of its ratio. */
        private double addTerm(double ratio, double advantage, double weight) {
            boolean low = loss.clip.actsLow(ratio, advantage);
            boolean high = loss.clip.actsHigh(ratio, advantage);
            clippedLow += low ? 1 : 0;
            clippedHigh += high ? 1 : 0;
            terms++;
            value -= weight * advantage * loss.clip.factor(ratio, advantage);
            return low || high || advantage == 0 ? 0 : -weight * advantage * ratio;
        }

        private double sequenceRatio(int i, float[] now, float[] old) {
            double logRatio = 0;
            for (int t = 0; t < now.length; t++) {
                logRatio += (double) now[t] - old[t];
            }
            oldToNew -= logRatio;
            return finite(Math.exp(logRatio), i);
        }

        private static double finite(double ratio, int i) {
            if (!Double.isFinite(ratio)) {
                throw new IllegalArgumentException("policy loss: the probability ratio of sequence " + i + " is " + ratio
                        + "; are the old log-probabilities those of this completion?");
            }
            return ratio;
        }

        Step step() {
            return new Step(value, gradient, ratios, clippedLow, clippedHigh, terms, oldToNew);
        }
    }
}
