package org.soarj.transformer;

import java.io.IOException;
import java.nio.file.Path;

/** A model directory that cannot be used; the message is one line that names the file, what is wrong and what was expected. */
public final class ModelException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file at fault
     * @param problem what is wrong; control characters, which a hostile file may bring in, become {@code ?}
     */
    public ModelException(Path file, String problem) {
        super(line(file, problem));
    }

    public ModelException(Path file, String problem, Throwable cause) {
        super(line(file, problem), cause);
    }

    private static String line(Path file, String problem) {
        return file + ": " + problem.replaceAll("\\p{Cntrl}", "?");
    }
}
