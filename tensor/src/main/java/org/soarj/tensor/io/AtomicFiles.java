package org.soarj.tensor.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that appear whole or not at all, whatever stops the writer. */
public final class AtomicFiles {
    private AtomicFiles() {}

    /** What goes into a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it to {@code out}, which is buffered; closing it does no harm. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Makes {@code file} hold exactly {@code content}, replacing what was there. The bytes go to a hidden name beside it,
     * are forced to disk, and take the name in one step, so a reader, or the next start after a crash, finds the old file
     * or the new one, never a part. When anything fails the hidden file is removed and the old one stays. A symbolic link
     * is replaced, not followed.
     *
     * @throws NoSuchFileException when the folder does not exist
     * @throws IOException what {@code content} threw, or what the disk said
     */
    public static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(file.toString(), null, "its folder does not exist; make it first");
        }
        Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            writeAndForce(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (Throwable failure) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
        forceFolder(folder);
    }

    private static void writeAndForce(Path file, Content content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = new FlushedOnClose(Channels.newOutputStream(channel));
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }

    /** The rename itself survives a power cut only once the folder is on disk. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException cannotOpenFolders) {
            // Windows opens no folders and some network disks force none; the file itself is whole in any case.
        }
    }

    /** Content wrapped in a gzip or JSON stream is closed with it, yet the channel must stay open to be forced. */
    private static final class FlushedOnClose extends BufferedOutputStream {
        private FlushedOnClose(OutputStream out) {
            super(out, 1 << 16);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
