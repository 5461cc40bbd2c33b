package org.soarj.soar.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.soarj.tensor.Rng;

/**
 * Runs that a test starts in JVMs of their own, to kill them.
 *
 * @param main prints {@code ready}, then starts or resumes the run in the folder that is its first argument; its second is
 *     {@code scratch}
 * @param scratch a folder for what it needs besides
 * @param errors gets its standard error
 */
public record KillableRun(Class<?> main, Path scratch, Path errors) {

    /** What starts {@code main} with these arguments. */
    public static List<String> command(Class<?> main, Path run, Path scratch) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx256m", "-XX:-UsePerfData"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-modules") || argument.startsWith("--enable-native"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), run.toString(),
                scratch.toString()));
        return command;
    }

    /**
     * Starts or resumes a run and kills it after a random wait.
     *
     * @param saving whether to go on waiting until a checkpoint is half written
     * @return false when it came to its end before
     */
    public boolean killed(Path run, boolean saving, int longestWaitMillis, Rng rng) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command(main, run, scratch)).redirectError(errors.toFile()).start();
        try (BufferedReader out = child.inputReader()) {
            assertEquals("ready", out.readLine());
            int wait = rng.nextInt(longestWaitMillis);
            long end = System.nanoTime() + 20_000_000_000L;
            Thread.sleep(wait);
            while (saving && child.isAlive() && !halfSaved(run) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            child.toHandle().destroyForcibly();
            int code = child.waitFor();
            assertTrue(code == 0 || code == 128 + 9, "the run ended by itself, exit " + code + ": " + Files.readString(errors));
            return code != 0;
        }
    }

    /** Whether a checkpoint lies there under its hidden name. */
    public static boolean halfSaved(Path run) throws IOException {
        Path folder = run.resolve("checkpoints");
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> names = Files.list(folder)) {
            return names.anyMatch(name -> name.getFileName().toString().endsWith(".tmp"));
        }
    }
}
