package org.soarj.soar.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.SafetensorsWriter;

/** The moments of AdamW beside a model in a checkpoint's folder, named after its parameters. */
public final class MomentsFile {
    private static final String NAME = "optimizer.safetensors";
    private static final String FIRST = "first.";
    private static final String SECOND = "second.";

    private MomentsFile() {}

    /** @param parameters those that {@code optimiser} trains, in its order */
    public static void write(Path directory, List<Parameter> parameters, AdamW optimiser) throws IOException {
        LinkedHashMap<String, Tensor> moments = new LinkedHashMap<>();
        AdamW.State state = optimiser.state();
        for (int i = 0; i < parameters.size(); i++) {
            moments.put(FIRST + parameters.get(i).name(), state.first().get(i));
            moments.put(SECOND + parameters.get(i).name(), state.second().get(i));
        }
        SafetensorsWriter.write(directory.resolve(NAME), moments, DType.F32, Map.of());
    }

    /**
     * Gives {@code optimiser} the moments of a checkpoint.
     *
     * @param updates optimiser steps taken until then
     */
    public static void restore(Path directory, List<Parameter> parameters, AdamW optimiser, int updates) throws IOException {
        List<Tensor> first = new ArrayList<>();
        List<Tensor> second = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(NAME))) {
            for (Parameter parameter : parameters) {
                first.add(file.readF32(FIRST + parameter.name()));
                second.add(file.readF32(SECOND + parameter.name()));
            }
        }
        optimiser.restore(new AdamW.State(updates, first, second));
    }
}
