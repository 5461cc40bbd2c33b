package org.soarj.soar.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.Json;
import tools.jackson.core.JacksonException;

/**
 * The finished pieces of an experiment, a JSON file each: what is there is not done again. A piece is written whole when it is
 * done; one that was stopped leaves nothing.
 *
 * @param folder where they lie
 */
record Pieces(Path folder) {
    /** Work that gives a piece. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Whether a piece is finished. */
    boolean has(String name) {
        return Files.isRegularFile(file(name));
    }

    /**
     * The piece of this name, from the disk when it was finished before.
     *
     * @throws IOException when its file is damaged; removing the file does it again
     */
    <T> T get(String name, Class<T> type, Work<T> work) throws IOException {
        Path file = file(name);
        if (!has(name)) {
            AtomicFile.write(file, Json.mapper().writeValueAsBytes(work.run()));
        }
        // Always from the file, so that a run that was stopped and one that was not see the same numbers.
        try {
            return Json.mapper().readValue(Files.readAllBytes(file), type);
        } catch (JacksonException malformed) {
            throw new IOException(file + ": not a finished piece: " + malformed.getOriginalMessage().lines().findFirst().orElse("")
                    + "; remove the file to do it again", malformed);
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".json");
    }
}
