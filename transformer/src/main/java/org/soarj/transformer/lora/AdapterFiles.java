package org.soarj.transformer.lora;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.transformer.Block;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LowRank;
import org.soarj.transformer.ModelException;

/**
 * An adapter as a folder in PEFT's format: {@code adapter_config.json} and {@code adapter_model.safetensors}, whose tensors are
 * named {@code base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight}.
 */
public final class AdapterFiles {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";

    private AdapterFiles() {}

    /**
     * Writes the adapters of a model in F32; the folder is made where it is missing.
     *
     * @param adapted a model with the adapters that {@link Lora#attach} makes from {@code settings}
     * @param base where the base model is, as readers of the adapter will look for it
     * @throws IOException what the disk said
     */
    public static void save(Path directory, Llama adapted, LoraSettings settings, String base) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (Block.Linear linear : adapted.linears()) {
            if (linear.adapter() != null) {
                for (Parameter parameter : linear.adapter().parameters()) {
                    tensors.put(PREFIX + parameter.name(), parameter.value());
                }
            }
        }
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("lora: the model has no adapter to save; attach one first");
        }
        Files.createDirectories(directory);
        SafetensorsWriter.write(weights(directory), tensors, DType.F32, Map.of("format", "pt"));
        AdapterConfig.write(directory.resolve(CONFIG), settings, base);
    }

    /** Whether a folder holds an adapter. */
    public static boolean isAdapter(Path directory) {
        return Files.isRegularFile(directory.resolve(CONFIG));
    }

    /** Where the weights of a folder's adapter are. */
    public static Path weights(Path directory) {
        return directory.resolve(WEIGHTS);
    }

    /** Reads only {@code adapter_config.json}. */
    public static LoraSettings settings(Path directory) throws IOException {
        return AdapterConfig.read(directory.resolve(CONFIG));
    }

    /** What {@code adapter_config.json} says of the base model, a folder or a name on the Hugging Face Hub; empty for nothing. */
    public static String baseName(Path directory) throws IOException {
        return AdapterConfig.baseName(directory.resolve(CONFIG));
    }

    /**
     * A model over the weights of {@code base}, which are shared and frozen, with the adapters of a folder.
     *
     * @throws ModelException naming file and field or tensor when the adapter is not one of this model
     * @throws IOException when a file is not valid or cannot be read
     */
    public static Llama load(Path directory, Llama base) throws IOException {
        LoraSettings settings = settings(directory);
        Path file = weights(directory);
        try {
            settings.requireFound(base.linears().stream().map(Block.Linear::name).toList());
        } catch (IllegalArgumentException notFound) {
            throw new ModelException(directory.resolve(CONFIG), "field \"target_modules\": " + notFound.getMessage(), notFound);
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file, "no such file; an adapter needs " + WEIGHTS + " beside " + CONFIG);
        }
        Map<String, LowRank> adapters = new LinkedHashMap<>();
        try (SafetensorsFile weights = SafetensorsFile.open(file)) {
            Set<String> used = new HashSet<>();
            for (Block.Linear linear : base.linears()) {
                if (settings.targets(linear.name())) {
                    int[] shape = linear.weight().value().shape().toArray();                              // (out,in)
                    Tensor a = read(file, weights, Lora.nameOfA(linear), used, settings.rank(), shape[1]);
                    Tensor b = read(file, weights, Lora.nameOfB(linear), used, shape[0], settings.rank());
                    adapters.put(linear.name(), Lora.adapter(linear, a, b, settings));
                }
            }
            for (String name : weights.names()) {
                if (!used.contains(name)) {
                    throw new ModelException(file, "tensor \"" + name + "\" is in the file, but " + CONFIG
                            + " asks for none of that name");
                }
            }
        }
        return base.frozen().withLinears(linear -> linear.with(adapters.get(linear.name())));
    }

    private static Tensor read(Path file, SafetensorsFile weights, String parameter, Set<String> used, int... dims)
            throws IOException {
        String name = PREFIX + parameter;
        if (!weights.names().contains(name)) {
            throw new ModelException(file, "tensor \"" + name + "\" is missing; " + CONFIG + " asks for it in shape "
                    + Arrays.toString(dims));
        }
        List<Long> wanted = Arrays.stream(dims).mapToObj(dim -> (long) dim).toList();
        List<Long> found = weights.info(name).shape();
        if (!found.equals(wanted)) {
            throw new ModelException(file, "tensor \"" + name + "\" has shape " + found + ", the base model and r of " + CONFIG
                    + " ask for " + wanted);
        }
        used.add(name);
        return weights.readF32(name);
    }
}
