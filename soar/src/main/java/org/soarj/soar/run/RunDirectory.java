package org.soarj.soar.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of one run ({@code --out DIR}), and the open logs in it. */
public final class RunDirectory implements AutoCloseable {
    static final String HEADER = "run.json";
    private static final String CONFIG = "config.yaml";
    private static final String LOCK = ".lock";

    private final Path path;
    private final FileChannel lock;
    private final Map<String, RunLog> logs = new LinkedHashMap<>();
    private final JsonLines metrics;
    private final JsonLines questions;
    private final JsonLines rollouts;
    private final EventFile events;

    private RunDirectory(Path path) throws IOException {
        this.path = path;
        this.lock = claim(path);
        this.metrics = log("metrics.jsonl", false);
        this.questions = log("questions.jsonl", false);
        this.rollouts = log("rollouts.jsonl.gz", true);
        this.events = EventFile.in(path, System.currentTimeMillis() / 1e3);
        logs.put("events", events);
    }

    /**
     * Starts a run in a folder that is empty or does not exist.
     *
     * @param configYaml the resolved settings, written as they are to config.yaml
     * @throws IOException when the folder holds a run or anything else
     */
    public static RunDirectory create(Path path, String configYaml, RunHeader header) throws IOException {
        requireFree(path);
        // The header comes last: it makes the folder a run, which then has its settings.
        AtomicFile.write(path.resolve(CONFIG), configYaml);
        AtomicFile.write(path.resolve(HEADER), header.json());
        return new RunDirectory(path);
    }

    /**
     * What {@link #create} asks of a folder, for those who would rather know before they prepare a run.
     *
     * @throws IOException when the folder holds a run or anything else
     */
    public static void requireFree(Path path) throws IOException {
        if (isRun(path)) {
            throw new IOException(path + ": holds a run already; resume it, or choose another folder");
        }
        if (Files.exists(path) && !isFree(path)) {
            throw new IOException(path + ": is not empty and not a run; choose a new or empty folder");
        }
    }

    /**
     * Opens a run to go on with. Its logs go on at their ends; see {@link #rewind}.
     *
     * @throws IOException when the folder is not a run, or another process is writing it
     */
    public static RunDirectory open(Path path) throws IOException {
        if (!isRun(path)) {
            throw new IOException(path + ": is not a run (it has no " + HEADER + "); start one there without resuming");
        }
        RunDirectory run = new RunDirectory(path);
        run.sweep();
        return run;
    }

    /** Removes the hidden halves of files that a writer was writing when it was stopped; the lock says that it is gone. */
    private void sweep() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            for (Path entry : entries.filter(entry -> isHalf(entry.getFileName().toString())).toList()) {
                Files.delete(entry);
            }
        }
    }

    private static boolean isHalf(String name) {
        return name.startsWith(".") && name.endsWith(".tmp");
    }

    /** Whether a run was started in this folder. */
    public static boolean isRun(Path path) {
        return Files.isRegularFile(path.resolve(HEADER));
    }

    public Path path() {
        return path;
    }

    /** metrics.jsonl: one object a step. */
    public JsonLines metrics() {
        return metrics;
    }

    /** questions.jsonl: every teacher question with its answer, data set and gains. */
    public JsonLines questions() {
        return questions;
    }

    /** rollouts.jsonl.gz: every rollout; in memory until {@link JsonLines#flush}, which {@link #marks} does too. */
    public JsonLines rollouts() {
        return rollouts;
    }

    /** events.out.tfevents.*: the numbers of {@link #metrics} for TensorBoard. */
    public EventFile events() {
        return events;
    }

    /** config.yaml: the resolved settings. */
    public static Path config(Path path) {
        return path.resolve(CONFIG);
    }

    /**
     * Makes these the resolved settings. Where other ones were there, they stay beside as {@code config.1.yaml}, the next time
     * as {@code config.2.yaml}.
     */
    public void keepConfig(String yaml) throws IOException {
        Path file = config(path);
        String before = Files.readString(file);
        if (before.equals(yaml)) {
            return;
        }
        int number = 1;
        while (Files.exists(path.resolve("config." + number + ".yaml"))) {
            number++;
        }
        AtomicFile.write(path.resolve("config." + number + ".yaml"), before);
        AtomicFile.write(file, yaml);
    }

    /** {@code checkpoints/}, whose newest {@code keep} are kept. */
    public Checkpoints checkpoints(int keep) {
        return new Checkpoints(path.resolve("checkpoints"), keep);
    }

    /** {@code checkpoints/step-000012}, whether it exists or not. */
    public Path checkpoint(int step) {
        return path.resolve("checkpoints").resolve(String.format(Locale.ROOT, "step-%06d", step));
    }

    /** The step of the newest checkpoint folder that holds {@code marker}, the file that its writer writes last. */
    public Optional<Integer> newestCheckpoint(String marker) throws IOException {
        Path folder = path.resolve("checkpoints");
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.getFileName().toString().matches("step-\\d{6,}"))
                    .filter(entry -> Files.exists(entry.resolve(marker)))
                    .map(entry -> Integer.valueOf(entry.getFileName().toString().substring("step-".length())))
                    .max(Integer::compare);
        }
    }

    /** Flushes the logs and gives the length of each by name: with a checkpoint, the place to {@link #rewind} to. */
    public Map<String, Long> marks() {
        Map<String, Long> marks = new LinkedHashMap<>();
        logs.forEach((name, log) -> marks.put(name, log.mark()));
        return marks;
    }

    /**
     * Cuts the logs back to a checkpoint, so that the lines of lost steps are not there twice when these are run again.
     *
     * @throws IllegalArgumentException when {@code marks} are not of this run's logs
     */
    public void rewind(Map<String, Long> marks) {
        if (!marks.keySet().equals(logs.keySet())) {
            throw new IllegalArgumentException(
                    path + ": the checkpoint marks " + marks.keySet() + ", this run logs " + logs.keySet());
        }
        logs.forEach((name, log) -> log.rewind(marks.get(name)));
    }

    /** Empties the logs: a run that has no checkpoint yet begins again. */
    public void rewindToStart() {
        logs.values().forEach(log -> log.rewind(0));
    }

    /** Writes results.csv. */
    public void writeResults(CsvTable table) throws IOException {
        AtomicFile.write(path.resolve("results.csv"), table.text());
    }

    @Override
    public void close() {
        try (lock) {
            for (RunLog log : List.copyOf(logs.values())) {
                log.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Keeps other writers out of a folder, whose lines would be mixed with ours, until the channel is closed. The operating
     * system gives the lock back when a writer dies.
     *
     * @throws IOException when another process is writing there
     */
    public static FileChannel claim(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean mine;
        try {
            mine = channel.tryLock() != null;
        } catch (OverlappingFileLockException held) {
            mine = false;
        }
        if (!mine) {
            channel.close();
            throw new IOException(path + ": a run is still being written there; wait for it, stop it, or choose another folder");
        }
        return channel;
    }

    private JsonLines log(String name, boolean gzip) throws IOException {
        Path file = path.resolve(name);
        JsonLines log = gzip ? JsonLines.gzip(file) : JsonLines.plain(file);
        logs.put(name, log);
        return log;
    }

    /** Whether nothing is in a folder but what a writer that was stopped while it made a run left there. */
    private static boolean isFree(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .allMatch(name -> name.equals(CONFIG) || name.equals(LOCK) || isHalf(name));
        }
    }
}
