package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.soarj.tensor.DType;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.RopeScaling;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code config.json} and {@code generation_config.json} in the spelling that every version of transformers reads. */
final class ConfigWriter {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** Newer spellings of fields that are written in the older one. */
    private static final List<String> REPLACED = List.of("rope_parameters", "dtype");

    private ConfigWriter() {}

    /**
     * Writes what the config says, and what it does not say as {@code source} has it.
     *
     * @param dtype type of the weights beside the config
     * @param source a config.json, or null
     */
    static void write(Path file, LlamaConfig config, DType dtype, Path source) throws IOException {
        ObjectNode root = fieldsOf(source);
        if (!root.hasNonNull("architectures")) {
            root.putArray("architectures").add("LlamaForCausalLM");
        }
        root.put("model_type", "llama");
        root.put("vocab_size", config.vocabSize());
        root.put("hidden_size", config.hiddenSize());
        root.put("intermediate_size", config.intermediateSize());
        root.put("num_hidden_layers", config.layers());
        root.put("num_attention_heads", config.heads());
        root.put("num_key_value_heads", config.kvHeads());
        root.put("head_dim", config.headDim());
        root.put("hidden_act", "silu");
        // Through its shortest decimal form: as a double, 1e-5f would read 9.999999747378752e-06.
        root.put("rms_norm_eps", Double.parseDouble(Float.toString(config.rmsNormEps())));
        root.put("rope_theta", config.ropeTheta());
        switch (config.ropeScaling()) {
            case RopeScaling.None() -> root.putNull("rope_scaling");
            case RopeScaling.Linear(double factor) ->
                root.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor);
            case RopeScaling.Llama3(double factor, double low, double high, double context) ->
                root.putObject("rope_scaling").put("rope_type", "llama3").put("factor", factor)
                        .put("low_freq_factor", low).put("high_freq_factor", high)
                        .put("original_max_position_embeddings", (long) context);
        }
        root.put("tie_word_embeddings", config.tieWordEmbeddings());
        root.put("attention_bias", config.attentionBias());
        root.put("mlp_bias", config.mlpBias());
        root.put("max_position_embeddings", config.maxPositions());
        putTokens(root, config);
        root.put("torch_dtype", switch (dtype) {
            case F32 -> "float32";
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            default -> throw new IllegalArgumentException("config: no weights are written as " + dtype);
        });
        write(file, root);
    }

    private static ObjectNode fieldsOf(Path source) throws IOException {
        if (source == null || !Files.isRegularFile(source)) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(source));
            return root instanceof ObjectNode object ? object.without(REPLACED) : JSON.createObjectNode();
        } catch (JacksonException malformed) {
            throw new IOException(source + ": not valid JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /** {@code generation_config.json}: the ids that begin and end a sequence. */
    static void writeGeneration(Path file, LlamaConfig config) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        putTokens(root, config);
        write(file, root);
    }

    private static void putTokens(ObjectNode root, LlamaConfig config) {
        if (config.bosTokenId() >= 0) {
            root.put("bos_token_id", config.bosTokenId());
        }
        if (config.eosTokenIds().size() == 1) {
            root.put("eos_token_id", config.eosTokenIds().getFirst());
        } else if (!config.eosTokenIds().isEmpty()) {
            ArrayNode ids = root.putArray("eos_token_id");
            config.eosTokenIds().forEach(ids::add);
        }
    }

    private static void write(Path file, ObjectNode root) throws IOException {
        byte[] text = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, out -> out.write(text));
    }
}
