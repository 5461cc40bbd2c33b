package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.TensorInfo;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.WeightFiles;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.lora.LoraSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar inspect}: what a safetensors file or a model directory holds, and whether it holds together. */
@Command(name = "inspect", mixinStandardHelpOptions = true,
        description = "Show the tensors of safetensors files, and config and shards of model and adapter directories. Exit 1 "
                + "and one line for each that is not valid.")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR", description = "Safetensors files and model directories.")
    private List<Path> paths;

    @Option(names = "--json", description = "Print one JSON object a line, for each file or directory.")
    private boolean json;

    @Override
    public Integer call() {
        int exit = 0;
        JsonMapper mapper = JsonMapper.builder().build();
        PrintWriter out = spec.commandLine().getOut();
        for (Path path : paths) {
            try {
                Map<String, Object> found = Files.isDirectory(path) ? directory(path) : file(path);
                if (json) {
                    out.println(mapper.writeValueAsString(found));
                } else {
                    print(found, out);
                }
            } catch (IOException invalid) {
                spec.commandLine().getErr().println("soar: " + OneLineErrors.message(invalid));
                exit = 1;
            }
        }
        out.flush();
        return exit;
    }

    private static Map<String, Object> file(Path path) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            List<TensorInfo> tensors = new ArrayList<>();
            for (String name : file.names()) {
                tensors.add(file.info(name));
            }
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("file", path.toString());
            found.put("file_bytes", Files.size(path));
            found.put("metadata", file.metadata());
            putTotals(found, tensors);
            found.put("tensors", tensors.stream().map(InspectCommand::row).toList());
            return found;
        }
    }

    private static Map<String, Object> directory(Path path) throws IOException {
        if (AdapterFiles.isAdapter(path) && !Files.exists(path.resolve("config.json"))) {
            return adapter(path);
        }
        LlamaConfig config = Checkpoint.config(path);
        try (WeightFiles weights = WeightFiles.open(path)) {
            Checkpoint.verify(config, weights);
            List<TensorInfo> tensors = new ArrayList<>();
            List<Map<String, Object>> files = new ArrayList<>();
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Path file : weights.files()) {
                List<TensorInfo> here = weights.tensors(file);
                files.add(Map.of("file", file.getFileName().toString(), "file_bytes", Files.size(file), "tensors", here.size()));
                tensors.addAll(here);
                for (TensorInfo tensor : here) {
                    Map<String, Object> row = row(tensor);
                    row.put("file", file.getFileName().toString());
                    rows.add(row);
                }
            }
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("directory", path.toString());
            found.put("config", config(config));
            putTotals(found, tensors);
            found.put("files", files);
            found.put("tensors", rows);
            return found;
        }
    }

    private static Map<String, Object> adapter(Path path) throws IOException {
        LoraSettings settings = AdapterFiles.settings(path);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("peft_type", "LORA");
        config.put("r", settings.rank());
        config.put("lora_alpha", settings.alpha());
        config.put("target_modules", settings.targets().stream().sorted().toList());
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("directory", path.toString());
        found.put("config", config);
        found.putAll(file(AdapterFiles.weights(path)));
        return found;
    }

    /** The sizes under the names that config.json gives them. */
    private static Map<String, Object> config(LlamaConfig config) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("vocab_size", config.vocabSize());
        fields.put("hidden_size", config.hiddenSize());
        fields.put("intermediate_size", config.intermediateSize());
        fields.put("num_hidden_layers", config.layers());
        fields.put("num_attention_heads", config.heads());
        fields.put("num_key_value_heads", config.kvHeads());
        fields.put("head_dim", config.headDim());
        fields.put("rms_norm_eps", Double.parseDouble(Float.toString(config.rmsNormEps())));
        fields.put("rope_theta", config.ropeTheta());
        fields.put("rope_type", switch (config.ropeScaling()) {
            case RopeScaling.None none -> "default";
            case RopeScaling.Linear linear -> "linear";
            case RopeScaling.Llama3 llama3 -> "llama3";
        });
        fields.put("tie_word_embeddings", config.tieWordEmbeddings());
        fields.put("attention_bias", config.attentionBias());
        fields.put("mlp_bias", config.mlpBias());
        fields.put("max_position_embeddings", config.maxPositions());
        fields.put("eos_token_id", config.eosTokenIds());
        return fields;
    }

    private static void putTotals(Map<String, Object> found, List<TensorInfo> tensors) {
        Map<String, Long> dtypes = new TreeMap<>();
        tensors.forEach(tensor -> dtypes.merge(tensor.dtype().name(), 1L, Long::sum));
        found.put("parameters", tensors.stream().mapToLong(TensorInfo::elements).sum());
        found.put("bytes", tensors.stream().mapToLong(TensorInfo::bytes).sum());
        found.put("dtypes", dtypes);
    }

    private static Map<String, Object> row(TensorInfo tensor) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", tensor.name());
        row.put("dtype", tensor.dtype().name());
        row.put("shape", tensor.shape());
        row.put("bytes", tensor.bytes());
        return row;
    }

    private static void print(Map<String, Object> found, PrintWriter out) {
        out.println(found.containsKey("directory") ? found.get("directory") : found.get("file"));
        if (found.get("config") instanceof Map<?, ?> config) {
            config.forEach((field, value) -> out.printf("  %-24s %s%n", field, value));
        }
        if (found.get("files") instanceof List<?> files) {
            for (Object file : files) {
                out.println("  " + ((Map<?, ?>) file).get("file") + ": " + ((Map<?, ?>) file).get("tensors") + " tensors");
            }
        }
        for (Object tensor : (List<?>) found.get("tensors")) {
            Map<?, ?> row = (Map<?, ?>) tensor;
            out.printf(Locale.ROOT, "  %-56s %-5s %-18s %,15d bytes%n", printable(row.get("name")), row.get("dtype"),
                    row.get("shape"), row.get("bytes"));
        }
        out.printf(Locale.ROOT, "  %d tensors, %,d numbers, %,d bytes, %s%n", ((List<?>) found.get("tensors")).size(),
                found.get("parameters"), found.get("bytes"), found.get("dtypes"));
    }

    /** A name may hold what would move the cursor of a terminal. */
    private static String printable(Object name) {
        return name.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
