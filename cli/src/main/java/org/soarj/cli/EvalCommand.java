package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.soarj.rl.Policy;
import org.soarj.soar.rloo.Accuracy;
import org.soarj.soar.rloo.CutSampling;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.infer.Decoding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar eval}: accuracy with intervals. */
@Command(name = "eval", mixinStandardHelpOptions = true,
        description = "Measure a model on a data set: greedy accuracy, unbiased pass@k and maj@k with 95%% bootstrap intervals over "
                + "problems, length, truncation.")
final class EvalCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private Asking asking;

    @Option(names = "--samples", defaultValue = "32",
            description = "Completions of each problem; 0 for the greedy accuracy alone (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--k", split = ",", description = "k of pass@k and maj@k (default: those of 1, 8 and 32 that --samples allows).")
    private List<Integer> k;

    @Option(names = "--top-k", defaultValue = "0", description = "Only the k most probable tokens; 0 for all.")
    private int topK;

    @Option(names = "--top-p", defaultValue = "1", description = "Only the most probable tokens of this mass; 1 for all.")
    private float topP;

    @Option(names = "--min-p", defaultValue = "0",
            description = "Only tokens of this share of the highest probability; 0 for all.")
    private float minP;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (samples < 0) {
            throw new ParameterException(spec.commandLine(), "--samples must be 0 or more, got " + samples);
        }
        List<Integer> asked = k != null ? k : List.of(1, 8, 32).stream().filter(one -> one <= samples).toList();
        for (int one : asked) {
            if (one < 1 || one > samples) {
                throw new ParameterException(spec.commandLine(), "pass@" + one + " asked of " + samples
                        + " samples; raise --samples or ask for a smaller --k");
            }
        }
        Decoding decoding = decoding();
        try (Backend backend = compute.open()) {
            Asking.Opened opened = asking.open(backend);
            PrintWriter err = spec.commandLine().getErr();
            err.printf(Locale.ROOT, "soar eval: about to sample %,d completions of at most %d tokens%n",
                    (long) opened.problems().size() * (samples + 1), asking.maxTokens());
            err.flush();
            Policy policy = opened.policy();
            print(Accuracy.of(policy, new CutSampling(policy, decoding), opened.problems(), samples, asked, opened.task().judge(),
                    Rng.of(asking.seed()).split("evaluation")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Decoding decoding() {
        try {
            return new Decoding((float) asking.temperature(), topK, topP, minP, 1);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private void print(Accuracy accuracy) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("model", asking.model().directory().toString());
            all.put("adapter", asking.model().adapter() == null ? null : asking.model().adapter().toString());
            all.put("data", asking.data().toString());
            all.put("seed", asking.seed());
            all.put("temperature", asking.temperature());
            all.put("top_k", topK);
            all.put("top_p", topP);
            all.put("min_p", minP);
            all.put("max_tokens", asking.maxTokens());
            all.put("problems", accuracy.problems());
            all.put("samples", accuracy.samples());
            all.putAll(accuracy.figures());
            all.put("length", accuracy.length());
            all.put("truncated", accuracy.truncated());
            out.println(JsonMapper.shared().writeValueAsString(all));
        } else {
            AccuracyTable.print(out, accuracy);
        }
        out.flush();
    }
}
