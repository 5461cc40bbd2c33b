/**
 * A run on disk: what was asked for, what happened, and where to go on from.
 *
 * <p>The problem: a number nobody can trace is worth little, and a run that dies must continue as if it had not. So each run
 * has one folder: {@code config.yaml} and {@code run.json} (what was asked, where it ran), {@code metrics.jsonl},
 * {@code questions.jsonl} and {@code rollouts.jsonl.gz} (what happened, line by line), {@code events.out.tfevents.*} (the
 * numbers again, for TensorBoard), {@code checkpoints/step-NNNNNN}, {@code results.csv}.
 *
 * <p>Reading order: {@link org.soarj.soar.run.RunDirectory}, {@link org.soarj.soar.run.RunHeader},
 * {@link org.soarj.soar.run.JsonLines} (and {@link org.soarj.soar.run.Lines}), {@link org.soarj.soar.run.EventFile}, {@link org.soarj.soar.run.Checkpoints}, {@link org.soarj.soar.run.RunListener},
 * {@link org.soarj.soar.run.SavedState}, {@link org.soarj.soar.run.MomentsFile}, {@link org.soarj.soar.run.AtomicFile},
 * {@link org.soarj.soar.run.CsvTable}, {@link org.soarj.soar.run.TrainingFolder} (runs that end as a model: pretraining,
 * fine-tuning), {@link org.soarj.soar.run.Glossary} (what the names of figures mean).
 *
 * <pre>{@code
 * try (RunDirectory run = RunDirectory.create(out, configYaml, RunHeader.here(seed, flags))) {
 *     run.metrics().append(report.metrics());
 *     SavedState.of(state, run.marks()).write(run.checkpoint(state.step()).resolve("soar.json"));
 * }
 * try (RunDirectory run = RunDirectory.open(out)) {                 // after a crash
 *     SavedState saved = SavedState.read(run.checkpoint(12).resolve("soar.json"));
 *     run.rewind(saved.marks());                                    // forget what was logged after the checkpoint
 *     loop.run(saved.with(weightsOfStep12));
 * }
 * }</pre>
 *
 * <p>Whole files appear under their name only when complete. Appenders throw {@link java.io.UncheckedIOException}, since they
 * are called from listeners, and a run that cannot write its log has to stop. Values that depend on the clock have keys that
 * start with {@code time/}, so two runs with one seed are equal without them.
 *
 * <p>Deliberately absent: weights (a checkpoint's folder is the caller's to fill) and who writes a line.
 */
package org.soarj.soar.run;
