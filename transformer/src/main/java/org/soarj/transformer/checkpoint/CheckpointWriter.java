package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.transformer.Llama;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes one model directory: first everything into a hidden folder in it, then every file to its name. */
final class CheckpointWriter {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String SHARD = "model-\\d{5}-of-\\d{5}\\.safetensors";
    /** Files that belong to a model and not to its weights. */
    private static final List<String> COMPANIONS = List.of("tokenizer.json", "tokenizer_config.json", "tokenizer.model",
            "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
            "chat_template.json", Checkpoint.GENERATION);

    private final Path directory;
    private final Llama llama;
    private final SaveOptions options;
    private final Path staging;

    CheckpointWriter(Path directory, Llama llama, SaveOptions options) {
        if (llama.linears().stream().anyMatch(linear -> linear.adapter() != null)) {
            throw new IllegalArgumentException("save: the model has adapters, which a checkpoint has no place for; merge them "
                    + "or save them as an adapter");
        }
        this.directory = directory;
        this.llama = llama;
        this.options = options;
        this.staging = directory.resolve(".save-" + UUID.randomUUID());
    }

    void write() throws IOException {
        Files.createDirectories(directory);
        Files.createDirectory(staging);
        try {
            List<String> weights = writeWeights();
            copyCompanions();
            if (!Files.exists(staging.resolve(Checkpoint.GENERATION))) {
                ConfigWriter.writeGeneration(staging.resolve(Checkpoint.GENERATION), llama.config());
            }
            Path source = options.source() == null ? null : options.source().resolve(Checkpoint.CONFIG);
            ConfigWriter.write(staging.resolve(Checkpoint.CONFIG), llama.config(), options.dtype(), source);
            publish(weights);
        } finally {
            for (Path left : entries(staging)) {
                Files.delete(left);
            }
            Files.delete(staging);
        }
    }

    /** Weights first and the config last: a directory that is new has no config before it is whole. */
    private void publish(List<String> weights) throws IOException {
        List<Path> files = new ArrayList<>(entries(staging));
        Path config = staging.resolve(Checkpoint.CONFIG);
        files.remove(config);
        files.sort(null);
        for (Path file : files) {
            move(file);
        }
        for (Path old : entries(directory)) {
            String name = old.getFileName().toString();
            boolean holdsWeights = name.equals(WeightFiles.SINGLE) || name.equals(WeightFiles.INDEX) || name.matches(SHARD);
            if (holdsWeights && !weights.contains(name)) {
                Files.delete(old);
            }
        }
        move(config);
    }

    private void move(Path staged) throws IOException {
        Files.move(staged, directory.resolve(staged.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    /** The names of the files that now hold the weights. */
    private List<String> writeWeights() throws IOException {
        List<SequencedMap<String, Tensor>> shards = shards();
        Map<String, String> metadata = Map.of("format", "pt");
        if (shards.size() == 1) {
            SafetensorsWriter.write(staging.resolve(WeightFiles.SINGLE), shards.getFirst(), options.dtype(), metadata);
            return List.of(WeightFiles.SINGLE);
        }
        List<String> names = new ArrayList<>();
        ObjectNode index = JSON.createObjectNode();
        long total = shards.stream().flatMap(shard -> shard.values().stream()).mapToLong(this::bytes).sum();
        index.putObject("metadata").put("total_size", total);
        ObjectNode map = index.putObject("weight_map");
        for (int i = 0; i < shards.size(); i++) {
            String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            SafetensorsWriter.write(staging.resolve(name), shards.get(i), options.dtype(), metadata);
            shards.get(i).keySet().forEach(tensor -> map.put(tensor, name));
            names.add(name);
        }
        byte[] text = JSON.writeValueAsString(index).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(staging.resolve(WeightFiles.INDEX), out -> out.write(text));
        names.add(WeightFiles.INDEX);
        return names;
    }

    /** The parameters in their order, a new file where the next one would pass the limit. */
    private List<SequencedMap<String, Tensor>> shards() {
        List<SequencedMap<String, Tensor>> shards = new ArrayList<>();
        long filled = 0;
        for (Parameter parameter : llama.parameters()) {
            long bytes = bytes(parameter.value());
            if (shards.isEmpty() || filled + bytes > options.shardBytes()) {
                shards.add(new LinkedHashMap<>());
                filled = 0;
            }
            shards.getLast().put(parameter.name(), parameter.value());
            filled += bytes;
        }
        return shards;
    }

    private long bytes(Tensor tensor) {
        DType dtype = options.dtype();
        return (long) tensor.size() * dtype.bytes();
    }

    private void copyCompanions() throws IOException {
        if (options.source() == null) {
            return;
        }
        for (String name : COMPANIONS) {
            Path file = options.source().resolve(name);
            if (Files.isRegularFile(file)) {
                AtomicFiles.write(staging.resolve(name), out -> Files.copy(file, out));
            }
        }
    }
}
