package org.soarj.soar.rloo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.MomentsFile;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run needs to go on as if it had never stopped, but for its weights and moments: with these a checkpoint's folder.
 * All randomness follows from the seed in config.yaml and the step.
 *
 * @param step steps done
 * @param updates optimiser steps done
 * @param drawn problems taken from the stream so far
 * @param klBeta weight of the divergence at the next step
 * @param alarms what the alarms have learnt
 * @param marks lengths of the run's logs
 */
record RlooState(int step, int updates, long drawn, double klBeta, Alarms.State alarms, Map<String, Long> marks) {
    private static final JsonMapper JSON =
            JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    private static final String STATE = "state.json";

    /** Fills a checkpoint's folder, which is then a model directory as well; the tokenizer's files come from {@code source}. */
    void write(Path directory, Llama model, AdamW optimiser, Path source) throws IOException {
        Checkpoint.save(directory, model);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
            if (Files.isRegularFile(source.resolve(name)) && !Files.exists(directory.resolve(name))) {
                Files.copy(source.resolve(name), directory.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        MomentsFile.write(directory, model.trainable(), optimiser);
        AtomicFile.write(directory.resolve(STATE), JSON.writeValueAsBytes(this));
    }

    /** The state in a checkpoint's folder. */
    static RlooState read(Path directory) throws IOException {
        Path file = directory.resolve(STATE);
        try {
            return JSON.readValue(Files.readAllBytes(file), RlooState.class);
        } catch (JacksonException malformed) {
            throw new IOException(file + ": not the state of an RLOO run: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse(""), malformed);
        }
    }

    /** Gives an optimiser of {@code model} the moments in a checkpoint's folder. */
    void restore(Path directory, Llama model, AdamW optimiser) throws IOException {
        MomentsFile.restore(directory, model.trainable(), optimiser, updates);
    }
}
