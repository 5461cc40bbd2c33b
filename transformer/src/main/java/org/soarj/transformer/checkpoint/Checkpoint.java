package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.tensor.io.TensorInfo;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.ModelException;

/** A Llama as a Hugging Face style directory: {@code config.json}, {@code generation_config.json}, {@code model.safetensors}. */
public final class Checkpoint {
    static final String CONFIG = "config.json";
    static final String GENERATION = "generation_config.json";
    static final String WEIGHTS = "model.safetensors";
    /** What old checkpoints hold besides the parameters; it follows from the config. */
    private static final String DERIVED = ".rotary_emb.inv_freq";

    private Checkpoint() {}

    /** Reads only {@code config.json}. */
    public static LlamaConfig config(Path directory) throws IOException {
        requireDirectory(directory);
        return ConfigFile.read(directory.resolve(CONFIG));
    }

    /**
     * Reads a model; weights in F32, F16, BF16 or F64 become F32.
     *
     * @throws ModelException naming file and tensor when one is missing, too many or of another shape
     */
    public static Llama load(Path directory) throws IOException {
        LlamaConfig config = config(directory);
        Path file = directory.resolve(WEIGHTS);
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file, "no such file; a model directory needs model.safetensors");
        }
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            Set<String> used = new HashSet<>();
            Llama llama = Llama.<IOException>build(config, (name, dims) -> {
                used.add(name);
                return read(file, weights, name, dims);
            });
            for (String name : weights.names()) {
                boolean copy = config.tieWordEmbeddings() && name.equals("lm_head.weight");
                if (!used.contains(name) && !copy && !name.endsWith(DERIVED)) {
                    throw new ModelException(file, "tensor \"" + name + "\" is in the file, but a model of this config "
                            + "has none of that name; do config.json and model.safetensors belong together?");
                }
            }
            return llama;
        }
    }

    private static Tensor read(Path file, SafetensorsFile weights, String name, int[] dims) throws IOException {
        if (!weights.names().contains(name)) {
            throw new ModelException(file, "tensor \"" + name + "\" is missing; " + CONFIG + " asks for it in shape "
                    + Arrays.toString(dims));
        }
        TensorInfo info = weights.info(name);
        List<Long> wanted = Arrays.stream(dims).mapToObj(dim -> (long) dim).toList();
        if (!info.shape().equals(wanted)) {
            throw new ModelException(file, "tensor \"" + name + "\" has shape " + info.shape() + ", " + CONFIG
                    + " asks for " + wanted);
        }
        return weights.readF32(name);
    }

    /** Writes config and weights in F32; each file whole or not at all. The directory is made where it is missing. */
    public static void save(Path directory, Llama llama) throws IOException {
        Files.createDirectories(directory);
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (Parameter parameter : llama.parameters()) {
            tensors.put(parameter.name(), parameter.value());
        }
        SafetensorsWriter.write(directory.resolve(WEIGHTS), tensors, DType.F32, Map.of("format", "pt"));
        ConfigFile.writeGeneration(directory.resolve(GENERATION), llama.config());
        ConfigFile.write(directory.resolve(CONFIG), llama.config());
    }

    private static void requireDirectory(Path directory) throws ModelException {
        if (!Files.isDirectory(directory)) {
            throw new ModelException(directory, "no such directory; give a folder with config.json and model.safetensors");
        }
    }
}
