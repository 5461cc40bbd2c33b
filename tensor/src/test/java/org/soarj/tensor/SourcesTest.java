package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules of the house that a compiler does not know. */
class SourcesTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final int LONGEST = 400;

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> path.toString().endsWith(".java")).sorted().toList();
        }
    }

    @Test
    void everyPackageTellsItsStory() throws IOException {
        List<Path> packages = sources(MAIN).stream().map(Path::getParent).distinct().toList();
        assertFalse(packages.isEmpty());
        for (Path folder : packages) {
            Path info = folder.resolve("package-info.java");
            String story = Files.exists(info) ? Files.readString(info) : "";
            for (String part : List.of("/**", "<pre>{@code", "Deliberately absent")) {
                assertTrue(story.contains(part), info + " lacks: " + part);
            }
        }
    }

    @Test
    void noFileIsTooLong() throws IOException {
        for (Path root : List.of(MAIN, Path.of("src/test/java"))) {
            for (Path source : sources(root)) {
                int lines = Files.readAllLines(source).size();
                assertTrue(lines <= LONGEST, source + " has " + lines + " lines; split it");
            }
        }
    }
}
