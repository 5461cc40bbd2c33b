/**
 * Model directories in Hugging Face's layout, read and written whole or not at all.
 *
 * <pre>{@code
 * Llama llama = Checkpoint.load(Path.of("model"));
 * Checkpoint.save(Path.of("copy"), llama);
 * }</pre>
 *
 * <p>Deliberately absent: sharded files, weights kept in 16 bits, pickled checkpoints.
 */
package org.soarj.transformer.checkpoint;
