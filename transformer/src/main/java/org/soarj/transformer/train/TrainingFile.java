package org.soarj.transformer.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.transformer.Llama;

/**
 * What training has changed, as one safetensors file of floats to go on from: the trained weights, adapters included, and the
 * two moments of each. Frozen weights are not in it.
 */
public final class TrainingFile {
    private static final String WEIGHT = "weight.";
    private static final String FIRST = "first.";
    private static final String SECOND = "second.";

    private TrainingFile() {}

    /**
     * Writes the state of {@code llama} and of the optimiser of its {@link Llama#trainable}.
     *
     * @throws IOException what the disk said; a file that was there before is then as it was
     */
    public static void write(Path file, Llama llama, AdamW optimiser) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        List<Parameter> trained = llama.trainable();
        AdamW.State state = optimiser.state();
        for (int i = 0; i < trained.size(); i++) {
            tensors.put(WEIGHT + trained.get(i).name(), trained.get(i).value());
            tensors.put(FIRST + trained.get(i).name(), state.first().get(i));
            tensors.put(SECOND + trained.get(i).name(), state.second().get(i));
        }
        SafetensorsWriter.write(file, tensors, DType.F32, Map.of());
    }

    /**
     * Puts a state into a model and its optimiser.
     *
     * @param steps steps that the optimiser had taken
     * @throws IOException when the file is not valid, or not the state of such a model
     */
    public static void read(Path file, Llama llama, AdamW optimiser, int steps) throws IOException {
        List<Tensor> first = new ArrayList<>();
        List<Tensor> second = new ArrayList<>();
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            for (Parameter parameter : llama.trainable()) {
                parameter.value().copyFrom(tensors.readF32(WEIGHT + parameter.name()));
                first.add(tensors.readF32(FIRST + parameter.name()));
                second.add(tensors.readF32(SECOND + parameter.name()));
            }
        }
        optimiser.restore(new AdamW.State(steps, first, second));
    }
}
