/**
 * Using a Llama: continuing prompts, scoring given tokens, holding a conversation, all over a key-value cache.
 *
 * <p>Reading order: {@link org.soarj.transformer.infer.Generator} samples completions to train on, whole batches of them, and
 * {@link org.soarj.transformer.infer.Completion} is the result; {@link org.soarj.transformer.infer.TextGenerator} adds
 * {@link org.soarj.transformer.infer.Decoding} (top-k and its siblings) and listeners such as
 * {@link org.soarj.transformer.infer.TextStream}, which shows text while it comes and knows stop strings.
 * {@link org.soarj.transformer.infer.Conversation} goes on with one sequence turn by turn,
 * {@link org.soarj.transformer.infer.SequenceScore} tells how probable given tokens are. Within: {@code Prefill} runs prompts
 * in chunks, {@code KvCache} keeps keys and values, {@code DecodingLoop} goes token by token, {@code DecodingSampler} and
 * {@link org.soarj.transformer.infer.Sampler} choose.
 *
 * <pre>{@code
 * Generator generator = new Generator(backend, llama, new Generator.Options(32, 1f, Set.of(2), 256));
 * List<Completion> completions = generator.generate(List.of(new int[] {1, 5, 7}), 8, Rng.of(1));
 *
 * TextStream stream = new TextStream(tokenizer, List.of("\n\n"), System.out::print);
 * Decoding decoding = new Decoding(0.7f, 0, 0.9f, 0f, 1f);
 * new TextGenerator(backend, llama, new TextGenerator.Settings(decoding, 200, Set.of(2), 1))
 *         .generate(List.of(tokenizer.encode("Once", true)), 1, Rng.of(1), index -> stream);
 * stream.finish();
 * }</pre>
 *
 * <p>Deliberately absent: beam search, speculative decoding, batches that take in new prompts while they run.
 */
package org.soarj.transformer.infer;
