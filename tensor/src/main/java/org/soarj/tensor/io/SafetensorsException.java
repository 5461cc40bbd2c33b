package org.soarj.tensor.io;

import java.io.IOException;
import java.nio.file.Path;

/** A safetensors file that is not valid or cannot give what was asked. The message is one line that starts with the file. */
public final class SafetensorsException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file at fault
     * @param problem what is wrong and what was expected; control characters, which a hostile header may bring in, become
     *     {@code ?}
     */
    public SafetensorsException(Path file, String problem) {
        super(file + ": " + problem.replaceAll("\\p{Cntrl}", "?"));
    }

    /** Text out of a file in quotes, cut where it would drown the message. */
    static String quote(String text) {
        int longest = 80;
        return text.length() <= longest ? "'" + text + "'"
                : "'" + text.substring(0, longest) + "...' (" + text.length() + " characters)";
    }
}
