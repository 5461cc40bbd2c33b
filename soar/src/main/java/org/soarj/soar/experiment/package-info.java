/**
 * What surrounds the loop in an experiment: making a base ({@link org.soarj.soar.experiment.Pretraining},
 * {@link org.soarj.soar.experiment.WorldBase}, on disk {@link org.soarj.soar.experiment.PretrainRun}), finding what it
 * cannot do ({@link org.soarj.soar.experiment.HardFilter}, {@link org.soarj.soar.experiment.FilterRun}), mixing questions ({@link org.soarj.soar.experiment.Mixing}), and
 * {@link org.soarj.soar.experiment.Demo}, which does all of it from nothing to a table.
 *
 * <pre>{@code
 * try (RunDirectory run = RunDirectory.create(Path.of("run"), yaml, RunHeader.here(1, List.of()))) {
 *     DemoResult result = new Demo(backend, DemoSettings.quick(), run, 1, listener).run();
 *     System.out.println(result.over("pq", DemoResult.ArmScore::passAt32));
 * }
 * }</pre>
 *
 * <p>Deliberately absent: arms that differ in anything but their questions.
 */
package org.soarj.soar.experiment;
