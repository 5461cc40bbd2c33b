package org.soarj.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
    @TempDir
    Path folder;

    @Test
    void membersOfAGzipFileAreReadOneAfterTheOther() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.write(gzip("{\"n\":1}\n{\"n\":2}\n"));
        both.write(gzip("{\"n\":3}\n"));
        Files.write(folder.resolve("a.jsonl.gz"), both.toByteArray());
        assertEquals(List.of(1, 2, 3), numbers("a.jsonl.gz"));
    }

    @Test
    void aGzipFileThatBreaksOffIsReadAsFarAsItGoes() throws IOException {
        byte[] first = gzip("{\"n\":1}\n{\"n\":2}\n");
        byte[] second = gzip("{\"n\":3}\n{\"n\":4}\n");
        for (int cut = 0; cut <= second.length; cut++) {
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.write(first);
            both.write(Arrays.copyOf(second, cut));
            Files.write(folder.resolve("a.jsonl.gz"), both.toByteArray());
            List<Integer> read = numbers("a.jsonl.gz");
            assertTrue(List.of(1, 2, 3, 4).subList(0, read.size()).equals(read) && read.size() >= 2, cut + " bytes: " + read);
        }
        for (int cut = 0; cut < first.length; cut++) {
            Files.write(folder.resolve("a.jsonl.gz"), Arrays.copyOf(first, cut));
            List<Integer> read = numbers("a.jsonl.gz");
            assertEquals(List.of(1, 2).subList(0, read.size()), read, cut + " bytes");
        }
    }

    @Test
    void whatIsNoGzipFileIsNamed() throws IOException {
        Files.writeString(folder.resolve("a.jsonl.gz"), "{\"n\":1}\n{\"n\":1}\n");
        IOException refused = assertThrows(IOException.class, () -> numbers("a.jsonl.gz"));
        assertTrue(refused.getMessage().contains("a.jsonl.gz: is no gzip file"), refused.getMessage());
    }

    @Test
    void anEmptyFileHasNoLines() throws IOException {
        Files.write(folder.resolve("a.jsonl.gz"), new byte[0]);
        assertEquals(List.of(), numbers("a.jsonl.gz"));
        assertEquals(List.of(), numbers("none.jsonl"));
    }

    private List<Integer> numbers(String name) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        RunFiles.in(folder).each(name, line -> numbers.add(line.path("n").asInt()));
        return numbers;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
