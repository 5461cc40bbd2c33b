package org.soarj.rl;

/**
 * The counts that a loss is divided by, taken over a whole optimiser step. Micro-batches share one of these: a mean of
 * micro-batch means is not the mean of the batch.
 *
 * @param sequences all of them, masked ones included
 * @param unmasked those that are not masked
 * @param tokens completion tokens of the unmasked ones
 */
public record BatchTotals(int sequences, int unmasked, long tokens) {
    /**
     * Counts a batch.
     *
     * @param lengths completion tokens of each sequence; (B)
     * @param masked which sequences to leave out of the gradient; (B)
     */
    public static BatchTotals of(int[] lengths, boolean[] masked) {
        if (lengths.length != masked.length) {
            throw new IllegalArgumentException("batch totals: " + lengths.length + " lengths but " + masked.length
                    + " mask entries; give one for each");
        }
        int unmasked = 0;
        long tokens = 0;
        for (int i = 0; i < lengths.length; i++) {
            if (!masked[i]) {
                unmasked++;
                tokens += lengths[i];
            }
        }
        return new BatchTotals(lengths.length, unmasked, tokens);
    }
}
