/**
 * What a run's questions and scores look like from outside: diversity, spread, and how sure one may be.
 *
 * <p>The problem: SOAR's claims are that a grounded teacher stays diverse where an intrinsic one collapses (Table 1), and
 * that its students are better by more than the noise of few seeds. Both need a number with an error beside it.
 *
 * <p>Reading order: {@link org.soarj.soar.measure.MeanDeviation}, {@link org.soarj.soar.measure.BootstrapInterval},
 * {@link org.soarj.soar.measure.CosineDistance}, {@link org.soarj.soar.measure.VendiScore},
 * {@link org.soarj.soar.measure.Taxonomy}, {@link org.soarj.soar.measure.SearchCycles}.
 *
 * <pre>{@code
 * MeanDeviation score = VendiScore.subsampled(embeddings, 128, 100, Rng.of(1));   // Table 1's protocol
 * double spread = CosineDistance.meanPairwise(embeddings);                   // the curve over training
 * BootstrapInterval passAt8 = BootstrapInterval.ofMean(perProblem, 0.95, 1000, Rng.of(2));
 * }</pre>
 *
 * <p>Deliberately absent: embedders. A caller brings rows of numbers; scores of different embedders do not compare.
 */
package org.soarj.soar.measure;
