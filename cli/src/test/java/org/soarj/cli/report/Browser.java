package org.soarj.cli.report;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium, where one is installed: the program that the environment variable SOAR_CHROMIUM names, or one of the
 * usual names on the path.
 */
final class Browser {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final long SECONDS = 120;

    private final Path program;

    private Browser(Path program) {
        this.program = program;
    }

    static Optional<Browser> find() {
        String named = System.getenv("SOAR_CHROMIUM");
        Stream<Path> candidates = named != null ? Stream.of(Path.of(named))
                : Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
        return candidates.filter(Files::isExecutable).findFirst().map(Browser::new);
    }

    /** What a visit left: the page after its scripts have run, and what the console said. */
    record Visit(String page, List<String> console) {}

    /** Opens a file, lets its scripts run, and gives the document as it is then. */
    Visit open(Path page, Path scratch) throws IOException, InterruptedException {
        Path log = scratch.resolve("console.txt");
        String document = run(scratch, log, "--dump-dom", "--virtual-time-budget=5000", page.toUri().toString());
        List<String> console = Files.readAllLines(log).stream().filter(line -> line.contains(":CONSOLE")).toList();
        return new Visit(document, console);
    }

    /** Prints a file to a PDF. */
    Path print(Path page, Path scratch) throws IOException, InterruptedException {
        Path pdf = scratch.resolve("page.pdf");
        run(scratch, scratch.resolve("print.txt"), "--print-to-pdf=" + pdf, page.toUri().toString());
        return pdf;
    }

    private String run(Path scratch, Path log, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--no-first-run", "--disable-extensions", "--disable-background-networking", "--enable-logging=stderr", "--v=0",
                "--window-size=1400,1000", "--user-data-dir=" + scratch.resolve("profile")));
        command.addAll(List.of(arguments));
        Path out = scratch.resolve("out.txt");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(log.toFile()).start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IOException(program + " did not end within " + SECONDS + " s: " + Files.readString(log));
        }
        return Files.readString(out);
    }
}
