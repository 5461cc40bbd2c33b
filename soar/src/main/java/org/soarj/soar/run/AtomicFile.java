package org.soarj.soar.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.soarj.tensor.io.AtomicFiles;

/** {@link AtomicFiles} for content at hand, in folders that may not be there yet. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes text as UTF-8. */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes. Makes the folder if need be. */
    public static void write(Path file, byte[] content) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        AtomicFiles.write(absolute, out -> out.write(content));
    }
}
