package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A class of the tests in a Java of its own, where options are others or nothing has run before. */
public final class OwnJava {
    private OwnJava() {}

    /** What {@code main} prints; fails with its errors where it does not end well. */
    public static List<String> lines(List<String> options, Class<?> main, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process java = new ProcessBuilder(command).start();
        java.getOutputStream().close();
        List<String> lines;
        String errors;
        try (var output = java.inputReader(StandardCharsets.UTF_8); var error = java.errorReader()) {
            lines = new ArrayList<>(output.lines().toList());
            errors = String.join("\n", error.lines().toList());
        }
        assertEquals(0, java.waitFor(), errors);
        return lines;
    }
}
