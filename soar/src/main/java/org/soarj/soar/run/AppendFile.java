package org.soarj.soar.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end and can be cut back. Every complaint of the disk names the file. */
final class AppendFile implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    /** Continues {@code file}, or starts it. Makes its folder if need be. */
    AppendFile(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.position(channel.size());
    }

    Path file() {
        return file;
    }

    void write(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException failure) {
            throw failed("cannot be written", failure);
        }
    }

    long size() {
        try {
            return channel.size();
        } catch (IOException failure) {
            throw failed("cannot be read", failure);
        }
    }

    /** The length, once all that was written so far is on the disk. */
    long force() {
        try {
            channel.force(false);
            return channel.size();
        } catch (IOException failure) {
            throw failed("cannot be written", failure);
        }
    }

    /** @throws IllegalStateException when the file is shorter than {@code length} */
    void truncate(long length) {
        if (size() < length) {
            throw new IllegalStateException(file + ": has " + size() + " bytes, but had " + length
                    + " when the checkpoint was written; was it replaced?");
        }
        try {
            channel.truncate(length);
            channel.position(length);
        } catch (IOException failure) {
            throw failed("cannot be cut back", failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw failed("cannot be closed", failure);
        }
    }

    private UncheckedIOException failed(String what, IOException failure) {
        return new UncheckedIOException(new IOException(file + ": " + what + ": " + failure.getMessage(), failure));
    }
}
