/**
 * Supervised fine-tuning: examples in files, batches of bounded size, and the steps that learn them.
 *
 * <p>The problem: texts are of unequal length and a part of each is only the question, so a batch is counted in tokens, and the
 * loss in tokens to learn. Nothing is padded: examples lie end to end.
 *
 * <p>Reading order: {@link org.soarj.transformer.train.Example}, {@link org.soarj.transformer.train.ExampleFile} (JSONL),
 * {@link org.soarj.transformer.train.BatchPlan} (which step sees what), {@link org.soarj.transformer.train.FineTuning},
 * {@link org.soarj.transformer.train.TrainingFile} (what to go on from after a stop).
 *
 * <pre>{@code
 * List<Example> examples = ExampleFile.read(Path.of("data.jsonl"), tokenizer, end);
 * BatchPlan plan = BatchPlan.ofEpochs(examples, 3, 4096, rng);
 * Schedule schedule = Schedule.cosine(2e-5, 10, plan.steps().size());
 * new FineTuning(schedule, AdamW.Settings.DEFAULT, 1024, false)
 *         .run(backend, llama, plan, report -> System.err.println(report));
 * }</pre>
 *
 * <p>Deliberately absent: packing several texts into one attention window, chat layouts (the prompt says what it says).
 */
package org.soarj.transformer.train;
