package org.soarj.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that needs more than Java's heap, in a Java of its own. */
class FullHeapTest {
    @Test
    void aFullHeapIsOneLineWithTheRemedy(@TempDir Path folder) throws IOException, InterruptedException {
        Path err = folder.resolve("err");
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx96m",
                "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"), "org.soarj.cli.Main",
                "bench", "train", "--size", "large", "--threads", "1").redirectError(err.toFile()).start();
        String out = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = java.waitFor();
        // The JVM's own word on the incubator module.
        String said = Files.readAllLines(err).stream().filter(line -> !line.startsWith("WARNING: Using"))
                .collect(Collectors.joining("\n"));
        new CommandRun(exit, out, said).assertRefused(1, "out of memory (Java heap space; this Java may take");
    }
}
