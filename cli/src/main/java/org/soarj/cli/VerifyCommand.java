package org.soarj.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.rl.verify.Value;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar verify}: are two mathematical answers the same, and how were they read? */
@Command(name = "verify", mixinStandardHelpOptions = true,
        description = "Judge a mathematical answer against the gold answer, as a reward does: correct, contains, boxed, "
                + "unparseable or timed_out. An answer with a \\boxed{} is judged by what is in its last box.",
        footer = {"", "soar verify '\\frac{1}{2}' 0.5", "soar verify --jsonl pairs.jsonl"})
final class VerifyCommand implements Runnable {
    private static final int PAIR = 2;
    private static final String STANDARD_INPUT = "standard input";

    private CommandSpec spec;

    @Option(names = "--jsonl", description = "Read lines of {\"gold\", \"answer\"} from FILE..., or from standard input, and "
            + "print a line of {\"verdict\", \"gold_value\", \"answer_value\"} for each.")
    private boolean jsonl;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(paramLabel = "GOLD ANSWER | FILE", arity = "0..*", description = "The two answers; with --jsonl, files.")
    private List<String> arguments = new ArrayList<>();

    private final MathVerifier verifier = MathVerifier.withDefaults();
    private final JsonMapper mapper = JsonMapper.builder().build();

    /** Lets {@code -3} be an answer. */
    @Spec
    void accept(CommandSpec given) {
        spec = given;
        spec.parser().unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public void run() {
        for (String argument : arguments) {
            if (argument.startsWith("--")) {
                throw new ParameterException(spec.commandLine(), "verify: unknown option " + argument);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (jsonl) {
                printLines(out);
            } else if (arguments.size() == PAIR) {
                printPair(out, verifier.explain(arguments.get(0), arguments.get(1)));
            } else {
                throw new ParameterException(spec.commandLine(), "verify: GOLD and ANSWER are needed, got "
                        + arguments.size() + " arguments; or --jsonl for lines of pairs");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            out.flush();
        }
    }

    private void printPair(PrintWriter out, MathVerifier.Explanation found) {
        if (json) {
            out.println(mapper.writeValueAsString(fields(found)));
            return;
        }
        out.println(found.verdict().label());
        out.println("gold    " + found.goldValue().map(VerifyCommand::describe).orElse("nothing"));
        out.println("answer  " + found.answerValue().map(VerifyCommand::describe).orElse("nothing"));
    }

    private static String describe(Value value) {
        return value + (value.isRead() ? "" : "   (compared as text)");
    }

    private static Map<String, Object> fields(MathVerifier.Explanation found) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("verdict", found.verdict().label());
        fields.put("gold_value", found.goldValue().map(Value::toString).orElse(null));
        fields.put("answer_value", found.answerValue().map(Value::toString).orElse(null));
        return fields;
    }

    private void printLines(PrintWriter out) throws IOException {
        if (arguments.isEmpty()) {
            printLines(out, STANDARD_INPUT, System.in);
        }
        for (String file : arguments) {
            if (Files.isDirectory(Path.of(file))) {
                throw new IOException(file + ": is a folder; give a file of lines");
            }
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                printLines(out, file, in);
            }
        }
    }

    private void printLines(PrintWriter out, String name, InputStream in) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(
                in, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
        int number = 0;
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    String where = name + ":" + number + ": ";
                    JsonNode pair = parse(where, line);
                    out.println(mapper.writeValueAsString(
                            fields(verifier.explain(text(where, pair, "gold"), text(where, pair, "answer")))));
                }
            }
        } catch (MalformedInputException _) {
            throw new IOException(name + ": not UTF-8 text, after line " + number);
        }
    }

    private JsonNode parse(String where, String line) {
        JsonNode pair;
        try {
            pair = mapper.readTree(line);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException(where + "not valid JSON: " + malformed.getOriginalMessage());
        }
        if (!pair.isObject()) {
            throw new IllegalArgumentException(where + "a JSON object was expected, got " + pair.getNodeType());
        }
        return pair;
    }

    private static String text(String where, JsonNode pair, String field) {
        JsonNode value = pair.get(field);
        if (value == null) {
            throw new IllegalArgumentException(
                    where + "field " + field + " is missing; there are " + pair.propertyNames());
        }
        if (!value.isString() && !value.isNumber()) {
            throw new IllegalArgumentException(where + "field " + field + " must be a string, got " + value.getNodeType());
        }
        return value.asString();
    }
}
