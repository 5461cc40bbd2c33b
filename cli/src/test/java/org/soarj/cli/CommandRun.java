package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One run of the command line: what it was given, what it printed and how it ended. */
record CommandRun(int exit, String out, String err) {

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
