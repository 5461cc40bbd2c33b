package org.soarj.transformer;

import java.io.IOException;
import java.nio.file.Path;

/** A model directory that cannot be used; the message names the file, what is wrong and what was expected. */
public final class ModelException extends IOException {
    private static final long serialVersionUID = 1L;

    public ModelException(Path file, String problem) {
        super(file + ": " + problem);
    }

    public ModelException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
