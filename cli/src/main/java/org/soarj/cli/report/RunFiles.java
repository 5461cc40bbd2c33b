package org.soarj.cli.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of a run directory. A file that is not there reads as nothing; one that is damaged is an error. */
final class RunFiles {
    private final Path folder;
    private final JsonMapper mapper = new JsonMapper();

    private RunFiles(Path folder) {
        this.folder = folder;
    }

    /** @throws NotDirectoryException when {@code folder} is no folder */
    static RunFiles in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + ": is not a run directory; give the folder that --out named");
        }
        return new RunFiles(folder);
    }

    /** A whole file, as UTF-8. */
    Optional<String> text(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    /** A CSV file. */
    Optional<CsvRows> table(String name) throws IOException {
        Optional<String> text = text(name);
        return text.isPresent() ? Optional.of(CsvRows.parse(name, text.get())) : Optional.empty();
    }

    /**
     * The first objects of a file with one JSON object a line, none when the file is not there. A last line that breaks off
     * is passed over: the run is still writing it, or was killed there.
     *
     * @param limit the most objects to read
     * @throws IOException when another line is not JSON
     */
    List<JsonNode> objects(String name, int limit) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        List<JsonNode> objects = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            for (int number = 1; line != null && objects.size() < limit; number++) {
                String next = reader.readLine();
                try {
                    objects.add(mapper.readTree(line));
                } catch (JacksonException malformed) {
                    if (next != null) {
                        throw new IOException(file + ": line " + number + " is not JSON: "
                                + malformed.getOriginalMessage() + "; remove or mend the line", malformed);
                    }
                }
                line = next;
            }
        }
        return objects;
    }
}
