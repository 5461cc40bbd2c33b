package org.soarj.tensor.io;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Text files that may be gzipped, which their first two bytes tell and not their name. */
public final class TextLines {
    private static final int GZIP_MAGIC = 0x1f8b;

    private TextLines() {}

    /**
     * Opens a file of UTF-8 for reading.
     *
     * @throws IOException when it cannot be read; so does the reader on bytes that are not UTF-8, or a damaged archive
     */
    public static BufferedReader open(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try {
            bytes.mark(2);
            boolean gzipped = (bytes.read() << 8 | bytes.read()) == GZIP_MAGIC;
            bytes.reset();
            InputStream text = gzipped ? new GZIPInputStream(bytes) : bytes;
            return new BufferedReader(new InputStreamReader(
                    text, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
        } catch (IOException failure) {
            bytes.close();
            throw failure;
        }
    }
}
