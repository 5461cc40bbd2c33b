package org.soarj.soar.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;

/**
 * What run.json records of a run's origin.
 *
 * @param seed root of all randomness
 * @param gitCommit commit of the code, or null outside a checkout
 * @param jvm version and vendor
 * @param jvmFlags options that Java was started with
 * @param flags options that the command was given
 * @param machine where it ran
 * @param extra anything else that identifies the run, such as {@code model_hash}
 */
public record RunHeader(
        long seed,
        String gitCommit,
        String jvm,
        List<String> jvmFlags,
        List<String> flags,
        Machine machine,
        Map<String, String> extra) {

    /** Cores and heap limit as Java sees them, and the operating system with its architecture. */
    public record Machine(int cores, long heapBytes, String os) {}

    public RunHeader {
        jvmFlags = List.copyOf(jvmFlags);
        flags = List.copyOf(flags);
        extra = Map.copyOf(extra);
    }

    /** The header of this process, with the commit of the source tree that its classes were built in, if they lie in one. */
    public static RunHeader here(long seed, List<String> flags) {
        CodeSource code = RunHeader.class.getProtectionDomain().getCodeSource();
        try {
            return here(seed, flags, Path.of(code.getLocation().toURI()));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The header of this process.
     *
     * @param checkout a file or folder in a source tree, for the commit
     */
    public static RunHeader here(long seed, List<String> flags, Path checkout) {
        Runtime runtime = Runtime.getRuntime();
        return new RunHeader(
                seed,
                gitCommit(checkout).orElse(null),
                System.getProperty("java.vm.version") + " " + System.getProperty("java.vendor"),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                flags,
                new Machine(runtime.availableProcessors(), runtime.maxMemory(),
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch")),
                Map.of());
    }

    /**
     * The header of a run on disk.
     *
     * @throws IOException when it cannot be read or is damaged
     */
    public static RunHeader read(Path run) throws IOException {
        Path file = run.resolve(RunDirectory.HEADER);
        try {
            return Json.mapper().readValue(Files.readAllBytes(file), RunHeader.class);
        } catch (JacksonException malformed) {
            throw new IOException(file + ": not the header of a run: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse(""), malformed);
        }
    }

    /** This header as run.json has it. */
    public byte[] json() {
        return Json.mapper().writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(this);
    }

    /** This header with one more extra entry. */
    public RunHeader with(String key, String value) {
        Map<String, String> more = new HashMap<>(extra);
        more.put(key, value);
        return new RunHeader(seed, gitCommit, jvm, jvmFlags, flags, machine, more);
    }

    /**
     * The commit that HEAD names, read from the files of git so that no git need be installed. Follows a worktree's
     * {@code .git} file and its common folder; packed references too.
     */
    static Optional<String> gitCommit(Path start) {
        try {
            for (Path folder = start.toAbsolutePath().normalize(); folder != null; folder = folder.getParent()) {
                Path git = folder.resolve(".git");
                if (Files.isDirectory(git)) {
                    return head(git);
                }
                if (Files.isRegularFile(git)) {
                    String pointer = Files.readString(git).strip();
                    return head(folder.resolve(pointer.substring("gitdir:".length()).strip()));
                }
            }
            return Optional.empty();
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> head(Path git) throws IOException {
        String head = Files.readString(git.resolve("HEAD")).strip();
        if (!head.startsWith("ref: ")) {
            return Optional.of(head);
        }
        String reference = head.substring("ref: ".length());
        Path commonFile = git.resolve("commondir");
        Path common = Files.exists(commonFile) ? git.resolve(Files.readString(commonFile).strip()) : git;
        for (Path folder : List.of(git, common)) {
            if (Files.isRegularFile(folder.resolve(reference))) {
                return Optional.of(Files.readString(folder.resolve(reference)).strip());
            }
        }
        Path packed = common.resolve("packed-refs");
        return !Files.exists(packed)
                ? Optional.empty()
                : Files.readAllLines(packed).stream()
                        .filter(line -> line.endsWith(" " + reference))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .findFirst();
    }
}
