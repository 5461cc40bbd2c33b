package org.soarj.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.chat.ChatTemplate;
import org.soarj.transformer.infer.Conversation;
import org.soarj.transformer.infer.GenerationConfig;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code soar chat}: a conversation, line by line. */
@Command(name = "chat", mixinStandardHelpOptions = true,
        description = "Talk to a checkpoint: a line is a turn. Its own chat template lays the turns out. /clear begins a new "
                + "conversation; /exit, the end of the input and Ctrl-C end the program.")
final class ChatCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelFolder model;

    @Mixin
    private Compute compute;

    @Mixin
    private DecodingOptions options;

    @Option(names = "--system", paramLabel = "TEXT", description = "What the assistant is told before the first turn.")
    private String system;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<String> stops = options.stops();
        int maxTokens = options.maxTokens();
        Llama llama = model.llama();
        Tokenizer tokenizer = model.tokenizer(llama, err);
        GenerationConfig generation = model.generation(llama);
        ChatTemplate template = ChatTemplate.load(model.text(), tokenizer, Clock.systemDefaultZone());
        ChatSession.Settings settings = new ChatSession.Settings(system, options.decoding(generation.decoding()), maxTokens, stops,
                ChatSession.stopIds(generation, tokenizer), options.seed());
        try (Backend backend = compute.open(); Conversation conversation = new Conversation(backend, llama)) {
            talk(new ChatSession(conversation, tokenizer, template, settings, out, err), err);
        }
    }

    private static void talk(ChatSession session, PrintWriter err) {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ChatSession.Outcome outcome = ChatSession.Outcome.ANSWERED;
        while (outcome != ChatSession.Outcome.INTERRUPTED) {
            err.print("> ");
            err.flush();
            String line = readLine(in);
            if (line == null || line.strip().equals("/exit")) {
                break;
            }
            if (line.strip().equals("/clear")) {
                session.clear();
            } else if (!line.isBlank()) {
                outcome = session.answer(line);
            }
        }
        if (outcome == ChatSession.Outcome.NO_ROOM) {
            throw new IllegalStateException("the last turn has no answer: there was no room for it in the context");
        }
    }

    private static String readLine(BufferedReader in) {
        try {
            return in.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
