package org.soarj.soar;

import java.util.function.Supplier;

/**
 * What an inner loop hands back: the gain, and a way to the weights that only the promoted student's are asked for.
 *
 * @param score accuracy of the trained student on Q_R, in [0,1], measured as {@link StudentEvaluator} measures the baseline
 * @param weights gives the trained student: one that was kept, or the same bits trained again from the job's seed
 */
public record InnerResult<W>(double score, Supplier<W> weights) {}
