/**
 * Using a Llama: {@link org.soarj.transformer.infer.Generator} continues prompts in batches over a key-value cache,
 * {@link org.soarj.transformer.infer.Sampler} chooses tokens, {@link org.soarj.transformer.infer.Completion} is the result.
 *
 * <pre>{@code
 * Generator generator = new Generator(backend, llama, new Generator.Options(32, 1f, Set.of(2), 256));
 * List<Completion> completions = generator.generate(List.of(new int[] {1, 5, 7}), 8, Rng.of(1));
 * }</pre>
 *
 * <p>Deliberately absent: beam search, and truncated distributions (top-k, top-p), which would bias training.
 */
package org.soarj.transformer.infer;
