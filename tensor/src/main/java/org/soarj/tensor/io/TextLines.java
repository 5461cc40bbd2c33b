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
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** Text files that may be gzipped, or alone in a zip archive, which their first two bytes tell and not their name. */
public final class TextLines {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int ZIP_MAGIC = 'P' << 8 | 'K';

    private TextLines() {}

    /**
     * Opens a file of UTF-8 for reading.
     *
     * @throws IOException when it cannot be read, or is an archive of no file or several; so does the reader on bytes that are not
     *     UTF-8, or a damaged archive
     */
    public static BufferedReader open(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try {
            bytes.mark(2);
            int magic = bytes.read() << 8 | bytes.read();
            bytes.reset();
            InputStream text = switch (magic) {
                case GZIP_MAGIC -> new GZIPInputStream(bytes);
                case ZIP_MAGIC -> onlyEntry(file, bytes);
                default -> bytes;
            };
            return new BufferedReader(new InputStreamReader(
                    text, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
        } catch (IOException failure) {
            bytes.close();
            throw failure;
        }
    }

    private static InputStream onlyEntry(Path file, InputStream bytes) throws IOException {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            long files = archive.stream().filter(entry -> !entry.isDirectory()).count();
            if (files != 1) {
                throw new IOException(file + ": a zip archive of " + files + " files, one is expected; unpack it and give the file");
            }
        }
        ZipInputStream archive = new ZipInputStream(bytes);
        while (archive.getNextEntry().isDirectory()) {
            // Folders may come before the file.
        }
        return archive;
    }
}
