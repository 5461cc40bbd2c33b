package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where a command writes: never among files that are there already. */
final class NewFolder {
    private NewFolder() {}

    /** @throws IOException when the folder holds anything, or is a file */
    static void require(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": is a file; choose a new or empty folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isPresent()) {
                throw new IOException(folder + ": is not empty; choose a new or empty folder");
            }
        }
    }
}
