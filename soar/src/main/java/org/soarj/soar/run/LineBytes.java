package org.soarj.soar.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/** Lines on their way to a file: plain ones go at once, gzip ones wait for a member's worth of them. */
final class LineBytes implements Lines {
    private static final int GZIP_BLOCK = 1 << 20;

    private final Path file;
    private final boolean gzip;
    private final Consumer<byte[]> target;
    private final ObjectMapper mapper;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    /** @param file named in errors */
    LineBytes(Path file, boolean gzip, ObjectMapper mapper, Consumer<byte[]> target) {
        this.file = file;
        this.mapper = mapper;
        this.gzip = gzip;
        this.target = target;
    }

    @Override
    public void append(Map<String, ?> object) {
        try {
            pending.writeBytes(mapper.writeValueAsBytes(object));
            pending.write('\n');
        } catch (JacksonException failure) {
            throw new IllegalArgumentException(file + ": cannot write " + object + " as JSON", failure);
        }
        if (!gzip || pending.size() >= GZIP_BLOCK) {
            flush();
        }
    }

    void flush() {
        if (pending.size() > 0) {
            target.accept(gzip ? compressed() : pending.toByteArray());
            pending.reset();
        }
    }

    void discard() {
        pending.reset();
    }

    private byte[] compressed() {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new QuickGzip(member)) {
            pending.writeTo(stream);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return member.toByteArray();
    }

    /** A quarter more bytes than at the usual level, in a third of its time: rollouts are written while nothing is trained. */
    private static final class QuickGzip extends GZIPOutputStream {
        private static final int LEVEL = 3;

        QuickGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(LEVEL);
        }
    }
}
