package org.soarj.transformer.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.transformer.Block;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdapterFilesTest {
    private static final String FIRST = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    private static final LoraSettings SETTINGS = new LoraSettings(2, 4, LoraSettings.QUERY_VALUE);

    @TempDir
    private Path folder;

    private Llama base;
    private Llama adapted;

    @BeforeEach
    void saveAnAdapter() throws IOException {
        base = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 2, 2, 32, 1, 2), Rng.of(7));
        adapted = LoraTest.trained(base, SETTINGS, Rng.of(8));
        AdapterFiles.save(folder, adapted, SETTINGS, "models/tiny");
    }

    @Test
    void aSavedAdapterLoadsWithTheSameBits() throws IOException {
        Llama again = AdapterFiles.load(folder, base);
        assertEquals(SETTINGS, AdapterFiles.settings(folder));
        assertEquals("models/tiny", AdapterFiles.baseName(folder));
        assertEquals(adapted.trainable().size(), again.trainable().size());
        for (int i = 0; i < adapted.linears().size(); i++) {
            Block.Linear expected = adapted.linears().get(i);
            Block.Linear actual = again.linears().get(i);
            if (expected.adapter() == null) {
                assertNull(actual.adapter());
            } else {
                assertEquals(expected.adapter().scale(), actual.adapter().scale());
                assertArrayEquals(expected.adapter().a().value().toArray(), actual.adapter().a().value().toArray());
                assertArrayEquals(expected.adapter().b().value().toArray(), actual.adapter().b().value().toArray());
            }
        }
    }

    @Test
    void theFilesAreThoseOfPeft() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
            assertEquals(8, file.names().size());
            assertEquals(List.of(2L, 16L), file.info(FIRST).shape());
            assertEquals(List.of(16L, 2L), file.info(FIRST.replace("lora_A", "lora_B")).shape());
        }
        JsonNode config = JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve("adapter_config.json")));
        assertEquals("LORA", config.get("peft_type").asString());
        assertEquals("[\"q_proj\",\"v_proj\"]", config.get("target_modules").toString());
        assertEquals("4", config.get("lora_alpha").toString());
        assertEquals("models/tiny", config.get("base_model_name_or_path").asString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "r" : 2                                  | "r" : 3                                   | r of adapter_config.json
            "r" : 2                                  | "r" : "two"                               | "r"
            "r" : 2                                  | "r" : 0                                   | rank
            "lora_alpha" : 4                         | "lora_alpha" : -4                         | alpha
            "peft_type" : "LORA"                     | "peft_type" : "IA3"                       | peft_type
            "bias" : "none"                          | "bias" : "all"                            | bias
            "use_dora" : false                       | "use_dora" : true                         | use_dora
            "use_rslora" : false                     | "use_rslora" : true                       | use_rslora
            "modules_to_save" : null                 | "modules_to_save" : ["lm_head"]           | modules_to_save
            "use_dora" : false                       | "rank_pattern" : {"q_proj": 4}            | rank_pattern
            "use_dora" : false                       | "kasa_config" : {"beta": 1}               | kasa_config
            "use_dora" : false                       | "use_bdlora" : {"nblocks": 2}             | use_bdlora
            "init_lora_weights" : true               | "init_lora_weights" : "pissa"             | init_lora_weights
            [ "q_proj", "v_proj" ]                   | [ "q_proj", "w_proj" ]                    | w_proj
            [ "q_proj", "v_proj" ]                   | [ "q_proj", "k_proj", "v_proj" ]          | k_proj.lora_A.weight" is missing
            [ "q_proj", "v_proj" ]                   | [ "q_proj" ]                              | asks for none of that name
            [ "q_proj", "v_proj" ]                   | []                                        | target_modules
            [ "q_proj", "v_proj" ]                   | ".*q_proj"                                | target_modules
            "LORA"                                   | "LORA                                     | not valid JSON
            """)
    void whatIsNotThisAdapterIsOneLine(String from, String to, String named) throws IOException {
        Path config = folder.resolve("adapter_config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(from), text);
        Files.writeString(config, text.replace(from, to));
        String message = failure(base);
        assertTrue(message.startsWith(folder.toString()) && message.contains(named), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"lora_dropout\" : 0.05", "\"layers_to_transform\" : null", "\"rank_pattern\" : { }",
        "\"init_lora_weights\" : \"gaussian\""})
    void whatChangesNothingInUseIsAccepted(String field) throws IOException {
        Path config = folder.resolve("adapter_config.json");
        Files.writeString(config, Files.readString(config).replace("\"lora_dropout\" : 0.0", field));
        assertEquals(SETTINGS, AdapterFiles.settings(folder));
    }

    @Test
    void anAdapterOfAnotherModelIsOneLine() throws IOException {
        Llama wider = Llama.initialise(LlamaConfig.tiny(20, 24, 24, 2, 2, 32, 1, 2), Rng.of(7));
        assertTrue(failure(wider).contains("has shape [2, 16]"), failure(wider));
        Llama shallower = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2), Rng.of(7));
        assertTrue(failure(shallower).contains("layers.1."), failure(shallower));
        Files.delete(folder.resolve("adapter_model.safetensors"));
        assertTrue(failure(base).contains("adapter_model.safetensors: no such file"));
        Files.delete(folder.resolve("adapter_config.json"));
        assertTrue(failure(base).contains("adapter_config.json: no such file"));
    }

    @Test
    void adaptersOfOtherTypesBecomeFloats() throws IOException {
        rewrite(tensors -> {}, DType.BF16);
        assertEquals(DType.F32, AdapterFiles.load(folder, base).linears().getFirst().adapter().a().value().dtype());
    }

    @Test
    void aFolderOfAnAdapterIsNoModelAndSaysSo() {
        String message = assertThrows(IOException.class, () -> Checkpoint.load(folder)).getMessage();
        assertTrue(message.contains("holds a LoRA adapter"), message);
    }

    @Test
    void aMissingHalfIsNamed() throws IOException {
        rewrite(tensors -> tensors.remove(FIRST), DType.F32);
        assertTrue(failure(base).contains(FIRST + "\" is missing"));
    }

    private void rewrite(Consumer<Map<String, Tensor>> change, DType dtype) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        Path path = folder.resolve("adapter_model.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (String name : Set.copyOf(file.names())) {
                tensors.put(name, file.readF32(name));
            }
        }
        change.accept(tensors);
        SafetensorsWriter.write(path, tensors, dtype, Map.of());
    }

    private String failure(Llama model) {
        String message = assertThrows(IOException.class, () -> AdapterFiles.load(folder, model)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }
}
