package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "report", "generate", "chat", "score", "tokenize", "inspect", "sft", "merge", "verify",
        "gradcheck", "doctor"})
    void everyCommandExplainsItself(String command) {
        assertEquals(0, run(command, "--help"));
        assertTrue(out.toString().contains("Usage: soar " + command), out.toString());
        assertEquals("", err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "demo --nonsense", "demo --seed x", "report"})
    void wrongUsageIsOneLineAndExitTwo(String args) {
        assertEquals(2, run(args.isEmpty() ? new String[0] : args.split(" ")));
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().startsWith("soar: "), err.toString());
    }

    @Test
    void aFolderThatIsNotEmptyIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        assertEquals(1, run("demo", "--quick", "--out", folder.toString()));
        assertOneLine("choose a new or empty folder");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void aReportOfNoRunIsRefused() {
        assertEquals(1, run("report", folder.resolve("none").toString()));
        assertOneLine("is not a run directory");
    }

    @Test
    void anUnknownBackendIsRefusedByName() {
        assertEquals(2, run("gradcheck", "--backend", "abacus"));
        assertOneLine("abacus is not known");
        assertEquals(2, run("gradcheck", "--threads", "0"));
    }

    @Test
    void debugShowsTheStackTrace() {
        assertEquals(1, run("report", folder.resolve("none").toString(), "--debug"));
        assertTrue(err.toString().contains("\tat org.soarj"), err.toString());
    }

    @Test
    void gradcheckPrintsEveryOpAsJson() {
        assertEquals(0, run("gradcheck", "--json", "--cases", "2", "--backend", "reference"));
        JsonNode result = JsonMapper.builder().build().readTree(out.toString());
        assertTrue(result.get("passed").asBoolean());
        assertTrue(result.get("ops").size() > 20);
        assertTrue(result.get("ops").get(0).get("compared").asInt() > 0);
        assertEquals(1, result.get("seed").asInt());
        assertEquals(1e-3, result.get("tolerance").asDouble());
        assertEquals(8, result.get("models").size());
        for (JsonNode model : result.get("models")) {
            assertTrue(model.get("model").asString().startsWith("Llama "), model.toString());
            assertEquals(1, model.get("cases").asInt());
            assertTrue(model.get("compared").asInt() > 300, model.toString());
            assertTrue(model.get("largest_relative_error").asDouble() < 1e-3, model.toString());
        }
    }

    @Test
    void gradcheckNeedsACase() {
        assertEquals(2, run("gradcheck", "--cases", "0"));
        assertOneLine("--cases: at least 1 is needed, got 0");
    }

    @Test
    void doctorNamesBothBackends() {
        JsonNode machine = CommandRun.of("doctor", "--json").json().getFirst();
        assertEquals(List.of("java", "system", "cores", "heap_mib", "memory_mib", "backends"), List.copyOf(machine.propertyNames()));
        assertTrue(machine.get("cores").isInt() && machine.get("backends").get("reference").get("ready").asBoolean(),
                machine.toString());
        assertEquals(0, run("doctor"));
        assertTrue(out.toString().contains("backend cpu") && out.toString().contains("backend reference"), out.toString());
    }

    private void assertOneLine(String part) {
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains(part), err.toString());
        assertFalse(err.toString().contains("Exception"), err.toString());
    }
}
