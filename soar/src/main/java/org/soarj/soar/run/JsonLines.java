package org.soarj.soar.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * Appends one JSON object a line to a file, plain or gzip.
 *
 * <p>Plain lines reach the file at once. Gzip lines wait for {@link #flush}, which writes them as a gzip member of their own:
 * members concatenate, so after each flush the file is a whole gzip file, and its length is a place to cut it back to.
 */
public final class JsonLines implements RunLog, Lines {
    private final AppendFile file;
    private final boolean gzip;
    private final ObjectMapper mapper = Json.mapper();
    private final LineBytes lines;

    private JsonLines(Path file, boolean gzip) throws IOException {
        this.file = new AppendFile(file);
        this.gzip = gzip;
        this.lines = new LineBytes(file, gzip, mapper, this.file::write);
    }

    /** Continues {@code file}, or starts it. */
    public static JsonLines plain(Path file) throws IOException {
        return new JsonLines(file, false);
    }

    /** Continues {@code file} as gzip, or starts it. */
    public static JsonLines gzip(Path file) throws IOException {
        return new JsonLines(file, true);
    }

    /** @throws UncheckedIOException when the file cannot be written */
    @Override
    public void append(Map<String, ?> object) {
        lines.append(object);
    }

    /** Lines put together apart from the file, on any one thread, until {@link #append(Part)} adds them. */
    public static final class Part implements Lines {
        private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        private final LineBytes lines;

        private Part(Path file, boolean gzip, ObjectMapper mapper) {
            lines = new LineBytes(file, gzip, mapper, whole::writeBytes);
        }

        @Override
        public void append(Map<String, ?> object) {
            lines.append(object);
        }

        /** Nothing more comes; what there is to compress is compressed here. */
        public Part finish() {
            lines.flush();
            return this;
        }
    }

    /** A part of this file, empty. */
    public Part part() {
        return new Part(file.file(), gzip, mapper);
    }

    /**
     * Adds a finished part after all lines so far.
     *
     * @throws UncheckedIOException when the file cannot be written
     */
    public void append(Part part) {
        flush();
        file.write(part.whole.toByteArray());
    }

    /** Hands all lines so far to the operating system. */
    public void flush() {
        lines.flush();
    }

    @Override
    public long mark() {
        flush();
        return file.force();
    }

    @Override
    public void rewind(long mark) {
        lines.discard();
        file.truncate(mark);
    }

    @Override
    public void close() {
        try (file) {
            flush();
        }
    }
}
