package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same bits for vectors of 128, 256 and 512 bits, each tried in a JVM of its own. */
class VectorWidthsTest {

    @Test
    void everyKernelGivesTheSameBitsForEveryWidth() throws IOException, InterruptedException {
        List<String> narrow = digests(128);
        assertTrue(narrow.size() > 20, "too few kernels ran: " + narrow);
        assertEquals(narrow, digests(256));
        assertEquals(narrow, digests(512));
    }

    private static List<String> digests(int bits) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-Dsoarj.vectorBits=" + bits,
                "-cp", System.getProperty("java.class.path"), KernelDigests.class.getName()).start();
        process.getOutputStream().close();
        List<String> lines = new ArrayList<>();
        String errors;
        try (var output = process.inputReader(StandardCharsets.UTF_8); var error = process.errorReader()) {
            output.lines().forEach(lines::add);
            errors = String.join("\n", error.lines().toList());
        }
        assertEquals(0, process.waitFor(), errors);
        assertEquals("width " + bits / 32, lines.removeFirst());
        return lines;
    }
}
