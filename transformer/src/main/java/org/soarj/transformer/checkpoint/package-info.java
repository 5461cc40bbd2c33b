/**
 * Model directories in Hugging Face's layout, read and written whole or not at all.
 *
 * <p>The problem: a user's checkpoint is a few JSON files and gigabytes of weights, by anybody, and a field that is passed
 * over or a shard of another model gives wrong numbers without a word. So whatever would change the numbers is understood or
 * refused by name, and every tensor is asked for by name and shape.
 *
 * <p>Reading order: {@link org.soarj.transformer.checkpoint.Checkpoint}, {@code ConfigFile} and {@code JsonTree} (config.json),
 * {@link org.soarj.transformer.checkpoint.WeightFiles} (one file or shards), {@code ShardIndex} (the shards' index),
 * {@link org.soarj.transformer.checkpoint.Precision} (weights as floats, or as they are stored),
 * {@link org.soarj.transformer.checkpoint.SaveOptions}, {@code CheckpointWriter} and {@code ConfigWriter}.
 *
 * <pre>{@code
 * Llama trained = Checkpoint.load(Path.of("model"));                          // floats, trainable
 * Llama frozen = Checkpoint.load(Path.of("model"), Precision.STORED);         // mapped; opens at once
 * Checkpoint.save(Path.of("copy"), trained, SaveOptions.DEFAULT
 *         .withDtype(DType.BF16).withSource(Path.of("model")));               // with its tokenizer
 * }</pre>
 *
 * <p>Deliberately absent: pickled checkpoints, quantised weights, other architectures, downloads.
 */
package org.soarj.transformer.checkpoint;
