package org.soarj.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.Checkpoints;
import org.soarj.soar.run.JsonLines;
import org.soarj.soar.run.RunDirectory;
import org.soarj.soar.run.RunHeader;
import org.soarj.transformer.Llama;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.train.TrainingFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The folder of a fine-tuning run: {@code run.json}, {@code config.yaml}, {@code metrics.jsonl} and, until the model is written,
 * {@code checkpoints/}. A run that was killed at any moment goes on from its newest whole checkpoint, and ends with the same bits.
 */
final class SftFolder implements AutoCloseable {
    private static final JsonMapper JSON =
            JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    private static final String HEADER = "run.json";
    private static final String CONFIG = "config.yaml";
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
     * @param lossBefore loss before the first step
     * @param metricsLength bytes of metrics.jsonl at this step
     */
    record State(int step, double lossBefore, long metricsLength) {}

    private SftFolder(Path path) throws IOException {
        this.path = path;
        this.lock = RunDirectory.claim(path);
        this.checkpoints = new Checkpoints(path.resolve("checkpoints"), 1);
        this.metrics = JsonLines.plain(path.resolve("metrics.jsonl"));
    }

    /** Begins a run in a folder that {@link NewFolder} has let pass. */
    static SftFolder create(Path path, RunHeader header, Map<String, Object> settings) throws IOException {
        AtomicFile.write(path.resolve(CONFIG), new YAMLMapper().writeValueAsBytes(settings));
        AtomicFile.write(path.resolve(HEADER), header.json());
        return new SftFolder(path);
    }

    /** Opens the folder of a run that goes on; see {@link #requireUnfinished} and {@link #requireSettings}. */
    static SftFolder open(Path path) throws IOException {
        SftFolder folder = new SftFolder(path);
        folder.checkpoints.sweep();
        folder.sweep();
        return folder;
    }

    /** @throws IOException when no run was begun in the folder, or it has its model already */
    static void requireUnfinished(Path path) throws IOException {
        if (!Files.isRegularFile(path.resolve(HEADER))) {
            throw new IOException(path + ": is not a run (it has no " + HEADER + "); start one there without --resume");
        }
        if (Files.exists(path.resolve("config.json")) || AdapterFiles.isAdapter(path)) {
            throw new IOException(path + ": this run has come to its end and the model is there; nothing is left to do");
        }
    }

    /** @throws IllegalArgumentException naming a setting, not one of {@code free}, that the run was begun with another value of */
    static void requireSettings(Path path, Map<String, Object> settings, Set<String> free) throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        JsonNode before = yaml.readTree(Files.readString(path.resolve(CONFIG)));
        JsonNode now = yaml.readTree(yaml.writeValueAsString(settings));
        Set<String> keys = new LinkedHashSet<>(now.propertyNames());
        keys.addAll(before.propertyNames());
        keys.removeAll(free);
        for (String key : keys) {
            if (!before.path(key).equals(now.path(key))) {
                throw new IllegalArgumentException("--resume: the run in " + path + " was begun with " + key + " "
                        + shown(before.path(key)) + ", now asked for is " + shown(now.path(key))
                        + "; give the same options, or start a new run");
            }
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "unset" : value.toString();
    }

    JsonLines metrics() {
        return metrics;
    }

    /**
     * Puts the newest whole checkpoint into a model and its optimiser, and cuts the log back to it.
     *
     * @return where the run stands; empty when it has to begin again
     */
    Optional<State> restore(Llama model, AdamW optimiser, Consumer<String> warning) throws IOException {
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
            throw new IOException(file + ": not the state of a fine-tuning run: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse(""), malformed);
        }
        TrainingFile.read(directory.resolve(TRAINING), model, optimiser, state.step());
        metrics.rewind(state.metricsLength());
        return Optional.of(state);
    }

    /** Writes a checkpoint, and removes the one before it. */
    void save(int step, double lossBefore, Llama model, AdamW optimiser) throws IOException {
        State state = new State(step, lossBefore, metrics.mark());
        checkpoints.write(step, directory -> {
            TrainingFile.write(directory.resolve(TRAINING), model, optimiser);
            AtomicFile.write(directory.resolve(STATE), JSON.writeValueAsBytes(state));
        });
    }

    /** Removes the checkpoints of a run whose model is written. */
    void discardCheckpoints() throws IOException {
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
