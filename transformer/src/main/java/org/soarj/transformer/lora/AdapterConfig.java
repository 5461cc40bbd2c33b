package org.soarj.transformer.lora;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.io.AtomicFiles;
import org.soarj.transformer.ModelException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes {@code adapter_config.json} as PEFT's {@code LoraConfig} has it. A field that would change the numbers and
 * is not supported is refused by name; {@code lora_dropout} acts in training alone, where this project has none.
 */
final class AdapterConfig {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** Fields that, unless null, false or empty, make another adapter of the same tensors. */
    private static final List<String> REFUSED = List.of("fan_in_fan_out", "use_dora", "use_rslora", "use_qalora", "lora_bias",
            "modules_to_save", "rank_pattern", "alpha_pattern", "layers_to_transform", "layers_pattern", "layer_replication",
            "exclude_modules", "target_parameters", "trainable_token_indices", "alora_invocation_tokens", "use_bdlora",
            "velora_config", "monteclora_config", "kasa_config", "arrow_config", "megatron_config");
    private static final Set<String> STARTS = Set.of("true", "false", "gaussian");

    private AdapterConfig() {}

    static String baseName(Path file) throws IOException {
        return tree(file).path("base_model_name_or_path").asString("");
    }

    private static JsonNode tree(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file, "no such file; an adapter needs adapter_config.json");
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException malformed) {
            throw new ModelException(file, "not valid JSON: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse("no detail"), malformed);
        }
    }

    static LoraSettings read(Path file) throws IOException {
        JsonNode root = tree(file);
        requirePlain(file, root);
        JsonNode rank = root.path("r");
        JsonNode alpha = root.path("lora_alpha");
        if (!rank.isInt() || !alpha.isNumber()) {
            throw new ModelException(file, "fields \"r\" and \"lora_alpha\" must be numbers, got " + rank + " and " + alpha);
        }
        try {
            return new LoraSettings(rank.intValue(), alpha.asDouble(), targets(file, root.path("target_modules")));
        } catch (IllegalArgumentException wrong) {
            throw new ModelException(file, wrong.getMessage(), wrong);
        }
    }

    private static void requirePlain(Path file, JsonNode root) throws ModelException {
        if (!root.path("peft_type").asString("").equals("LORA")) {
            throw new ModelException(file, "field \"peft_type\" is " + root.path("peft_type") + ", only \"LORA\" is supported");
        }
        if (!root.path("bias").asString("none").equals("none")) {
            throw new ModelException(file, "field \"bias\" is " + root.get("bias") + ", only \"none\" is supported");
        }
        for (String field : REFUSED) {
            JsonNode value = root.path(field);
            boolean nothing = value.isMissingNode() || value.isNull() || (value.isBoolean() && !value.booleanValue())
                    || (value.isContainer() && value.isEmpty()) || (value.isString() && value.stringValue().isEmpty());
            if (!nothing) {
                throw new ModelException(file, "field \"" + field + "\" is " + value + ", which is not supported");
            }
        }
        JsonNode start = root.path("init_lora_weights");
        if (!start.isMissingNode() && !start.isNull() && !STARTS.contains(start.asString(""))) {
            throw new ModelException(file, "field \"init_lora_weights\" is " + start + ", which changes the base model; "
                    + "convert the adapter to a plain LoRA first");
        }
    }

    private static Set<String> targets(Path file, JsonNode node) throws ModelException {
        Set<String> targets = new LinkedHashSet<>();
        if (node.isString() && node.stringValue().equals("all-linear")) {
            return LoraSettings.ALL_LINEAR;
        }
        for (JsonNode target : node) {
            if (!target.isString()) {
                throw new ModelException(file, "field \"target_modules\" must hold names, got " + node);
            }
            targets.add(target.stringValue());
        }
        if (targets.isEmpty()) {
            throw new ModelException(file, "field \"target_modules\" must be a list of names or \"all-linear\", got " + node);
        }
        return targets;
    }

    static void write(Path file, LoraSettings settings, String base) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("peft_type", "LORA");
        root.put("task_type", "CAUSAL_LM");
        root.put("base_model_name_or_path", base);
        root.put("r", settings.rank());
        // A whole number where it is one, as PEFT writes it.
        if (settings.alpha() == Math.rint(settings.alpha()) && settings.alpha() < Integer.MAX_VALUE) {
            root.put("lora_alpha", (int) settings.alpha());
        } else {
            root.put("lora_alpha", settings.alpha());
        }
        root.put("lora_dropout", 0.0);
        ArrayNode targets = root.putArray("target_modules");
        settings.targets().stream().sorted().forEach(targets::add);
        root.put("bias", "none");
        root.put("fan_in_fan_out", false);
        root.put("inference_mode", true);
        root.put("init_lora_weights", true);
        root.putNull("modules_to_save");
        root.put("use_dora", false);
        root.put("use_rslora", false);
        byte[] text = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, out -> out.write(text));
    }
}
