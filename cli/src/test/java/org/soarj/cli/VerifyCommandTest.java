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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerifyCommandTest {
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

    private Path lines(String content) throws IOException {
        return Files.writeString(folder.resolve("pairs.jsonl"), content);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\\frac{1}{2} | 0.5 | correct | 1/2 | 1/2",
        "-3 | 3 | boxed | -3 | 3",
        "3 | -3 | contains | 3 | -3",
        "-x+1 | 1-x | correct | 1 + -1*x | 1 + -1*x",
        "2 | thus \\boxed{2} | correct | 2 | 2",
        "50% | 50 | correct | 50 | 50",
        "{1,2} | (1,2) | boxed | {1, 2} | (1, 2)"
    })
    void aPairIsJudgedAndItsReadingsShown(String gold, String answer, String verdict, String goldValue, String answerValue) {
        assertEquals(0, run("verify", gold, answer));
        assertEquals(List.of(verdict, "gold    " + goldValue, "answer  " + answerValue), out.toString().lines().toList());
        assertEquals("", err.toString());
    }

    @Test
    void whatIsTextSaysSo() {
        assertEquals(0, run("verify", "\\text{even}", "odd"));
        assertEquals(List.of("boxed", "gold    even   (compared as text)", "answer  odd   (compared as text)"),
                out.toString().lines().toList());
    }

    @Test
    void aPairAsJson() {
        assertEquals(0, run("verify", "--json", "x=5", ""));
        assertEquals("{\"verdict\":\"unparseable\",\"gold_value\":\"x = 5\",\"answer_value\":null}", out.toString().strip());
    }

    @Test
    void everyLineGetsALine() throws IOException {
        Path file = lines("""
                {"gold": "\\\\frac{1}{2}", "answer": "0.5"}

                {"gold": "7", "answer": 8, "id": "more fields are left alone"}
                {"gold": "even", "answer": "odd"}
                """);
        assertEquals(0, run("verify", "--jsonl", file.toString()));
        List<JsonNode> results = out.toString().lines().map(JsonMapper.builder().build()::readTree).toList();
        assertEquals(List.of("correct", "boxed", "boxed"),
                results.stream().map(result -> result.get("verdict").asString()).toList());
        assertEquals("1/2", results.getFirst().get("gold_value").asString());
        assertEquals("odd", results.getLast().get("answer_value").asString());
        assertEquals(List.of("verdict", "gold_value", "answer_value"), List.copyOf(results.getFirst().propertyNames()));
    }

    @Test
    void standardInputIsReadWithoutAFile() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("{\"gold\": \"1\", \"answer\": \"1.0\"}\nnonsense\n"
                    .getBytes(StandardCharsets.UTF_8)));
            assertEquals(1, run("verify", "--jsonl"));
        } finally {
            System.setIn(before);
        }
        assertTrue(out.toString().startsWith("{\"verdict\":\"correct\""), out.toString());
        assertOneLine("standard input:2: not valid JSON");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"gold\": \"1\"} | 2: field answer is missing; there are [gold]",
        "{\"answer\": \"1\"} | 2: field gold is missing; there are [answer]",
        "{\"gold\": \"1\", \"answer\": [1]} | 2: field answer must be a string, got ARRAY",
        "{\"gold\": \"1\", \"answer\": null} | 2: field answer must be a string, got NULL",
        "[1] | 2: a JSON object was expected, got ARRAY",
        "{\"gold\" | 2: not valid JSON"
    })
    void aMalformedLineIsNamed(String line, String expected) throws IOException {
        Path file = lines("{\"gold\": \"1\", \"answer\": \"1\"}\n" + line + "\n");
        assertEquals(1, run("verify", "--jsonl", file.toString()));
        assertEquals(1, out.toString().lines().count());
        assertOneLine(file + ":" + expected);
    }

    @Test
    void aFileThatIsMissingOrNotTextIsNamed() throws IOException {
        assertEquals(1, run("verify", "--jsonl", folder.resolve("none.jsonl").toString()));
        assertOneLine("none.jsonl: no such file");
        err.getBuffer().setLength(0);
        assertEquals(1, run("verify", "--jsonl", folder.toString()));
        assertOneLine(folder + ": is a folder");
        err.getBuffer().setLength(0);
        Path file = folder.resolve("latin.jsonl");
        Files.write(file, new byte[] {(byte) 0xe9, '\n'});
        assertEquals(1, run("verify", "--jsonl", file.toString()));
        assertOneLine("latin.jsonl: not UTF-8 text, after line 0");
    }

    @ParameterizedTest
    @CsvSource({"verify", "verify 1", "verify 1 2 3", "verify --nonsense 1 2", "verify --nonsense 1"})
    void wrongUsageIsOneLineAndExitTwo(String args) {
        assertEquals(2, run(args.split(" ")));
        assertEquals("", out.toString());
        assertOneLine("soar: verify: ");
    }

    private void assertOneLine(String part) {
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains(part), err.toString());
        assertFalse(err.toString().contains("Exception"), err.toString());
    }
}
