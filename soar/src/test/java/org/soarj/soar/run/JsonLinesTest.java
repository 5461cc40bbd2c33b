package org.soarj.soar.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    @TempDir
    private Path temporary;

    private record Measured(String name, double value, float[] parts) {}

    @Test
    void numbersThatJsonLacksBecomeNullWhereverTheyAre() throws IOException {
        Path file = temporary.resolve("a.jsonl");
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("nan", Double.NaN);
        line.put("infinity", Float.POSITIVE_INFINITY);
        line.put("list", Arrays.asList(1.5, Double.NEGATIVE_INFINITY, null));
        line.put("doubles", new double[] {0.1, Double.NaN});
        line.put("ints", new int[] {1, 2});
        line.put("record", new Measured("é", Double.NaN, new float[] {0.1f, Float.NaN}));
        try (JsonLines lines = JsonLines.plain(file)) {
            lines.append(line);
        }
        assertEquals(
                List.of("{\"nan\":null,\"infinity\":null,\"list\":[1.5,null,null],\"doubles\":[0.1,null],\"ints\":[1,2],"
                        + "\"record\":{\"name\":\"é\",\"value\":null,\"parts\":[0.1,null]}}"),
                lines(file));
    }

    @Test
    void aPlainLineIsInTheFileAtOnceAndALaterWriterAppends() throws IOException {
        Path file = temporary.resolve("a.jsonl");
        try (JsonLines lines = JsonLines.plain(file)) {
            lines.append(Map.of("step", 0));
            assertEquals(List.of("{\"step\":0}"), lines(file));
        }
        try (JsonLines lines = JsonLines.plain(file)) {
            lines.append(Map.of("step", 1));
        }
        assertEquals(List.of("{\"step\":0}", "{\"step\":1}"), lines(file));
    }

    @Test
    void aPartComesWhereItIsAddedAndNotWhereItWasBegun() throws IOException {
        for (String name : List.of("a.jsonl", "a.jsonl.gz")) {
            Path file = temporary.resolve(name);
            try (JsonLines lines = name.endsWith(".gz") ? JsonLines.gzip(file) : JsonLines.plain(file)) {
                JsonLines.Part part = lines.part();
                part.append(Map.of("in", "part"));
                lines.append(Map.of("line", 1));
                part.append(Map.of("in", "part again"));
                lines.append(part.finish());
                lines.append(Map.of("line", 2));
            }
            assertEquals(List.of("{\"line\":1}", "{\"in\":\"part\"}", "{\"in\":\"part again\"}", "{\"line\":2}"), lines(file));
        }
    }

    @Test
    void afterEachFlushTheFileIsAWholeGzipFile() throws IOException {
        Path file = temporary.resolve("a.jsonl.gz");
        try (JsonLines lines = JsonLines.gzip(file)) {
            for (int step = 0; step < 5; step++) {
                lines.append(Map.of("step", step));
                lines.append(Map.of("again", step));
                lines.flush();
                assertEquals(2 * (step + 1), lines(file).size());
            }
            lines.append(Map.of("step", 5));
        }
        assertEquals("{\"step\":5}", lines(file).getLast());
        assertEquals(11, lines(file).size());
    }

    @Test
    void aLongGzipLogDoesNotWaitForAFlush() throws IOException {
        Path file = temporary.resolve("a.jsonl.gz");
        try (JsonLines lines = JsonLines.gzip(file)) {
            lines.append(Map.of("text", "x".repeat(2 << 20)));
            assertEquals(1, lines(file).size());
        }
    }

    @Test
    void rewindingCutsTornLinesAndPendingOnesAway() throws IOException {
        for (boolean gzip : new boolean[] {false, true}) {
            Path file = temporary.resolve("log-" + gzip + (gzip ? ".gz" : ""));
            try (JsonLines lines = gzip ? JsonLines.gzip(file) : JsonLines.plain(file)) {
                IntStream.range(0, 3).forEach(step -> lines.append(Map.of("step", step)));
                long mark = lines.mark();
                lines.append(Map.of("step", 3));
                lines.flush();
                lines.append(Map.of("step", 4));
                lines.rewind(mark);
                lines.append(Map.of("step", 5));
                lines.flush();
                assertEquals(List.of("{\"step\":0}", "{\"step\":1}", "{\"step\":2}", "{\"step\":5}"), lines(file));
                assertThrows(IllegalStateException.class, () -> lines.rewind(1 << 20));
            }
        }
    }

    /** The lines of a file, unpacked when its name says gzip. */
    static List<String> lines(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
