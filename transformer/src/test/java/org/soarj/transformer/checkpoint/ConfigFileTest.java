package org.soarj.transformer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.ModelException;
import org.soarj.transformer.RopeScaling;
import tools.jackson.databind.json.JsonMapper;

class ConfigFileTest {
    private static final String SIZES = "\"vocab_size\": 20, \"hidden_size\": 32, \"intermediate_size\": 48, "
            + "\"num_hidden_layers\": 2, \"num_attention_heads\": 4";

    @TempDir
    private Path folder;

    private LlamaConfig read(String more) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{" + SIZES + more + "}");
        return ConfigFile.read(file);
    }

    @Test
    void whatIsNotSaidIsAsInTransformers() throws IOException {
        assertEquals(new LlamaConfig(20, 32, 48, 2, 4, 4, 8, 1e-6f, 10_000, new RopeScaling.None(), false, false, false, 2048,
                -1, List.of()), read(""));
    }

    @Test
    void bothSpellingsOfTheRotaryFieldsSayTheSame() throws IOException {
        String llama3 = "\"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, "
                + "\"original_max_position_embeddings\": 8192";
        LlamaConfig old = read(", \"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"llama3\", " + llama3 + "}");
        assertEquals(new RopeScaling.Llama3(8, 1, 4, 8192), old.ropeScaling());
        assertEquals(old, read(", \"rope_parameters\": {\"rope_theta\": 500000.0, \"rope_type\": \"llama3\", " + llama3 + "}"));
        assertEquals(new RopeScaling.Linear(4), read(", \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}").ropeScaling());
        LlamaConfig plain = read(", \"rope_parameters\": {\"rope_theta\": 7, \"rope_type\": \"default\"}, \"rope_scaling\": null");
        assertEquals(new RopeScaling.None(), plain.ropeScaling());
        assertEquals(7, plain.ropeTheta());
        assertEquals(7, read(", \"rope_parameters\": {\"rope_theta\": 7}").ropeTheta());
    }

    @Test
    void theEndMayBeOneTokenOrSeveral() throws IOException {
        assertEquals(List.of(2), read(", \"eos_token_id\": 2").eosTokenIds());
        assertEquals(List.of(2, 5, 7), read(", \"eos_token_id\": [2, 5, 7]").eosTokenIds());
        assertEquals(List.of(), read(", \"eos_token_id\": null").eosTokenIds());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "torch_dtype": "bfloat16", "dtype": "float16"
            "dtype": "float32", "torch_dtype": null
            "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu"
            "pretraining_tp": 1, "attention_dropout": 0.0, "use_cache": true, "initializer_range": 0.02
            "rope_interleaved": false, "is_llama_config": true, "sliding_window": null, "transformers_version": "4.42.3"
            "layer_types": ["full_attention", "full_attention"]
            """)
    void whatChangesNothingIsAccepted(String fields) throws IOException {
        assertEquals(read(""), read(", " + fields));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "torch_dtype": "int8"                                    | torch_dtype
            "dtype": 16                                              | "dtype"
            "architectures": ["LlamaForSequenceClassification"]      | LlamaForSequenceClassification
            "layer_types": ["sliding_attention"]                     | layer_types
            "rope_interleaved": true                                 | rope_interleaved
            "pretraining_tp": 2                                      | pretraining_tp
            "quantization_config": {"bits": 4}                       | quantization_config
            "clip_qkv": 8                                            | clip_qkv
            "final_logit_softcapping": 30.0                          | final_logit_softcapping
            "no_rope_layers": [1, 0]                                 | no_rope_layers
            "head_dim": 7                                            | head_dim
            "head_dim": 8.5                                          | head_dim
            "num_key_value_heads": 0                                 | key-value heads
            "num_attention_heads": 0                                 | num_attention_heads
            "num_attention_heads": 5                                 | num_attention_heads
            "rms_norm_eps": "1e-5"                                   | rms_norm_eps
            "rope_theta": 0                                          | rope_theta
            "tie_word_embeddings": "yes"                             | tie_word_embeddings
            "max_position_embeddings": 0                             | max_position_embeddings
            "eos_token_id": [2, 5000000000]                          | eos_token_id
            "eos_token_id": "</s>"                                   | eos_token_id
            "rope_scaling": {"type": "dynamic", "factor": 2.0}       | dynamic
            "rope_scaling": {"rope_type": "yarn", "factor": 2.0}     | yarn
            "rope_scaling": {"rope_type": "linear"}                  | factor
            "rope_scaling": {"rope_type": "linear", "factor": 0}     | factor
            "rope_scaling": {"factor": 2.0}                          | rope_type
            "rope_scaling": 4.0                                      | rope_scaling
            "rope_parameters": {"rope_type": "llama3", "factor": 8}  | low_freq_factor
            "rope_parameters": {"partial_rotary_factor": 0.5}        | partial_rotary_factor
            "rope_parameters": {"full_attention": {"rope_theta": 1}} | full_attention
            "rope_parameters": {"rope_theta": 1}, "rope_scaling": {"rope_type": "linear", "factor": 2} | two spellings
            """)
    void whatWouldChangeTheNumbersIsRefusedByName(String fields, String named) {
        String message = assertThrows(ModelException.class, () -> read(", " + fields)).getMessage();
        assertTrue(message.startsWith(folder.resolve("config.json").toString()) && message.contains(named), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        Path file = folder.resolve("config.json");
        Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        assertTrue(assertThrows(ModelException.class, () -> ConfigFile.read(file)).getMessage().contains("not valid JSON"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"a": 1} {"a": 2}  | something follows
            {"a": 1, "a": 1}   | uplicate
            {"a": [1, }        | not valid JSON
            {"a"               | not valid JSON
            nul                | not valid JSON
            [1, 2]             | expected a JSON object
            7                  | expected a JSON object
            """)
    void whatIsNotOneJsonObjectIsRefused(String text, String named) throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), text);
        String message = assertThrows(ModelException.class, () -> ConfigFile.read(file)).getMessage();
        assertTrue(message.contains(named), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void anEmptyFileAndOneNestedTooDeeplyAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), "");
        assertTrue(assertThrows(ModelException.class, () -> ConfigFile.read(file)).getMessage().contains("is empty"));
        Files.writeString(file, "{\"a\":" + "[".repeat(100_000));
        assertThrows(ModelException.class, () -> ConfigFile.read(file));
    }

    @Test
    void theTreeIsThatOfAMapper() {
        String text = "{\"a\": [1, -2.5e3, 12345678901, 123456789012345678901234567890, true, false, null, \"\\u00e9\"], \"b\": {}}";
        assertEquals(JsonMapper.shared().readTree(text), JsonTree.read(text.getBytes(StandardCharsets.UTF_8)));
    }
}
