package org.soarj.soar.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/**
 * Appends one JSON object a line to a file, plain or gzip.
 *
 * <p>Plain lines reach the file at once. Gzip lines wait for {@link #flush}, which writes them as a gzip member of their own:
 * members concatenate, so after each flush the file is a whole gzip file, and its length is a place to cut it back to.
 */
public final class JsonLines implements AutoCloseable {
    private static final int GZIP_BLOCK = 1 << 20;

    private final Path file;
    private final boolean gzip;
    private final FileChannel channel;
    private final ObjectMapper mapper = Json.mapper();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    private JsonLines(Path file, boolean gzip) throws IOException {
        this.file = file;
        this.gzip = gzip;
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.position(channel.size());
    }

    /** Continues {@code file}, or starts it. */
    public static JsonLines plain(Path file) throws IOException {
        return new JsonLines(file, false);
    }

    /** Continues {@code file} as gzip, or starts it. */
    public static JsonLines gzip(Path file) throws IOException {
        return new JsonLines(file, true);
    }

    /**
     * Adds an object: maps, lists, arrays, records, numbers, text. NaN and the infinities become null, which JSON lacks.
     *
     * @throws UncheckedIOException when the file cannot be written
     */
    public void append(Map<String, ?> object) {
        try {
            pending.write(mapper.writeValueAsBytes(object));
            pending.write('\n');
            if (!gzip || pending.size() >= GZIP_BLOCK) {
                flush();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (JacksonException failure) {
            throw new IllegalArgumentException(file + ": cannot write " + object + " as JSON", failure);
        }
    }

    /** Hands all lines so far to the operating system. */
    public void flush() {
        if (pending.size() == 0) {
            return;
        }
        try {
            write(gzip ? compressed() : pending.toByteArray());
            pending.reset();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The file's length with all lines so far: a place to {@link #rewind} to. */
    public long mark() {
        flush();
        try {
            return channel.size();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Forgets everything after {@code mark}, which {@link #mark} gave.
     *
     * @throws IllegalStateException when the file is shorter than that
     */
    public void rewind(long mark) {
        pending.reset();
        try {
            if (channel.size() < mark) {
                throw new IllegalStateException(file + ": has " + channel.size() + " bytes, but had " + mark
                        + " when the checkpoint was written; was it replaced?");
            }
            channel.truncate(mark);
            channel.position(mark);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try (channel) {
            flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private byte[] compressed() throws IOException {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(member)) {
            pending.writeTo(stream);
        }
        return member.toByteArray();
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
