package org.soarj.soar.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;

/**
 * The checkpoints of a run, {@code step-NNNNNN} each: a checkpoint is there whole or not at all, whatever stops the writer.
 *
 * <p>It is written to a hidden folder, with a manifest of the size and the CRC-32C of every file, forced to the disk, and
 * renamed in one step. A reader takes the newest whose files are those of its manifest.
 */
public final class Checkpoints {
    private static final String MANIFEST = "manifest.json";
    private static final String PREFIX = "step-";

    private final Path folder;
    private final int keep;

    /** What goes into a checkpoint. */
    @FunctionalInterface
    public interface Content {
        /** Writes files into {@code directory}, which exists and is empty. */
        void writeTo(Path directory) throws IOException;
    }

    /** A checkpoint on the disk. */
    public record Entry(int step, Path directory) {}

    private record FileSum(long bytes, long crc32c) {}

    private record Manifest(Map<String, FileSum> files) {}

    /** @param keep how many of the newest to keep; at least 1 */
    public Checkpoints(Path folder, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("checkpoints: at least 1 must be kept, got " + keep);
        }
        this.folder = folder;
        this.keep = keep;
    }

    /**
     * Writes the checkpoint of a step, then removes those that are too old. One of the same step is replaced.
     *
     * @throws IOException when it cannot be written; those that were there before are then as they were
     */
    public Path write(int step, Content content) throws IOException {
        Path target = folder.resolve(name(step));
        Path temporary = folder.resolve("." + name(step) + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(temporary);
            content.writeTo(temporary);
            writeManifest(temporary);
            if (Files.exists(target)) {
                discard(target);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder);
        } catch (IOException | RuntimeException failure) {
            try {
                deleteTree(temporary);
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw new IOException(target + ": the checkpoint could not be written: " + reason(failure)
                    + "; earlier ones are intact; make room, or the folder writable, and resume", failure);
        }
        List<Entry> all = entries();
        for (Entry old : all.subList(0, Math.max(0, all.size() - keep))) {
            discard(old.directory());
        }
        return target;
    }

    /**
     * The newest checkpoint whose files are all there and unchanged.
     *
     * @param warning hears of each newer one that is not whole
     */
    public Optional<Entry> newest(Consumer<String> warning) throws IOException {
        for (Entry entry : entries().reversed()) {
            Optional<String> fault = fault(entry.directory());
            if (fault.isEmpty()) {
                return Optional.of(entry);
            }
            warning.accept(entry.directory() + ": this checkpoint is damaged and passed over: " + fault.get());
        }
        return Optional.empty();
    }

    /** Removes what writers that were stopped have left behind. */
    public void sweep() throws IOException {
        for (Path left : list(name -> name.startsWith("." + PREFIX))) {
            deleteTree(left);
        }
    }

    /** Removes all checkpoints after a step: those of a future that will be lived again. */
    public void discardAfter(int step) throws IOException {
        for (Entry entry : entries()) {
            if (entry.step() > step) {
                discard(entry.directory());
            }
        }
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path path : list(name -> name.matches(PREFIX + "\\d{6,9}"))) {
            entries.add(new Entry(Integer.parseInt(path.getFileName().toString().substring(PREFIX.length())), path));
        }
        entries.sort(Comparator.comparingInt(Entry::step));
        return entries;
    }

    private List<Path> list(Predicate<String> names) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": is a file where a folder of checkpoints is expected; put the folder back");
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> names.test(path.getFileName().toString())).toList();
        }
    }

    private static String name(int step) {
        return String.format(Locale.ROOT, PREFIX + "%06d", step);
    }

    private static void writeManifest(Path directory) throws IOException {
        Map<String, FileSum> sums = sums(directory);
        for (String file : sums.keySet()) {
            force(directory.resolve(file));
        }
        AtomicFile.write(directory.resolve(MANIFEST), Json.mapper().writeValueAsBytes(new Manifest(sums)));
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path inner : paths.filter(Files::isDirectory).toList()) {
                force(inner);
            }
        }
    }

    /** What is wrong with a checkpoint, or nothing. */
    private static Optional<String> fault(Path directory) throws IOException {
        Path file = directory.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            return Optional.of(MANIFEST + " is missing");
        }
        Manifest manifest;
        try {
            manifest = Json.mapper().readValue(Files.readAllBytes(file), Manifest.class);
        } catch (JacksonException malformed) {
            return Optional.of(MANIFEST + " is not valid: " + malformed.getOriginalMessage().lines().findFirst().orElse(""));
        }
        Map<String, FileSum> found = sums(directory);
        for (Map.Entry<String, FileSum> wanted : manifest.files().entrySet()) {
            FileSum sum = found.get(wanted.getKey());
            if (sum == null) {
                return Optional.of(wanted.getKey() + " is missing");
            }
            if (!sum.equals(wanted.getValue())) {
                return Optional.of(wanted.getKey() + " has " + sum.bytes() + " bytes with checksum " + sum.crc32c() + ", "
                        + wanted.getValue().bytes() + " with " + wanted.getValue().crc32c() + " were written");
            }
        }
        return Optional.empty();
    }

    private static Map<String, FileSum> sums(Path directory) throws IOException {
        Map<String, FileSum> sums = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = directory.relativize(path).toString().replace('\\', '/');
                if (!name.equals(MANIFEST)) {
                    sums.put(name, new FileSum(Files.size(path), checksum(path)));
                }
            }
        }
        return sums;
    }

    private static long checksum(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
            }
        }
        return crc.getValue();
    }

    private static void force(Path path) throws IOException {
        // Windows opens no folders for reading; there the rename alone must do.
        if (Files.isDirectory(path) && path.getFileSystem().getSeparator().equals("\\")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Takes a checkpoint's name away in one step before its files go, so that no half of it is ever found. */
    private void discard(Path directory) throws IOException {
        Path hidden = folder.resolve("." + directory.getFileName() + "." + UUID.randomUUID() + ".old");
        Files.move(directory, hidden, StandardCopyOption.ATOMIC_MOVE);
        deleteTree(hidden);
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What went wrong; a file system's complaints often are no more than the file's name. */
    private static String reason(Exception failure) {
        return switch (failure) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException missing -> missing.getFile() + ": no such folder";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }
}
