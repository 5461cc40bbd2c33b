/**
 * Text to token ids and back, exactly as the Hugging Face {@code tokenizers} library does it.
 *
 * <p>The problem: a checkpoint means what it means only under the ids it was trained with, and one id that differs
 * changes every number after it. A tokenizer.json is a chain of small steps, each with its own habits; here each step
 * is a record under the name that the file gives it, and is done as the library does it or refused by name.
 *
 * <p>Reading order: {@link org.soarj.transformer.tokenizer.Tokenizer} (the chain), {@code AddedTokens} (cuts the text at
 * special tokens), {@code Normalizer} (rewrites what is between), {@code PreTokenizer} (cuts it into words),
 * {@code Bpe} and {@code Word} (merge a word's characters), {@code PostProcessor} (adds the begin token),
 * {@code Decoder} (the way back, as a pipe) and {@link org.soarj.transformer.tokenizer.StreamDecoder} (its open end).
 * {@link org.soarj.transformer.tokenizer.CharacterTokenizer} writes the files of a small model of one's own.
 *
 * <pre>{@code
 * Tokenizer tokenizer = Tokenizer.load(Path.of("models/Llama-3.2-1B"));
 * int[] ids = tokenizer.encode("What is 6·7?", true);         // <|begin_of_text|> first
 * String text = tokenizer.decode(ids, true);                  // "What is 6·7?"
 *
 * StreamDecoder stream = tokenizer.stream(true);
 * for (int id : ids) {
 *     System.out.print(stream.accept(id));                    // never half a character
 * }
 * System.out.println(stream.finish());
 * }</pre>
 *
 * <p>Deliberately absent: training a tokenizer, models other than BPE, pairs of texts, offsets into the text,
 * truncation and padding (the caller knows the length it wants), BPE dropout. Chat templates are in {@code chat}.
 */
package org.soarj.transformer.tokenizer;
