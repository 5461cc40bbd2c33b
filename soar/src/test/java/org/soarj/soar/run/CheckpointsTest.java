package org.soarj.soar.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    private Path temporary;

    private final List<String> warnings = new ArrayList<>();
    private Path folder;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() {
        folder = temporary.resolve("run/checkpoints");
        checkpoints = new Checkpoints(folder, 2);
    }

    private static Checkpoints.Content text(String text) {
        return directory -> {
            Files.writeString(directory.resolve("a.txt"), text);
            Files.createDirectories(directory.resolve("inner"));
            Files.writeString(directory.resolve("inner/b.txt"), text + text);
        };
    }

    @Test
    void theNewestIsFoundAndTheOldestGo() throws IOException {
        assertEquals(Optional.empty(), checkpoints.newest(warnings::add));
        for (int step : new int[] {5, 900, 1_000_000}) {
            checkpoints.write(step, text("step " + step));
        }
        Checkpoints.Entry newest = checkpoints.newest(warnings::add).orElseThrow();
        assertEquals(new Checkpoints.Entry(1_000_000, folder.resolve("step-1000000")), newest);
        assertEquals("step 1000000step 1000000", Files.readString(newest.directory().resolve("inner/b.txt")));
        assertEquals(List.of("step-000900", "step-1000000"), names());
        assertEquals(List.of(), warnings);
    }

    @Test
    void oneOfTheSameStepIsReplaced() throws IOException {
        checkpoints.write(3, text("old"));
        checkpoints.write(3, text("new"));
        assertEquals(List.of("step-000003"), names());
        assertEquals("new", Files.readString(folder.resolve("step-000003/a.txt")));
    }

    @Test
    void oneThatIsDamagedIsPassedOverWithAWarning() throws IOException {
        checkpoints.write(1, text("one"));
        Path two = checkpoints.write(2, text("two"));
        Files.writeString(two.resolve("inner/b.txt"), "twotwO");
        assertEquals(1, checkpoints.newest(warnings::add).orElseThrow().step());
        assertTrue(warnings.getFirst().startsWith(two + ": this checkpoint is damaged and passed over: inner/b.txt has 6 bytes"),
                warnings.toString());
        Files.delete(two.resolve("inner/b.txt"));
        assertEquals(1, checkpoints.newest(warnings::add).orElseThrow().step());
        assertTrue(warnings.getLast().endsWith("inner/b.txt is missing"), warnings.toString());
        Files.writeString(two.resolve("manifest.json"), "{\"files\":");
        assertEquals(1, checkpoints.newest(warnings::add).orElseThrow().step());
        assertTrue(warnings.getLast().contains("manifest.json is not valid"), warnings.toString());
        Files.delete(two.resolve("manifest.json"));
        assertEquals(1, checkpoints.newest(warnings::add).orElseThrow().step());
        assertTrue(warnings.getLast().endsWith("manifest.json is missing"), warnings.toString());
    }

    @Test
    void aFailedOneLeavesNothingAndTheLastAsItWas() throws IOException {
        checkpoints.write(1, text("one"));
        IOException failure = assertThrows(IOException.class, () -> checkpoints.write(2, directory -> {
            Files.writeString(directory.resolve("a.txt"), "half");
            throw new IOException("No space left on device");
        }));
        assertEquals(folder.resolve("step-000002") + ": the checkpoint could not be written: No space left on device; earlier "
                + "ones are intact; make room, or the folder writable, and resume", failure.getMessage());
        assertEquals(List.of("step-000001"), names());
        assertEquals(1, checkpoints.newest(warnings::add).orElseThrow().step());
        assertEquals(List.of(), warnings);
    }

    /** Tests often run as root, whom no permission stops; a path below a file cannot be written by anyone. */
    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(Files.createDirectories(folder).resolveSibling("file"), "precious");
        for (Path wrong : List.of(file, file.resolve("checkpoints"))) {
            String said = assertThrows(IOException.class, () -> new Checkpoints(wrong, 1).write(1, text("one"))).getMessage();
            assertTrue(said.startsWith(wrong.resolve("step-000001") + ": the checkpoint could not be written: "), said);
            assertTrue(said.contains("Not a directory; earlier ones are intact; make room, or the folder writable"), said);
        }
        String read = assertThrows(IOException.class, () -> new Checkpoints(file, 1).newest(warnings::add)).getMessage();
        assertTrue(read.startsWith(file + ": is a file where a folder of checkpoints is expected"), read);
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void aFolderWithoutPermissionIsNamedAndTheLastIsAsItWas() throws IOException {
        checkpoints.write(1, text("one"));
        assumeTrue(folder.toFile().setWritable(false) && !Files.isWritable(folder), "root may write everywhere");
        try {
            String denied = assertThrows(IOException.class, () -> checkpoints.write(2, text("two"))).getMessage();
            assertTrue(denied.contains(": permission denied; earlier ones are intact"), denied);
            assertEquals(1, checkpoints.newest(warnings::add).orElseThrow().step());
        } finally {
            assertTrue(folder.toFile().setWritable(true));
        }
    }

    @Test
    void leftoversAreSweptAndAnotherFutureIsDiscarded() throws IOException {
        for (int step = 1; step <= 2; step++) {
            checkpoints.write(step, text("x"));
        }
        Files.createDirectories(folder.resolve(".step-000003.abc.tmp/inner"));
        Files.createDirectories(folder.resolve(".step-000001.abc.old"));
        checkpoints.sweep();
        assertEquals(List.of("step-000001", "step-000002"), names());
        checkpoints.discardAfter(1);
        assertEquals(List.of("step-000001"), names());
    }

    @Test
    void atLeastOneMustBeKept() {
        assertEquals("checkpoints: at least 1 must be kept, got 0",
                assertThrows(IllegalArgumentException.class, () -> new Checkpoints(folder, 0)).getMessage());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
