/**
 * Conversations as text: a checkpoint's own chat template, rendered as Hugging Face's {@code transformers} renders it.
 *
 * <p>A chat model has seen turns in one layout only, and answers badly in any other. The layout comes with the checkpoint as a
 * Jinja template; {@link org.soarj.transformer.chat.ChatTemplate} finds and renders it,
 * {@link org.soarj.transformer.chat.Message} is a turn. A checkpoint that brings none but has Llama 3's tokens gets that
 * layout.
 *
 * <pre>{@code
 * ChatTemplate template = ChatTemplate.load(folder, tokenizer, Clock.systemDefaultZone());
 * String text = template.render(List.of(Message.system("Be brief."), Message.user("What is 6*7?")), true);
 * int[] ids = tokenizer.encode(text, false);
 * }</pre>
 *
 * <p>Deliberately absent: tools, documents and images, which templates also know how to lay out.
 */
package org.soarj.transformer.chat;
