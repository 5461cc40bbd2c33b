/**
 * Low-rank adaptation (Hu et al. 2021): a large model is trained through small matrices beside its weights, which stay as
 * they are, in 16 bits if they came so.
 *
 * <p>Reading order: {@link org.soarj.transformer.LowRank} (what is added to a linear layer),
 * {@link org.soarj.transformer.lora.LoraSettings} (rank, alpha, targets), {@link org.soarj.transformer.lora.Lora} (attach and
 * merge), {@link org.soarj.transformer.lora.AdapterFiles} (PEFT's format on disk).
 *
 * <pre>{@code
 * Llama base = Checkpoint.load(Path.of("model"), Precision.STORED);
 * LoraSettings settings = new LoraSettings(8, 16, LoraSettings.QUERY_VALUE);
 * Llama adapted = Lora.attach(base, settings, rng);           // trains adapted.trainable()
 * AdapterFiles.save(Path.of("adapter"), adapted, settings, "model");
 * Llama again = AdapterFiles.load(Path.of("adapter"), base);
 * Checkpoint.save(Path.of("merged"), Lora.merge(backend, again));
 * }</pre>
 *
 * <p>Deliberately absent: dropout, adapters of the embedding and the output layer, biases, several adapters at once, and the
 * variants (DoRA, rsLoRA, PiSSA and so on), which are refused by name when a file asks for them.
 */
package org.soarj.transformer.lora;
