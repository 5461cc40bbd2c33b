package org.soarj.rl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Problem;

class ProblemFileTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheFieldsOfMath() throws IOException {
        Path file = lines("math_test.jsonl", """
                {"problem": "What is $1+1$?", "answer": "2", "level": "Level 1", "subject": "Algebra"}

                {"problem": "Half?", "answer": "\\\\frac12", "level": "Level 2", "subject": "Algebra"}
                """);
        assertEquals(List.of(
                new Problem("math_test:1", "What is $1+1$?", "2", Map.of("level", "Level 1", "subject", "Algebra")),
                new Problem("math_test:3", "Half?", "\\frac12", Map.of("level", "Level 2", "subject", "Algebra"))),
                ProblemFile.read(file));
    }

    @Test
    void readsTheFieldsOfOlympiadBench() throws IOException {
        Path file = lines("olympiad.jsonl", "{\"id\": 1606, \"problem\": \"How many?\", \"answer\": \"2\"}");
        assertEquals(List.of(new Problem("1606", "How many?", "2")), ProblemFile.read(file));
    }

    @Test
    void readsHarpAsItIsPublishedWithoutTheSolutions() throws IOException {
        String line = """
                {"year": 2011, "contest": "AMC_8", "number": 3, "problem": "Find x.", "answer": "7", "level": 2,\
                 "subject": "prealgebra", "multiple_choice_only": false, "num_solutions": 2, "solution_1": "...", "solution_2": "...",\
                 "choices": {"A": "7"}, "source": null}
                """;
        Map<String, String> tags = Map.of("year", "2011", "contest", "AMC_8", "number", "3", "level", "2", "subject", "prealgebra",
                "multiple_choice_only", "false", "num_solutions", "2");
        Path file = lines("HARP.jsonl", line);
        assertEquals(List.of(new Problem("HARP:1", "Find x.", "7", tags)), ProblemFile.read(file));
        Path archive = zip("HARP.jsonl.zip", "data/", "data/HARP.jsonl", line);
        assertEquals(ProblemFile.read(file), ProblemFile.read(archive));
    }

    @Test
    void anArchiveOfSeveralFilesOrBytesThatAreNoTextAreRefused() throws IOException {
        Path several = zip("all.zip", "a/", "a/one.jsonl", "{}", "two.jsonl", "{}");
        IOException archive = assertThrows(IOException.class, () -> ProblemFile.read(several));
        assertTrue(archive.getMessage().contains("all.zip: a zip archive of 2 files, one is expected"), archive.getMessage());
        Path bytes = Files.write(folder.resolve("bytes.jsonl"), new byte[] {'{', (byte) 0xc3, '(', '}'});
        String refused = assertThrows(IllegalArgumentException.class, () -> ProblemFile.read(bytes)).getMessage();
        assertTrue(refused.contains("bytes.jsonl: is not text in UTF-8"), refused);
    }

    /** A folder, then names and texts of files by turns. */
    private Path zip(String name, String directory, String... files) throws IOException {
        Path archive = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(archive))) {
            out.putNextEntry(new ZipEntry(directory));
            for (int i = 0; i < files.length; i += 2) {
                out.putNextEntry(new ZipEntry(files[i]));
                out.write(files[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return archive;
    }

    @Test
    void gzipIsToldByItsBytesAndNotByTheName() throws IOException {
        Path file = folder.resolve("packed.jsonl");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"id\": \"a\", \"question\": \"q\", \"answer\": \"1\"}".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(List.of(new Problem("a", "q", "1")), ProblemFile.read(file));
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        List<Problem> problems = List.of(
                new Problem("a", "line\nbreak \u03c0 \ud835\udd38 \"quoted\"", "\\frac{1}{2}", Map.of("level", "5")),
                new Problem("b", "q", "2"));
        for (String name : List.of("plain.jsonl", "packed.jsonl.gz")) {
            Path file = folder.resolve(name);
            ProblemFile.write(file, List.of(problems.get(1)));
            ProblemFile.write(file, problems);
            assertEquals(problems, ProblemFile.read(file));
            assertFalse(Files.exists(folder.resolve(name + ".unfinished")));
        }
        assertTrue(Files.readAllBytes(folder.resolve("packed.jsonl.gz"))[0] == 0x1f);
    }

    @Test
    void errorsNameTheFileAndTheLine() throws IOException {
        String good = "{\"id\": 1, \"question\": \"q\", \"answer\": \"1\"}\n";
        assertRefused(good + "{\"id\": 2, ", "2: not valid JSON");
        assertRefused(good + "[1]", "2: a JSON object was expected, got ARRAY");
        assertRefused(good + "{\"id\": 2, \"answer\": \"1\"}", "2: field problem is missing; there are [id, answer]");
        assertRefused(good + "{\"question\": \"q\"}", "2: field answer is missing");
        assertRefused(good + "{\"question\": \"\", \"answer\": \"1\"}", "2: field question is blank");
        assertRefused(good + "{\"question\": \"q\", \"answer\": [1]}", "2: field answer must be a string, got ARRAY");
        assertRefused(good + "\n" + good, "3: id 1 was already given on line 1");
        assertRefused(good + "{\"question\": \"q\", \"answer\": \" \"}", "2: field answer is blank; give it one");
    }

    @Test
    void anEmptySetIsRefused() throws IOException {
        for (String nothing : List.of("", "\n\n")) {
            Path file = lines("empty.jsonl", nothing);
            String message = assertThrows(IllegalArgumentException.class, () -> ProblemFile.read(file)).getMessage();
            assertTrue(message.contains("empty.jsonl: no problem"), message);
        }
    }

    @Test
    void problemsWithoutAnAnswerCanBeLeftOut() throws IOException {
        Path file = lines("train.jsonl", """
                {"problem": "q", "answer": ""}
                {"problem": "q", "answer": "1"}
                """);
        List<String> leftOut = new ArrayList<>();
        assertEquals(1, ProblemFile.read(file, leftOut::add).size());
        assertEquals(List.of(file + ":1: field answer is blank"), leftOut);
    }

    @Test
    void aDamagedArchiveIsAnInputError() throws IOException {
        Path file = folder.resolve("damaged.jsonl.gz");
        Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});
        assertThrows(IOException.class, () -> ProblemFile.read(file));
        assertThrows(IOException.class, () -> ProblemFile.read(folder.resolve("missing.jsonl")));
    }

    private void assertRefused(String content, String expected) throws IOException {
        Path file = lines("set.jsonl", content);
        String message = assertThrows(IllegalArgumentException.class, () -> ProblemFile.read(file)).getMessage();
        assertTrue(message.startsWith(file + ":" + expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    private Path lines(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
