package org.soarj.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.soarj.soar.run.RunHeader;

/** SHA-256 of what a run starts from, for run.json. */
final class FileHash {
    private FileHash() {}

    /** Of a file. */
    static String of(Path file) throws IOException {
        return of(List.of(file));
    }

    /** Of the config and the weights of a model directory, in the order of their names. */
    static String ofModel(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + ": no such directory; give a folder with config.json and model.safetensors");
        }
        try (Stream<Path> files = Files.list(directory)) {
            return of(files.filter(file -> file.getFileName().toString().matches("config\\.json|.*\\.safetensors")).sorted()
                    .toList());
        }
    }

    /** Refuses to go on with a run whose run.json has another hash under {@code key} than {@code file} has now. */
    static void requireSame(Path run, String key, String hash, String file) throws IOException {
        if (!hash.equals(RunHeader.read(run).extra().getOrDefault(key, hash))) {
            throw new IOException(file + ": is not what the run in " + run + " was started with (" + key
                    + " differs); bring the old file back, or start a new run");
        }
    }

    private static String of(List<Path> files) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
