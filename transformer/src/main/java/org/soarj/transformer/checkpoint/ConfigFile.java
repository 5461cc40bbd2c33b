package org.soarj.transformer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.ModelException;
import org.soarj.transformer.RopeScaling;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code config.json} as Hugging Face's {@code LlamaConfig} has it.
 *
 * <p>A field that would change the numbers and is not supported is refused by name, never ignored.
 */
final class ConfigFile {
    /** Fields that other models of the family use to compute something else, with the only value that changes nothing. */
    private static final Map<String, String> NEUTRAL = Map.ofEntries(Map.entry("hidden_act", "silu"),
            Map.entry("model_type", "llama"), Map.entry("pretraining_tp", "1"), Map.entry("partial_rotary_factor", "1.0"),
            Map.entry("rope_interleaved", "false"), Map.entry("use_qk_norm", "false"), Map.entry("qk_norm", "false"),
            Map.entry("use_sliding_window", "false"), Map.entry("is_encoder_decoder", "false"),
            Map.entry("add_cross_attention", "false"));
    private static final Set<String> REFUSED = Set.of("quantization_config", "sliding_window", "logit_scale",
            "embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling", "num_local_experts",
            "clip_qkv", "scale_emb", "scale_depth", "dim_model_base", "no_rope_layers", "no_rope_layer_interval",
            "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar", "attention_chunk_size");
    private static final String ARCHITECTURE = "LlamaForCausalLM";
    private static final Set<String> DTYPES = Set.of("float32", "float16", "bfloat16", "float64");

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
            root = JsonTree.read(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new ModelException(file, "not valid JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse("no detail"), e);
        }
        if (!root.isObject()) {
            throw new ModelException(file, "expected a JSON object with the model's sizes");
        }
        return new ConfigFile(file, root).config();
    }

    private LlamaConfig config() throws ModelException {
        requireLlama();
        int heads = integer("num_attention_heads");
        int hidden = integer("hidden_size");
        if (heads < 1 || (!root.hasNonNull("head_dim") && hidden % heads != 0)) {
            throw new ModelException(file, "field \"num_attention_heads\" is " + heads + ", which does not divide hidden_size "
                    + hidden + "; give head_dim, or a divisor");
        }
        try {
            return new LlamaConfig(integer("vocab_size"), hidden, integer("intermediate_size"),
                    integer("num_hidden_layers"), heads, integer("num_key_value_heads", heads),
                    integer("head_dim", hidden / heads), (float) number(root, "rms_norm_eps", 1e-6),
                    theta(), scaling(), flag("tie_word_embeddings"), flag("attention_bias"), flag("mlp_bias"),
                    integer("max_position_embeddings", 2048), integer("bos_token_id", -1), eosTokens());
        } catch (IllegalArgumentException e) {
            throw new ModelException(file, e.getMessage(), e);
        }
    }

    /** Refuses what is no Llama, or one with something added that changes its numbers. */
    private void requireLlama() throws ModelException {
        for (Map.Entry<String, String> neutral : NEUTRAL.entrySet()) {
            JsonNode value = root.path(neutral.getKey());
            if (!value.isMissingNode() && !value.isNull() && !same(value, neutral.getValue())) {
                throw new ModelException(file, "field \"" + neutral.getKey() + "\" is " + value + ", only "
                        + neutral.getValue() + " is supported");
            }
        }
        for (String refused : REFUSED) {
            if (root.hasNonNull(refused)) {
                throw new ModelException(file, "field \"" + refused + "\" is " + root.get(refused)
                        + ", which is not supported; remove it only if the model does not use it");
            }
        }
        requireAll("architectures", ARCHITECTURE);
        requireAll("layer_types", "full_attention");
        for (String field : List.of("torch_dtype", "dtype")) {
            JsonNode dtype = root.path(field);
            // What the weights are stored as is read from their own files; a type that cannot be read is told here.
            if (root.hasNonNull(field) && !(dtype.isString() && DTYPES.contains(dtype.stringValue()))) {
                throw new ModelException(file, "field \"" + field + "\" is " + dtype + ", supported are "
                        + DTYPES.stream().sorted().toList());
            }
        }
    }

    private void requireAll(String field, String only) throws ModelException {
        for (JsonNode value : root.path(field)) {
            if (!value.isString() || !value.stringValue().equals(only)) {
                throw new ModelException(file, "field \"" + field + "\" holds " + value + ", only \"" + only
                        + "\" is supported");
            }
        }
    }

    private static boolean same(JsonNode value, String text) {
        return value.isNumber() ? value.asDouble() == Double.parseDouble(text) : text.equals(value.asString());
    }

    /** {@code rope_scaling} in the old spelling, {@code rope_parameters} in the new one, which also holds the base. */
    private JsonNode ropeNode() throws ModelException {
        JsonNode parameters = root.path("rope_parameters");
        JsonNode scaling = root.path("rope_scaling");
        boolean both = root.hasNonNull("rope_parameters") && root.hasNonNull("rope_scaling");
        if (both && !parameters.equals(scaling)) {
            throw new ModelException(file, "fields \"rope_parameters\" and \"rope_scaling\" differ; they are two spellings of one "
                    + "thing, keep one");
        }
        JsonNode node = root.hasNonNull("rope_parameters") ? parameters : scaling;
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            throw new ModelException(file, "field \"rope_scaling\" must be an object, got " + node);
        }
        return node;
    }

    private double theta() throws ModelException {
        JsonNode node = ropeNode();
        double theta = number(node.hasNonNull("rope_theta") ? node : root, "rope_theta", 10_000);
        if (!(theta > 0)) {
            throw new ModelException(file, "field \"rope_theta\" must be above 0, got " + theta);
        }
        return theta;
    }

    private RopeScaling scaling() throws ModelException {
        JsonNode node = ropeNode();
        if (node.isMissingNode() || node.isNull()) {
            return new RopeScaling.None();
        }
        if (node.hasNonNull("partial_rotary_factor") && number(node, "partial_rotary_factor", 1) != 1) {
            throw new ModelException(file, "field \"partial_rotary_factor\" is " + node.get("partial_rotary_factor")
                    + ", only 1.0 is supported");
        }
        JsonNode type = node.hasNonNull("rope_type") ? node.get("rope_type") : node.path("type");
        String name = type.isMissingNode() || type.isNull() ? untyped(node) : type.asString();
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

    /** Without a type only the base may be given: a factor would have to do something. */
    private String untyped(JsonNode node) throws ModelException {
        for (String field : node.propertyNames()) {
            if (!field.equals("rope_theta") && !field.equals("partial_rotary_factor") && !node.get(field).isNull()) {
                throw new ModelException(file, "field \"rope_scaling\" gives \"" + field + "\" but no rope_type");
            }
        }
        return "default";
    }

    private int integer(String field, int otherwise) throws ModelException {
        return root.hasNonNull(field) ? integer(field) : otherwise;
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
                if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                    throw new ModelException(file, "field \"eos_token_id\" must hold whole numbers, got " + value);
                }
                ids.add(id.asInt());
            }
        } else if (!value.isMissingNode() && !value.isNull()) {
            ids.add(integer("eos_token_id"));
        }
        return ids;
    }
}
