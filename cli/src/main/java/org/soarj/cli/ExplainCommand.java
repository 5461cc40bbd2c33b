package org.soarj.cli;

import java.io.PrintWriter;
import java.util.Optional;
import org.soarj.soar.run.Glossary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar explain METRIC}: what a figure of metrics.jsonl means. */
@Command(name = "explain", mixinStandardHelpOptions = true,
        description = "Say in two lines what a figure in metrics.jsonl means and when to worry; without a name, list all.")
final class ExplainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "METRIC", arity = "0..1", description = "Such as policy/loss or eval/pass@8.")
    private String metric;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Glossary glossary = Glossary.load();
        if (metric == null) {
            if (json) {
                out.println(JsonMapper.shared().writeValueAsString(glossary.entries()));
            } else {
                glossary.entries().forEach(entry -> out.println(entry.name()));
            }
            out.flush();
            return;
        }
        Optional<Glossary.Entry> entry = glossary.find(metric);
        if (entry.isEmpty()) {
            throw new IllegalArgumentException(metric + ": no such metric" + Nearest.hint(metric, glossary.names())
                    + " (soar explain lists all)");
        }
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(entry.get()));
        } else {
            out.println(entry.get().meaning());
            out.println(entry.get().worry());
        }
        out.flush();
    }
}
