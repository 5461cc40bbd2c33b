/**
 * Worlds small enough for two cores, in which the whole method runs in minutes.
 *
 * <p>The problem: the paper's setting (a 3B model on competition mathematics) takes dozens of GPUs for days. A world stands
 * in for it: it writes a pretraining corpus, so that a tiny model becomes the "base"; it poses problems of graded
 * difficulty; and it knows the truth, so that the judge of the paper's Table 7 is exact here. Nothing in a world knows about
 * SOAR.
 *
 * <p>Reading order: {@link org.soarj.soar.world.World}, {@link org.soarj.soar.world.DocumentClass},
 * {@link org.soarj.soar.world.ChainWorldSettings} (the imagined authors), {@link org.soarj.soar.world.Chain} (a question
 * and its working), {@link org.soarj.soar.world.ChainWorld}.
 *
 * <pre>{@code
 * World world = new ChainWorld(ChainWorldSettings.DEFAULT);
 * Rng rng = Rng.of(1);
 * world.document(rng);                       // "Q3+4-1A3+4=7,7-1=6." or something less careful
 * world.truth("3+4-1");                      // Optional[3+4=7,7-1=6]
 * world.truth("3+-1");                       // Optional.empty: ill-posed
 * world.classify("Q3+4A3+4=8.").error();     // ARITHMETIC
 * Problem hard = world.problem(8, rng);
 * }</pre>
 *
 * <p>Deliberately absent: models and training. A world gives text and judges text.
 */
package org.soarj.soar.world;
