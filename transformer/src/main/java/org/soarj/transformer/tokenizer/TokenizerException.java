package org.soarj.transformer.tokenizer;

import java.nio.file.Path;

/** A tokenizer file that cannot be used, or a text that a vocabulary cannot express: one line, what and where. */
public final class TokenizerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    TokenizerException(String message) {
        super(line(message));
    }

    TokenizerException(Path file, String message) {
        super(line(file + ": " + message));
    }

    /** Control characters, which a hostile file may bring in, become {@code ?}. */
    private static String line(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
