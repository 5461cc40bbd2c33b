package org.soarj.transformer.infer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.ModelException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model folder says about generating with it.
 *
 * @param eosTokenIds tokens that end a text: those of config.json and those of generation_config.json
 * @param decoding how tokens are chosen by default: greedily unless generation_config.json has {@code do_sample}, as in Hugging
 *     Face's {@code generate}; but a top-k of 50 that the file does not have is not made up
 */
public record GenerationConfig(Set<Integer> eosTokenIds, Decoding decoding) {
    private static final String FILE = "generation_config.json";

    public GenerationConfig {
        eosTokenIds = Set.copyOf(eosTokenIds);
    }

    /**
     * Reads generation_config.json where there is one.
     *
     * @throws ModelException naming file and field when it cannot be used
     */
    public static GenerationConfig read(Path directory, LlamaConfig config) throws IOException {
        Path file = directory.resolve(FILE);
        Set<Integer> eos = new LinkedHashSet<>(config.eosTokenIds());
        if (Files.notExists(file)) {
            return new GenerationConfig(eos, Decoding.full(0));
        }
        JsonNode root;
        try {
            root = JsonMapper.builder().build().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new ModelException(file, "not valid JSON: " + e.getOriginalMessage(), e);
        }
        if (!root.isObject()) {
            throw new ModelException(file, "expected a JSON object");
        }
        JsonNode ids = root.path("eos_token_id");
        if (ids.isArray()) {
            for (JsonNode id : ids) {
                eos.add(id(file, id));
            }
        } else if (root.hasNonNull("eos_token_id")) {
            eos.add(id(file, ids));
        }
        return new GenerationConfig(eos, decoding(file, root));
    }

    private static int id(Path file, JsonNode value) throws ModelException {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new ModelException(file, "field \"eos_token_id\" must hold whole numbers, got " + value);
        }
        return value.intValue();
    }

    private static Decoding decoding(Path file, JsonNode root) throws ModelException {
        float penalty = (float) number(file, root, "repetition_penalty", 1);
        try {
            if (!root.path("do_sample").asBoolean(false)) {
                return new Decoding(0, 0, 1, 0, penalty);
            }
            return new Decoding((float) number(file, root, "temperature", 1), (int) number(file, root, "top_k", 0),
                    (float) number(file, root, "top_p", 1), (float) number(file, root, "min_p", 0), penalty);
        } catch (IllegalArgumentException e) {
            throw new ModelException(file, e.getMessage(), e);
        }
    }

    private static double number(Path file, JsonNode root, String field, double otherwise) throws ModelException {
        if (!root.hasNonNull(field)) {
            return otherwise;
        }
        if (!root.get(field).isNumber()) {
            throw new ModelException(file, "field \"" + field + "\" must be a number, got " + root.get(field));
        }
        return root.get(field).asDouble();
    }
}
