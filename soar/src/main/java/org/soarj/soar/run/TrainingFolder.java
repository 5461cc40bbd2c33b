package org.soarj.soar.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.soarj.autograd.optim.AdamW;
import org.soarj.transformer.Llama;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.train.TrainingFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a run that ends as a model: {@code metrics.jsonl} and, until the model is written, {@code checkpoints/}. A run
 * that was killed at any moment goes on from its newest whole checkpoint, and ends with the same bits.
 */
public final class TrainingFolder implements AutoCloseable {
    private static final JsonMapper JSON =
            JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    private static final String HEADER = "run.json";
    private static final String TRAINING = "training.safetensors";
    private static final String STATE = "state.json";

    private final Path path;
    private final FileChannel lock;
    private final Checkpoints checkpoints;
    private final JsonLines metrics;

    /**
     * Where a run stands, but for its weights and moments.
     *
     * @param step steps done
     * @param figures of these, that the end of the run asks for
     * @param metricsLength bytes of metrics.jsonl at this step
     */
    public record State(int step, Map<String, Double> figures, long metricsLength) {}

    private TrainingFolder(Path path) throws IOException {
        this.path = path;
        this.lock = RunDirectory.claim(path);
        this.checkpoints = new Checkpoints(path.resolve("checkpoints"), 1);
        this.metrics = JsonLines.plain(path.resolve("metrics.jsonl"));
    }

    /**
     * Opens the folder of a run that begins or goes on, and removes what a stopped writer left half done.
     *
     * @param path that exists
     * @throws IOException when another process is writing there
     */
    public static TrainingFolder open(Path path) throws IOException {
        TrainingFolder folder = new TrainingFolder(path);
        folder.checkpoints.sweep();
        folder.sweep();
        return folder;
    }

    /** @throws IOException when no run was begun in the folder, or it has its model already */
    public static void requireUnfinished(Path path) throws IOException {
        if (!Files.isRegularFile(path.resolve(HEADER))) {
            throw new IOException(path + ": is not a run (it has no " + HEADER + "); start one there without --resume");
        }
        if (Files.exists(path.resolve("config.json")) || AdapterFiles.isAdapter(path)) {
            throw new IOException(path + ": this run has come to its end and the model is there; nothing is left to do");
        }
    }

    /** The numbers of its steps. */
    public JsonLines metrics() {
        return metrics;
    }

    /**
     * Puts the newest whole checkpoint into a model and its optimiser, and cuts the log back to it.
     *
     * @return where the run stands; empty when it has to begin again
     */
    public Optional<State> restore(Llama model, AdamW optimiser, Consumer<String> warning) throws IOException {
        Optional<Checkpoints.Entry> newest = checkpoints.newest(warning);
        if (newest.isEmpty()) {
            metrics.rewind(0);
            return Optional.empty();
        }
        Path directory = newest.get().directory();
        Path file = directory.resolve(STATE);
        State state;
        try {
            state = JSON.readValue(Files.readAllBytes(file), State.class);
        } catch (JacksonException malformed) {
            throw new IOException(file + ": not the state of a training run: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse(""), malformed);
        }
        TrainingFile.read(directory.resolve(TRAINING), model, optimiser, state.step());
        metrics.rewind(state.metricsLength());
        return Optional.of(state);
    }

    /** Writes a checkpoint, and removes the one before it. */
    public void save(int step, Map<String, Double> figures, Llama model, AdamW optimiser) throws IOException {
        State state = new State(step, figures, metrics.mark());
        checkpoints.write(step, directory -> {
            TrainingFile.write(directory.resolve(TRAINING), model, optimiser);
            AtomicFile.write(directory.resolve(STATE), JSON.writeValueAsBytes(state));
        });
    }

    /** Removes the checkpoints of a run whose model is written. */
    public void discardCheckpoints() throws IOException {
        checkpoints.discardAfter(-1);
        Files.deleteIfExists(path.resolve("checkpoints"));
    }

    /** Removes what a writer of the model that was stopped has left behind. */
    private void sweep() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            for (Path left : entries.filter(entry -> entry.getFileName().toString().startsWith(".save-")).toList()) {
                try (Stream<Path> files = Files.list(left)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(left);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            metrics.close();
        }
        Files.deleteIfExists(path.resolve(".lock"));
    }
}
