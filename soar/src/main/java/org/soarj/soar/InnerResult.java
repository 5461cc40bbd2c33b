package org.soarj.soar;

/**
 * What an inner loop hands back.
 *
 * @param score accuracy of the trained student on Q_R, in [0,1], measured as {@link StudentEvaluator} measures the baseline
 * @param weights the trained student, kept only when it is promoted
 */
public record InnerResult<W>(double score, W weights) {}
