package org.soarj.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.infer.SequenceScore;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code soar score}: how probable given tokens are. */
@Command(name = "score", mixinStandardHelpOptions = true,
        description = "Log-probability of each token given those before it, and the scores of the one that would follow. "
                + "Needs no tokenizer.")
final class ScoreCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelFolder model;

    @Mixin
    private Compute compute;

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(names = "--json", description = "Print {\"token_logprobs\": [T-1], \"last_logits\": [V]}.")
    private boolean json;

    private static final class Input {
        @Option(names = "--ids", split = ",", paramLabel = "ID", description = "Token ids, separated by commas.")
        private int[] ids;

        @Option(names = "--jsonl", description = "Read {\"ids\"} and write what --json prints, one JSON object a line.")
        private boolean jsonl;
    }

    @Override
    public void run() {
        Llama llama = model.llama();
        PrintWriter out = spec.commandLine().getOut();
        try (Backend backend = compute.open()) {
            if (input.jsonl) {
                JsonPipe.run(System.in, out, object -> map(SequenceScore.of(backend, llama, JsonPipe.ids(object, "ids"))));
            } else {
                print(out, SequenceScore.of(backend, llama, input.ids));
            }
        }
        out.flush();
    }

    private static Map<String, Object> map(SequenceScore score) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("token_logprobs", score.logProbs());
        result.put("last_logits", score.lastLogits());
        return result;
    }

    private void print(PrintWriter out, SequenceScore score) {
        if (json) {
            out.println(JsonPipe.line(map(score)));
            return;
        }
        double sum = 0;
        out.printf(Locale.ROOT, "%8s %8s %12s%n", "position", "id", "logprob");
        for (int t = 0; t < score.logProbs().length; t++) {
            out.printf(Locale.ROOT, "%8d %8d %12.6f%n", t + 1, input.ids[t + 1], score.logProbs()[t]);
            sum += score.logProbs()[t];
        }
        int best = 0;
        for (int v = 1; v < score.lastLogits().length; v++) {
            best = score.lastLogits()[v] > score.lastLogits()[best] ? v : best;
        }
        out.printf(Locale.ROOT, "sum of logprobs %.6f; most probable next id %d%n", sum, best);
    }
}
