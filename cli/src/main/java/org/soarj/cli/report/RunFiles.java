package org.soarj.cli.report;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of a run directory. A file that is not there reads as nothing; one that is damaged is an error. */
final class RunFiles {
    private static final int BUFFER = 1 << 16;

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

    Path folder() {
        return folder;
    }

    boolean has(String name) {
        return Files.isRegularFile(folder.resolve(name));
    }

    /** A whole file, as UTF-8. */
    Optional<String> text(String name) throws IOException {
        return has(name) ? Optional.of(Files.readString(folder.resolve(name))) : Optional.empty();
    }

    /** A CSV file. */
    Optional<CsvRows> table(String name) throws IOException {
        Optional<String> text = text(name);
        return text.isPresent() ? Optional.of(CsvRows.parse(name, text.get())) : Optional.empty();
    }

    /**
     * Hands on the objects of a file with one JSON object a line, gzip if its name ends in {@code .gz}; none when the file is
     * not there. A last line that breaks off is passed over: the run is still writing it, or was killed there.
     *
     * @throws IOException when another line is not JSON
     */
    void each(String name, Consumer<JsonNode> consumer) throws IOException {
        if (!has(name)) {
            return;
        }
        Path file = folder.resolve(name);
        try (BufferedReader reader = reader(file)) {
            String line = reader.readLine();
            for (int number = 1; line != null; number++) {
                String next = nextLine(reader);
                Optional<JsonNode> object = object(file, number, line, next == null);
                object.ifPresent(consumer);
                line = next;
            }
        } catch (EOFException brokenOff) {
            // A gzip file that breaks off before its first line ends: there is nothing to hand on.
        } catch (ZipException damaged) {
            throw new IOException(file + ": is no gzip file, or is damaged: " + damaged.getMessage() + "; remove it or mend it", damaged);
        }
    }

    private Optional<JsonNode> object(Path file, int number, String line, boolean last) throws IOException {
        try {
            return Optional.of(mapper.readTree(line));
        } catch (JacksonException malformed) {
            if (last) {
                return Optional.empty();
            }
            throw new IOException(file + ": line " + number + " is not JSON: " + malformed.getOriginalMessage()
                    + "; remove or mend the line", malformed);
        }
    }

    /** The next line, or null at the end of the file, where the end may be in the middle of a gzip member. */
    private static String nextLine(BufferedReader reader) throws IOException {
        try {
            return reader.readLine();
        } catch (EOFException brokenOff) {
            return null;
        }
    }

    private static BufferedReader reader(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        try {
            InputStream plain = file.toString().endsWith(".gz") && Files.size(file) > 0
                    ? new GZIPInputStream(bytes, BUFFER) : bytes;
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8), BUFFER);
        } catch (IOException unreadable) {
            bytes.close();
            throw unreadable;
        }
    }
}
