package org.soarj.transformer.chat;

import java.util.List;
import org.soarj.transformer.tokenizer.Tokenizer;

/** The plain layout of Llama 3, for a checkpoint that has its tokens and no template (Llama 3 model card, "Prompt format"). */
record Llama3Layout() implements ChatTemplate {
    private static final String BEGIN = "<|begin_of_text|>";
    private static final String HEADER = "<|start_header_id|>";
    private static final String END_OF_HEADER = "<|end_header_id|>";
    private static final String END_OF_TURN = "<|eot_id|>";

    static boolean fits(Tokenizer tokenizer) {
        return List.of(BEGIN, HEADER, END_OF_HEADER, END_OF_TURN).stream().allMatch(token -> tokenizer.idOf(token).isPresent());
    }

    @Override
    public String render(List<Message> messages, boolean addGenerationPrompt) {
        StringBuilder text = new StringBuilder(BEGIN);
        for (Message message : messages) {
            text.append(header(message.role())).append(PythonTrim.strip(message.content())).append(END_OF_TURN);
        }
        return addGenerationPrompt ? text.append(header("assistant")).toString() : text.toString();
    }

    private static String header(String role) {
        return HEADER + role + END_OF_HEADER + "\n\n";
    }
}
