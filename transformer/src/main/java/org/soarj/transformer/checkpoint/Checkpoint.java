package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.TensorInfo;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.ModelException;

/**
 * A Llama as a Hugging Face style directory: {@code config.json}, {@code generation_config.json} and
 * {@code model.safetensors}, or shards under {@code model.safetensors.index.json}.
 */
public final class Checkpoint {
    static final String CONFIG = "config.json";
    static final String GENERATION = "generation_config.json";
    /** What PEFT calls an adapter's settings; such a folder holds no model. */
    private static final String ADAPTER = "adapter_config.json";
    /** What old checkpoints hold besides the parameters; it follows from the config. */
    private static final String DERIVED = ".rotary_emb.inv_freq";

    private Checkpoint() {}

    /** Reads only {@code config.json}. */
    public static LlamaConfig config(Path directory) throws IOException {
        requireDirectory(directory);
        return ConfigFile.read(directory.resolve(CONFIG));
    }

    /** Reads a model to be trained: weights in F32, F16, BF16 or F64 become F32. */
    public static Llama load(Path directory) throws IOException {
        return load(directory, Precision.F32);
    }

    /**
     * Reads a model.
     *
     * @param precision how its weights are held
     * @throws ModelException naming file and tensor when one is missing, too many or of another shape
     * @throws IOException when a file is not valid or cannot be read
     */
    public static Llama load(Path directory, Precision precision) throws IOException {
        LlamaConfig config = config(directory);
        try (WeightFiles weights = WeightFiles.open(directory)) {
            return build(config, weights, name -> weights.read(name, precision));
        }
    }

    /**
     * Checks that config and weights belong together, without reading a weight.
     *
     * @throws IOException as {@link #load(Path, Precision)} does
     */
    public static void verify(LlamaConfig config, WeightFiles weights) throws IOException {
        Tensor nothing = Tensor.scalar(0);
        build(config, weights, name -> nothing);
    }

    /** Reads the tensor of a name. */
    @FunctionalInterface
    private interface Reader {
        Tensor read(String name) throws IOException;
    }

    private static Llama build(LlamaConfig config, WeightFiles weights, Reader reader) throws IOException {
        Set<String> used = new HashSet<>();
        Llama llama = Llama.<IOException>build(config, (name, dims) -> {
            used.add(name);
            requireShape(weights, name, dims);
            return reader.read(name);
        });
        for (String name : weights.names()) {
            boolean copy = config.tieWordEmbeddings() && name.equals("lm_head.weight");
            if (!used.contains(name) && !copy && !name.endsWith(DERIVED)) {
                throw new ModelException(weights.home(name), "tensor \"" + name + "\" is in the file, but a model of this "
                        + "config has none of that name; do config.json and the weights belong together?");
            }
        }
        return llama;
    }

    private static void requireShape(WeightFiles weights, String name, int[] dims) throws IOException {
        if (weights.home(name) == null) {
            throw new ModelException(weights.listing(), "tensor \"" + name + "\" is missing; " + CONFIG
                    + " asks for it in shape " + Arrays.toString(dims));
        }
        TensorInfo info = weights.info(name);
        List<Long> wanted = Arrays.stream(dims).mapToObj(dim -> (long) dim).toList();
        if (!info.shape().equals(wanted)) {
            throw new ModelException(weights.home(name), "tensor \"" + name + "\" has shape " + info.shape() + ", " + CONFIG
                    + " asks for " + wanted);
        }
    }

    /** Writes config and weights in F32, in one file up to 5 GB. */
    public static void save(Path directory, Llama llama) throws IOException {
        save(directory, llama, SaveOptions.DEFAULT);
    }

    /**
     * Writes config and weights. The directory is made where it is missing; other files in it stay, except weights under
     * other names. Everything is written beside the old files first and takes their names at the end, so that a save that
     * fails leaves the model as it was.
     *
     * @throws IllegalArgumentException when the model has adapters, which are no part of a plain checkpoint
     * @throws IOException what the disk said
     */
    public static void save(Path directory, Llama llama, SaveOptions options) throws IOException {
        new CheckpointWriter(directory, llama, options).write();
    }

    private static void requireDirectory(Path directory) throws ModelException {
        if (!Files.isDirectory(directory)) {
            throw new ModelException(directory, "no such directory; give a folder with config.json and model.safetensors");
        }
        if (Files.exists(directory.resolve(ADAPTER)) && !Files.exists(directory.resolve(CONFIG))) {
            throw new ModelException(directory, "holds a LoRA adapter and no model; merge it into its base model first");
        }
    }
}
