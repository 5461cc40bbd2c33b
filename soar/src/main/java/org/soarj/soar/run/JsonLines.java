package org.soarj.soar.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
public final class JsonLines implements RunLog {
    private static final int GZIP_BLOCK = 1 << 20;

    private final AppendFile file;
    private final boolean gzip;
    private final ObjectMapper mapper = Json.mapper();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    private JsonLines(Path file, boolean gzip) throws IOException {
        this.file = new AppendFile(file);
        this.gzip = gzip;
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
            pending.writeBytes(mapper.writeValueAsBytes(object));
            pending.write('\n');
        } catch (JacksonException failure) {
            throw new IllegalArgumentException(file.file() + ": cannot write " + object + " as JSON", failure);
        }
        if (!gzip || pending.size() >= GZIP_BLOCK) {
            flush();
        }
    }

    /** Hands all lines so far to the operating system. */
    public void flush() {
        if (pending.size() > 0) {
            file.write(gzip ? compressed() : pending.toByteArray());
            pending.reset();
        }
    }

    @Override
    public long mark() {
        flush();
        return file.force();
    }

    @Override
    public void rewind(long mark) {
        pending.reset();
        file.truncate(mark);
    }

    @Override
    public void close() {
        try (file) {
            flush();
        }
    }

    private byte[] compressed() {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(member)) {
            pending.writeTo(stream);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return member.toByteArray();
    }
}
