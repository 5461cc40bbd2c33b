/**
 * SOAR runs on disk: what {@code soar train} does.
 *
 * <p>The problem: a run of the paper takes days on many devices, and one on two cores still takes longer than a power cut is
 * away. So everything that decides a number is in one {@link org.soarj.soar.train.TrainConfig}, every number is written down
 * with what it came from, and a run that dies goes on as if it had not.
 *
 * <p>Reading order: {@link org.soarj.soar.train.TrainConfig} (settings; {@code paper} and {@code tiny} are their defaults),
 * {@link org.soarj.soar.train.SoarRun} (the run), {@link org.soarj.soar.train.TrainListener}. Inside, {@code TrainLog} writes
 * the steps ({@link org.soarj.soar.train.QuestionLines} their questions), {@link org.soarj.soar.train.StepClock} says where their
 * time went, and {@code RoomyFilter} keeps out questions that fill the context.
 *
 * <pre>{@code
 * SoarRun soar = new SoarRun(backend, List.of(backend), config, inputs, listener);
 * soar.requireHard();
 * try (RunDirectory run = RunDirectory.create(out, yaml, header)) {
 *     soar.run(run);
 * }
 * try (RunDirectory run = RunDirectory.open(out)) {       // after a crash
 *     new SoarRun(backend, List.of(backend), config, inputs, listener).run(run);
 * }
 * }</pre>
 *
 * <p>A run's folder gets, beside the logs, {@code checkpoints/step-NNNNNN} with {@code teacher/} (a model directory with the
 * optimiser's moments), {@code student/} once one was promoted and {@code state.json}; {@code promoted/step-NNNNNN}, every
 * promoted student; and {@code promotion-questions.jsonl}.
 *
 * <p>Deliberately absent: reading YAML and models, which the command line does; comparison arms; students on other machines,
 * for which {@link org.soarj.soar.InnerLoop} is the place.
 */
package org.soarj.soar.train;
