package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.ModelException;
import org.soarj.transformer.RopeScaling;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes {@code config.json} as Hugging Face's {@code LlamaConfig} has it.
 *
 * <p>A field that would change the numbers and is not supported is refused by name, never ignored.
 */
final class ConfigFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** Fields that other models of the family use to compute something else, with the only value that changes nothing. */
    private static final Map<String, String> NEUTRAL = Map.of("hidden_act", "silu", "model_type", "llama",
            "pretraining_tp", "1", "partial_rotary_factor", "1.0");
    private static final Set<String> REFUSED = Set.of("quantization_config", "sliding_window", "logit_scale",
            "embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling", "num_local_experts");

    private final Path file;
    private final JsonNode root;

    private ConfigFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    static LlamaConfig read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file, "no such file; a model directory needs config.json");
        }
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new ModelException(file, "not valid JSON: " + e.getOriginalMessage(), e);
        }
        if (!root.isObject()) {
            throw new ModelException(file, "expected a JSON object with the model's sizes");
        }
        return new ConfigFile(file, root).config();
    }

    private LlamaConfig config() throws ModelException {
        for (Map.Entry<String, String> neutral : NEUTRAL.entrySet()) {
            JsonNode value = root.path(neutral.getKey());
            if (!value.isMissingNode() && !value.isNull() && !same(value, neutral.getValue())) {
                throw new ModelException(file, "field \"" + neutral.getKey() + "\" is " + value + ", only "
                        + neutral.getValue() + " is supported");
            }
        }
        for (String refused : REFUSED) {
            JsonNode value = root.path(refused);
            if (!value.isMissingNode() && !value.isNull()) {
                throw new ModelException(file, "field \"" + refused + "\" is " + value
                        + ", which is not supported; remove it only if the model does not use it");
            }
        }
        int heads = integer("num_attention_heads");
        int hidden = integer("hidden_size");
        int headDim = root.hasNonNull("head_dim") ? integer("head_dim") : hidden / heads;
        try {
            return new LlamaConfig(integer("vocab_size"), hidden, integer("intermediate_size"),
                    integer("num_hidden_layers"), heads, root.hasNonNull("num_key_value_heads")
                    ? integer("num_key_value_heads") : heads, headDim, (float) number(root, "rms_norm_eps", 1e-6),
                    theta(), scaling(), flag("tie_word_embeddings"), flag("attention_bias"), flag("mlp_bias"),
                    root.hasNonNull("max_position_embeddings") ? integer("max_position_embeddings") : 2048,
                    root.hasNonNull("bos_token_id") ? integer("bos_token_id") : -1, eosTokens());
        } catch (IllegalArgumentException e) {
            throw new ModelException(file, e.getMessage(), e);
        }
    }

    private static boolean same(JsonNode value, String text) {
        return value.isNumber() ? value.asDouble() == Double.parseDouble(text) : text.equals(value.asString());
    }

    /** {@code rope_scaling} in the old spelling, {@code rope_parameters} in the new one, which also holds the base. */
    private JsonNode ropeNode() {
        return root.hasNonNull("rope_parameters") ? root.get("rope_parameters") : root.path("rope_scaling");
    }

    private double theta() throws ModelException {
        JsonNode node = ropeNode();
        return number(node.hasNonNull("rope_theta") ? node : root, "rope_theta", 10_000);
    }

    private RopeScaling scaling() throws ModelException {
        JsonNode node = ropeNode();
        if (node.isMissingNode() || node.isNull()) {
            return new RopeScaling.None();
        }
        JsonNode type = node.hasNonNull("rope_type") ? node.get("rope_type") : node.path("type");
        String name = type.isMissingNode() ? "default" : type.asString();
        return switch (name) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(number(node, "factor", Double.NaN));
            case "llama3" -> new RopeScaling.Llama3(number(node, "factor", Double.NaN),
                    number(node, "low_freq_factor", Double.NaN), number(node, "high_freq_factor", Double.NaN),
                    number(node, "original_max_position_embeddings", Double.NaN));
            default -> throw new ModelException(file, "rope_type \"" + name
                    + "\" is not supported; default, linear and llama3 are");
        };
    }

    private int integer(String field) throws ModelException {
        JsonNode value = root.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new ModelException(file, "field \"" + field + "\" must be a whole number, got "
                    + (value.isMissingNode() ? "nothing" : value.toString()));
        }
        return value.asInt();
    }

    private double number(JsonNode node, String field, double otherwise) throws ModelException {
        JsonNode value = node.path(field);
        if (value.isNumber()) {
            return value.asDouble();
        }
        if ((value.isMissingNode() || value.isNull()) && !Double.isNaN(otherwise)) {
            return otherwise;
        }
        throw new ModelException(file, "field \"" + field + "\" must be a number, got "
                + (value.isMissingNode() ? "nothing" : value.toString()));
    }

    private boolean flag(String field) throws ModelException {
        JsonNode value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new ModelException(file, "field \"" + field + "\" must be true or false, got " + value);
        }
        return value.asBoolean();
    }

    private List<Integer> eosTokens() throws ModelException {
        JsonNode value = root.path("eos_token_id");
        List<Integer> ids = new ArrayList<>();
        if (value.isArray()) {
            for (JsonNode id : value) {
                if (!id.isIntegralNumber()) {
                    throw new ModelException(file, "field \"eos_token_id\" must hold whole numbers, got " + value);
                }
                ids.add(id.asInt());
            }
        } else if (!value.isMissingNode() && !value.isNull()) {
            ids.add(integer("eos_token_id"));
        }
        return ids;
    }

    static void write(Path file, LlamaConfig config) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add("LlamaForCausalLM");
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
        root.put("torch_dtype", "float32");
        write(file, root);
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
