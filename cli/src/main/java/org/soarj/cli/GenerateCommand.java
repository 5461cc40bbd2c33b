package org.soarj.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.GenerationConfig;
import org.soarj.transformer.infer.TextGenerator;
import org.soarj.transformer.infer.TextStream;
import org.soarj.transformer.infer.TokenListener;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code soar generate}: goes on after a prompt. */
@Command(name = "generate", mixinStandardHelpOptions = true,
        description = "Go on after a prompt, given as text or as token ids. Text is shown while it comes; Ctrl-C ends it. Log-"
                + "probabilities are those of the whole distribution at the temperature, whatever was cut off from it.")
final class GenerateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelFolder model;

    @Mixin
    private Compute compute;

    @Mixin
    private DecodingOptions options;

    @ArgGroup(multiplicity = "1")
    private Prompt prompt;

    @Option(names = "--ignore-eos", description = "Go on past tokens that end a text.")
    private boolean ignoreEos;

    @Option(names = "--json", description = "Print {\"ids\", \"logprobs\", \"finish_reason\"}, with --prompt also \"text\".")
    private boolean json;

    private static final class Prompt {
        @Option(names = "--ids", split = ",", paramLabel = "ID",
                description = "Token ids, separated by commas; needs no tokenizer, and prints ids.")
        private int[] ids;

        @Option(names = "--prompt", paramLabel = "TEXT", description = "Text.")
        private String text;
    }

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        List<String> stops = options.stops();
        int maxTokens = options.maxTokens();
        if (prompt.text == null && !stops.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--stop needs text: give the prompt with --prompt");
        }
        Llama llama = model.llama();
        GenerationConfig generation = model.generation(llama);
        Set<Integer> stopIds = ignoreEos ? Set.of() : generation.eosTokenIds();
        TextGenerator.Settings settings =
                new TextGenerator.Settings(options.decoding(generation.decoding()), maxTokens, stopIds, 1);
        Tokenizer tokenizer = prompt.text == null ? null : model.tokenizer(llama, spec.commandLine().getErr());
        int[] ids = tokenizer == null ? prompt.ids : tokenizer.encode(prompt.text, true);
        TextStream stream = tokenizer == null ? null : new TextStream(tokenizer, stops, piece -> {
            if (!json) {
                out.print(piece);
                out.flush();
            }
        });
        try (Interruption interruption = new Interruption(); Backend backend = compute.open()) {
            TokenListener listener = interruption.over(stream == null ? TokenListener.NONE : stream);
            Completion completion = new TextGenerator(backend, llama, settings)
                    .generate(List.of(ids), 1, Rng.of(options.seed()), index -> listener).getFirst();
            String text = stream == null ? null : stream.finish();
            print(out, completion, text);
        }
    }

    private void print(PrintWriter out, Completion completion, String text) {
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("ids", completion.ids());
            result.put("logprobs", completion.logProbs());
            result.put("finish_reason", completion.finish().name().toLowerCase(Locale.ROOT));
            if (text != null) {
                result.put("text", text);
            }
            out.println(JsonPipe.line(result));
        } else {
            out.println(text != null ? "" : Arrays.stream(completion.ids()).mapToObj(Integer::toString)
                    .collect(Collectors.joining(",")));
        }
        out.flush();
    }
}
