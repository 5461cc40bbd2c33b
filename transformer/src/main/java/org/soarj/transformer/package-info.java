/**
 * The Llama: a decoder of RMSNorm, rotary positions, grouped-query attention and SwiGLU (Touvron et al. 2023), built from
 * and saved as a Hugging Face model directory.
 *
 * <p>Reading order: {@link org.soarj.transformer.LlamaConfig}, {@link org.soarj.transformer.Llama} (a record of
 * parameters with one forward pass), {@link org.soarj.transformer.PackedBatch} (sequences laid end to end),
 * {@code checkpoint} (directories), {@code tokenizer}, {@code chat} (conversations as text), {@code infer} (KV cache and
 * sampling), {@code lora} (adapters), {@code train} (fine-tuning).
 *
 * <pre>{@code
 * Llama llama = Checkpoint.load(Path.of("model"));
 * PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 5, 7}, new int[] {1, 9}));
 * Graph graph = Graph.recording(backend);
 * Variable logits = llama.logits(graph, batch);                         // (N,V)
 * Variable logp = graph.logProb(logits, batch.nextTokens());            // (N)
 * Backward.from(backend, graph.scale(-1f / batch.targets(), graph.sum(logp)));
 * }</pre>
 *
 * <p>One forward pass serves training and generation: only where attention finds its keys differs, and that gives the same
 * bits. Deliberately absent: dropout, other architectures, padding.
 */
package org.soarj.transformer;
