package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The PTX that is checked in is that of the CUDA sources beside it; needs neither a card nor CUDA. */
class KernelSourcesTest {
    private static final Path SOURCES = Path.of("src/main/cuda");
    private static final Path PTX = Path.of("src/main/resources/org/soarj/tensor/cuda/kernels.ptx");
    private static final int LONGEST = 400;
    private static final int WIDEST = 130;
    private static final String KERNEL = "extern \"C\" __global__ void ";

    private static List<Path> sources(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(path -> path.toString().endsWith(suffix))
                    .sorted(Comparator.comparing(path -> path.getFileName().toString())).toList();
        }
    }

    /** As build.sh makes it, in the same order. */
    private static String digest() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String suffix : List.of(".cu", ".cuh")) {
            for (Path source : sources(suffix)) {
                digest.update(Files.readAllBytes(source));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).results().map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thePtxBelongsToTheSources() throws IOException, NoSuchAlgorithmException {
        assertEquals("// SHA-256 of the sources: " + digest(), Files.readString(PTX).lines().findFirst().orElse(""),
                "the kernels' sources have changed; run src/main/cuda/build.sh");
    }

    /** A kernel is written out, or made by a macro that takes its name first. */
    @Test
    void thePtxHasEveryKernel() throws IOException {
        Set<String> written = new TreeSet<>();
        for (Path source : sources(".cu")) {
            String text = Files.readString(source);
            written.addAll(names(text, Pattern.quote(KERNEL) + "(?!NAME)(\\w+)\\("));
            written.addAll(names(text, "^(?:ATTENTION\\w*|MULTIPLY_ROW)\\((\\w+), \\w+\\)$"));
        }
        assertTrue(written.containsAll(List.of("map", "softmax", "attention64", "attentionKeys256", "adamW")), written::toString);
        assertEquals(written, names(Files.readString(PTX), "\\.entry (\\w+)\\("));
    }

    /** What an older driver refuses, and what the machine of the build should not leave behind. */
    @Test
    void thePtxLoadsOnOlderDrivers() throws IOException {
        List<String> lines = Files.readAllLines(PTX);
        assertEquals(List.of(".version 7.0", ".target sm_75", ".address_size 64"), lines.subList(1, 4));
        for (String line : lines.subList(1, lines.size())) {
            assertFalse(line.contains("//") || line.contains(".file") || line.contains(".loc "), line);
        }
    }

    @Test
    void noSourceIsTooLong() throws IOException {
        for (String suffix : List.of(".cu", ".cuh")) {
            for (Path source : sources(suffix)) {
                List<String> lines = Files.readAllLines(source);
                assertTrue(lines.size() <= LONGEST, source + " has " + lines.size() + " lines; split it");
                for (String line : lines) {
                    assertTrue(line.length() <= WIDEST, source + ": " + line);
                }
            }
        }
    }
}
