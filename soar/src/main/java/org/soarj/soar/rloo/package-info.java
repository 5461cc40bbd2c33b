/**
 * RLOO runs on data sets: Hard-Only, and every other comparison that has no teacher.
 *
 * <p>The problem: a training run is a claim, and a claim needs its settings, every number of every step, every completion that
 * it learnt from, a measure that is not the reward, and a way to go on after a crash that changes none of these.
 *
 * <p>Reading order: {@link org.soarj.soar.rloo.RlooConfig} (settings, with defaults), {@link org.soarj.soar.rloo.RlooRun} (the
 * loop), {@link org.soarj.soar.rloo.Accuracy} (evaluation apart from the reward, where {@link org.soarj.soar.rloo.CutSampling} may cut the distribution),
 * {@link org.soarj.soar.rloo.RlooListener}.
 * Inside, {@code StepMetrics} names the numbers, {@code Alarms} watches them, {@code RolloutLines} writes completions,
 * {@code RlooState} is what a checkpoint holds beside weights and moments.
 *
 * <pre>{@code
 * try (RunDirectory run = RunDirectory.create(out, yaml, header)) {
 *     RlooRun.Result result = new RlooRun(backend, config, inputs, run, listener).run();
 * }
 * try (RunDirectory run = RunDirectory.open(out)) {       // after a crash: the same call goes on from the last checkpoint
 *     RlooRun.Result result = new RlooRun(backend, config, inputs, run, listener).run();
 * }
 * }</pre>
 *
 * <p>Deliberately absent: reading YAML and models, which the command line does, and any arithmetic of the estimators, which is
 * {@code rl}'s.
 */
package org.soarj.soar.rloo;
