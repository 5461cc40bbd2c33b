package org.soarj.rl;

/**
 * How far the policy has moved from the one that sampled: probability ratios of whole sequences, and what the clip did.
 *
 * @param sequences how many went through the update
 * @param mean mean ratio; exactly 1 on the first update after sampling, NaN of no sequence
 * @param deviation population standard deviation of the ratios
 * @param most greatest ratio
 * @param clippedLow share of the terms (sequences or tokens, as {@link Aggregation} says) held up at the lower end
 * @param clippedHigh share held down at the upper end
 * @param oldToNew mean of {@code sum_t (old - new)} over the sequences, nats: an estimate of KL(old || new)
 */
public record Ratios(int sequences, double mean, double deviation, double most, double clippedLow, double clippedHigh,
                     double oldToNew) {

    /** Share of the terms that were clipped on either side. */
    public double clipFraction() {
        return clippedLow + clippedHigh;
    }

    /** Collects micro-batches. */
    static final class Sum {
        private int sequences;
        private double sum;
        private double squares;
        private double most = Double.NEGATIVE_INFINITY;
        private long low;
        private long high;
        private long terms;
        private double oldToNew;

        void add(PolicyLoss.Step step) {
            for (double ratio : step.ratios()) {
                sequences++;
                sum += ratio - 1;
                squares += (ratio - 1) * (ratio - 1);
                most = Math.max(most, ratio);
            }
            low += step.clippedLow();
            high += step.clippedHigh();
            terms += step.terms();
            oldToNew += step.oldToNew();
        }

        Ratios total() {
            if (sequences == 0) {
                return new Ratios(0, Double.NaN, Double.NaN, Double.NaN, 0, 0, 0);
            }
            double offset = sum / sequences;
            double variance = Math.max(0, squares / sequences - offset * offset);
            return new Ratios(sequences, 1 + offset, Math.sqrt(variance), most, share(low), share(high), oldToNew / sequences);
        }

        private double share(long count) {
            return terms == 0 ? 0 : (double) count / terms;
        }
    }
}
