package org.soarj.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code soar tokenize}: text to ids and back. */
@Command(name = "tokenize", mixinStandardHelpOptions = true,
        description = "Show the token ids of a text, as the checkpoint's tokenizer.json gives them. Needs no weights.")
final class TokenizeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelFolder model;

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private static final class Input {
        @Parameters(paramLabel = "TEXT", description = "The text.")
        private String text;

        @Option(names = "--jsonl", description = "Read {\"text\"} and write {\"ids\", \"ids_without_special\", \"decoded\", "
                + "\"decoded_skip_special\"}, one JSON object a line.")
        private boolean jsonl;
    }

    @Override
    public void run() {
        Tokenizer tokenizer = model.tokenizer();
        PrintWriter out = spec.commandLine().getOut();
        if (input.jsonl) {
            JsonPipe.run(System.in, out, object -> encoded(tokenizer, JsonPipe.text(object, "text")));
        } else if (json) {
            out.println(JsonPipe.line(encoded(tokenizer, input.text)));
        } else {
            out.println(Arrays.stream(tokenizer.encode(input.text, true)).mapToObj(Integer::toString)
                    .collect(Collectors.joining(",")));
        }
        out.flush();
    }

    private static Map<String, Object> encoded(Tokenizer tokenizer, String text) {
        int[] ids = tokenizer.encode(text, true);
        int[] plain = tokenizer.encode(text, false);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("ids", ids);
        result.put("ids_without_special", plain);
        result.put("decoded", tokenizer.decode(plain, false));
        result.put("decoded_skip_special", tokenizer.decode(ids, true));
        return result;
    }
}
