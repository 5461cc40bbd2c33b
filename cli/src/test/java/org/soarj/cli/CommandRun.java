package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One run of the command line: what it was given, what it printed and how it ended. */
record CommandRun(int exit, String out, String err) {
    /** What a command in a Java of its own may take. */
    private static final int MOST_SECONDS = 120;

    static CommandRun of(String... args) {
        return withInput("", args);
    }

    /** @param input what comes on standard input */
    static synchronized CommandRun withInput(String input, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return new CommandRun(line.execute(args), out.toString(), err.toString());
        } finally {
            System.setIn(before);
        }
    }

    /**
     * The same in a Java of its own.
     *
     * @param options of Java, beside those that every command needs
     */
    static CommandRun inOwnJava(List<String> options, Map<String, String> environment, String... args)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        words.addAll(options);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.soarj.cli.Main"));
        words.addAll(List.of(args));
        Path err = Files.createTempFile("soar", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(words).redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            // Two threads that wait for each other would wait for ever: whoever is killed has failed.
            CompletableFuture.delayedExecutor(MOST_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            // The JVM's own word on the incubator module.
            String said = Files.readAllLines(err).stream().filter(line -> !line.startsWith("WARNING: Using"))
                    .collect(Collectors.joining("\n"));
            return new CommandRun(exit, out, said);
        } finally {
            Files.delete(err);
        }
    }

    /** The objects that it printed, one a line; it must have ended well. */
    List<JsonNode> json() {
        assertEquals(0, exit, err);
        return out.lines().map(new JsonMapper()::readTree).toList();
    }

    /** It must have failed with this exit code and one line that holds {@code part}. */
    void assertRefused(int code, String part) {
        assertEquals(code, exit, out + err);
        assertEquals(1, err.lines().count(), err);
        assertTrue(err.startsWith("soar: ") && err.contains(part), err);
        assertFalse(err.contains("Exception"), err);
    }
}
