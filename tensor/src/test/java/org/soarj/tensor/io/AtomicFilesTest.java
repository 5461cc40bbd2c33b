package org.soarj.tensor.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    @Test
    void theOldFileStandsUntilTheNewOneIsWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "old");
        AtomicFiles.write(file, out -> {
            out.write(text("new"));
            out.flush();
            assertEquals("old", Files.readString(file));
            assertEquals(2, names().size());
        });
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("notes.txt"), names());
    }

    @Test
    void aFailedWriteLeavesTheOldFileAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "old");
        IOException full = new IOException("disk full");
        IOException thrown = assertThrows(IOException.class, () -> AtomicFiles.write(file, out -> {
            out.write(text("half of the ne"));
            throw full;
        }));
        assertSame(full, thrown);
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("notes.txt"), names());
    }

    @Test
    void aFirstWriteThatFailsLeavesNothing() throws IOException {
        assertThrows(IllegalStateException.class, () -> AtomicFiles.write(folder.resolve("notes.txt"), out -> {
            throw new IllegalStateException("content");
        }));
        assertEquals(List.of(), names());
    }

    @Test
    void aFolderInTheWayIsAnErrorThatLeavesNothingBehind() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        assertThrows(IOException.class, () -> AtomicFiles.write(taken, out -> out.write(1)));
        assertEquals(List.of("taken"), names());
    }

    @Test
    void contentMayCloseItsStream() throws IOException {
        Path file = folder.resolve("notes.gz");
        AtomicFiles.write(file, out -> {
            try (OutputStream zipped = new GZIPOutputStream(out)) {
                zipped.write(text("packed"));
            }
        });
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertEquals("packed", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void othersMayReadTheFileAsAnyOther() throws IOException {
        Path plain = Files.createFile(folder.resolve("plain"));
        Path atomic = folder.resolve("atomic");
        AtomicFiles.write(atomic, out -> out.write(1));
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(atomic));
    }

    @Test
    void aMissingFolderIsNamed() {
        Path file = folder.resolve("nowhere/notes.txt");
        NoSuchFileException thrown =
                assertThrows(NoSuchFileException.class, () -> AtomicFiles.write(file, out -> out.write(1)));
        assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("make it first"), thrown.getMessage());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
