package org.soarj.tensor.backend;

import org.soarj.tensor.Tensor;

/** Chooses from rows of scores in the memory that they are in, so that nobody need read them. */
@FunctionalInterface
public interface RowChooser {

    /**
     * Chooses an index of each row of {@code scores}, (N,V): where {@code draws[i]} is in [0, 1), that at which the sum of
     * e^(x - max) in ascending order exceeds {@code draws[i]} times the whole, in double precision; where it is negative, that of
     * the highest score, the lowest of equals. Leaves -1 where it does not decide: a row with NaN or without a finite maximum, and
     * a draw so near to a boundary between two indices that the order of the sum matters.
     *
     * @param draws N numbers
     * @param chosen N numbers, which are overwritten
     */
    void choose(Tensor scores, double[] draws, int[] chosen);
}
