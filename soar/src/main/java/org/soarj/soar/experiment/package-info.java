/**
 * What surrounds the loop: making a base and finding what it cannot do, and comparing what came of SOAR with what it is
 * compared with in the paper.
 *
 * <p>The problem: a claim such as "fresh students do better on promotion questions" needs teachers, pools of questions and
 * students by the dozen, all alike but for their questions, each with seeds of its own, and hours in which something may stop.
 *
 * <p>Reading order. A base: {@link org.soarj.soar.experiment.Pretraining}, {@link org.soarj.soar.experiment.WorldBase}; its hard
 * problems: {@link org.soarj.soar.experiment.HardFilter}, {@link org.soarj.soar.experiment.FilterRun}. The comparison:
 * {@link org.soarj.soar.experiment.Arm}, {@link org.soarj.soar.experiment.ExperimentSettings},
 * {@link org.soarj.soar.experiment.Experiment}, which asks {@link org.soarj.soar.experiment.Teachers} for teachers, draws a
 * {@link org.soarj.soar.experiment.PoolRecord} for each arm and trains a {@link org.soarj.soar.experiment.StudentRecord} for each
 * seed, mixed by {@link org.soarj.soar.experiment.Mixing} and judged by {@link org.soarj.soar.experiment.StoppingRule}. Last
 * {@link org.soarj.soar.experiment.Demo}, one run of everything in minutes.
 *
 * <pre>{@code
 * Teachers teachers = new SoarTeachers(out.resolve("soar"), workers, config, inputs, settings, header, yaml, listeners);
 * ExperimentResult result = new Experiment(ground, settings, teachers, workers, out, Rng.of(1), listener).run();
 * System.out.println(result.passAt("pq", 32).format(3));     // over all teachers and students
 * }</pre>
 *
 * <p>Deliberately absent: arms that differ in anything but their questions, and a choice of anything by held-out results.
 */
package org.soarj.soar.experiment;
