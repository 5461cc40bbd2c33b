package org.soarj.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.Rng;
import org.soarj.transformer.chat.ChatTemplate;
import org.soarj.transformer.chat.Message;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Conversation;
import org.soarj.transformer.infer.Decoding;
import org.soarj.transformer.infer.GenerationConfig;
import org.soarj.transformer.infer.TextStream;
import org.soarj.transformer.tokenizer.Tokenizer;

/** The turns of a conversation, and how the next one is answered. */
final class ChatSession {
    private static final String END_OF_TURN = "<|eot_id|>";

    private final Conversation conversation;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Settings settings;
    private final PrintWriter out;
    private final PrintWriter err;
    private List<Message> messages;
    private int turns;

    /**
     * @param system what the assistant is told before the first turn, or null
     * @param stops texts that end an answer
     * @param stopIds tokens that end an answer
     */
    record Settings(String system, Decoding decoding, int maxTokens, List<String> stops, Set<Integer> stopIds, long seed) {}

    /** What became of a turn. */
    enum Outcome { ANSWERED, NO_ROOM, INTERRUPTED }

    ChatSession(Conversation conversation, Tokenizer tokenizer, ChatTemplate template, Settings settings, PrintWriter out,
                PrintWriter err) {
        this.conversation = conversation;
        this.tokenizer = tokenizer;
        this.template = template;
        this.settings = settings;
        this.out = out;
        this.err = err;
        clear();
    }

    /** Tokens that end a turn: those that the checkpoint names, and Llama 3's. */
    static Set<Integer> stopIds(GenerationConfig generation, Tokenizer tokenizer) {
        Set<Integer> ids = new HashSet<>(generation.eosTokenIds());
        tokenizer.eosId().ifPresent(ids::add);
        tokenizer.idOf(END_OF_TURN).ifPresent(ids::add);
        return ids;
    }

    /** Forgets all turns. */
    void clear() {
        messages = new ArrayList<>();
        if (settings.system != null) {
            messages.add(Message.system(settings.system));
        }
    }

    /** Prints the answer to {@code line} while it comes; a turn that there is no room for is taken back. */
    Outcome answer(String line) {
        messages.add(Message.user(line));
        int[] ids = tokenizer.encode(template.render(messages, true), false);
        int context = conversation.context();
        if (ids.length >= context) {
            err.println("soar: the conversation would have " + ids.length + " tokens, the context ends at " + context
                    + "; this turn is taken back, /clear begins anew");
            messages.removeLast();
            return Outcome.NO_ROOM;
        }
        TextStream stream = new TextStream(tokenizer, settings.stops, piece -> {
            out.print(piece);
            out.flush();
        });
        Rng rng = Rng.of(settings.seed).split("turn", turns++);
        try (Interruption interruption = new Interruption()) {
            Completion reply = conversation.reply(ids, settings.decoding, settings.maxTokens, settings.stopIds, rng,
                    interruption.over(stream));
            messages.add(Message.assistant(stream.finish()));
            out.println();
            out.flush();
            if (reply.finish() == Completion.Finish.LENGTH) {
                boolean full = ids.length + reply.ids().length >= context;
                err.println("soar: cut off after " + reply.ids().length + " tokens: " + (full
                        ? "the context ends here, /clear begins anew" : "--max-tokens asks for no more"));
            }
            return reply.finish() == Completion.Finish.INTERRUPTED ? Outcome.INTERRUPTED : Outcome.ANSWERED;
        }
    }
}
