package org.soarj.transformer.tokenizer;

import java.nio.file.Path;

/** A tokenizer file that cannot be used, or a text that a vocabulary cannot express: one line, what and where. */
public final class TokenizerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    TokenizerException(String message) {
        super(message);
    }

    TokenizerException(Path file, String message) {
        super(file + ": " + message);
    }
}
