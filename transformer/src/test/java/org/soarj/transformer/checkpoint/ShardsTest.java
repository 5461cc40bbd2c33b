package org.soarj.transformer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Weights cut into several files, well and badly. */
class ShardsTest {
    private static final String INDEX = "model.safetensors.index.json";
    private static final String NORM = "model.norm.weight";

    @TempDir
    private Path folder;

    private Llama llama;

    @BeforeEach
    void saveInShards() throws IOException {
        llama = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 2, 2, 32, 1, 2), Rng.of(7));
        Checkpoint.save(folder, llama, SaveOptions.DEFAULT.withShardBytes(6000));
    }

    @Test
    void shardsHoldTheLimitAndTheIndexTellsTheirSize() throws IOException {
        JsonNode index = JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve(INDEX)));
        assertEquals(4 * llama.size(), index.get("metadata").get("total_size").asLong());
        assertEquals(llama.parameters().size(), index.get("weight_map").size());
        try (WeightFiles weights = WeightFiles.open(folder)) {
            assertTrue(weights.files().size() > 2, weights.files().toString());
            assertEquals(String.format("model-00001-of-%05d.safetensors", weights.files().size()),
                    weights.files().getFirst().getFileName().toString());
            for (Path file : weights.files()) {
                assertTrue(weights.tensors(file).getLast().end() <= 6000, file.toString());
                try (SafetensorsFile shard = SafetensorsFile.open(file)) {
                    assertEquals(Map.of("format", "pt"), shard.metadata());
                }
            }
        }
        assertFalse(Files.exists(folder.resolve("model.safetensors")));
    }

    @Test
    void aTensorLargerThanAShardHasAFileOfItsOwn() throws IOException {
        Checkpoint.save(folder, llama, SaveOptions.DEFAULT.withShardBytes(1));
        try (WeightFiles weights = WeightFiles.open(folder)) {
            assertEquals(llama.parameters().size(), weights.files().size());
        }
        assertSameBits(Checkpoint.load(folder));
    }

    @Test
    void loadingGivesTheSameBitsAndSavingAgainLeavesNoOldFile() throws IOException {
        assertSameBits(Checkpoint.load(folder));
        Checkpoint.save(folder, llama);
        assertSameBits(Checkpoint.load(folder));
        try (var files = Files.list(folder)) {
            assertEquals(List.of("config.json", "generation_config.json", "model.safetensors"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../model.safetensors", "/etc/passwd", "a/../../b", "..", "", ".", "c:\\\\w", "a\\u0000b"})
    void anIndexThatNamesAFileElsewhereIsRefused(String name) throws IOException {
        String first = "model-00001-of-" + count() + ".safetensors";
        edit(text -> text.replace('"' + first + '"', '"' + name + '"'));
        String message = failure();
        assertTrue(message.startsWith(folder.resolve(INDEX).toString()), message);
        assertTrue(message.contains("outside of its folder") || message.contains("no file can be called"), message);
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        String second = "model-00002-of-" + count() + ".safetensors";
        Files.delete(folder.resolve(second));
        assertTrue(failure().contains("names the shard \"" + second + "\", which is not in the folder"));
    }

    @Test
    void aTensorThatIsNotInItsShardIsNamed() throws IOException {
        edit(text -> text.replace("\"weight_map\" : {", "\"weight_map\" : { \"model.layers.9.mlp.bias\" : \"model-00001-of-"
                + count() + ".safetensors\","));
        assertTrue(failure().contains("\"model.layers.9.mlp.bias\" is missing in this shard"));
    }

    @Test
    void aTensorOfAShardThatTheIndexLacksIsNamed() throws IOException {
        edit(text -> text.replaceAll(",?\\s*\"model.norm.weight\" : \"[^\"]*\"", ""));
        assertTrue(failure().contains("\"model.norm.weight\" is in this shard, but not in " + INDEX));
    }

    @Test
    void aTensorInTwoShardsIsNamed() throws IOException {
        Path first = folder.resolve("model-00001-of-" + count() + ".safetensors");
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(first)) {
            for (String name : file.names()) {
                tensors.put(name, file.readF32(name));
            }
        }
        tensors.put(NORM, Tensor.zeros(16));
        SafetensorsWriter.write(first, tensors, DType.F32, Map.of());
        String message = failure();
        assertTrue(message.contains(NORM) && message.contains("is in two shards"), message);
    }

    @Test
    void aTensorTwiceInTheIndexIsRefused() throws IOException {
        edit(text -> text.replace("\"weight_map\" : {", "\"weight_map\" : { \"model.norm.weight\" : \"model-00001-of-" + count()
                + ".safetensors\","));
        assertTrue(failure().contains("not valid JSON"), failure());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"weight_map\": {}}", "{\"weight_map\": {\"a\": 1}}", "{\"weight_map\": 3}", "{"})
    void whatIsNoIndexIsRefused(String text) throws IOException {
        Files.writeString(folder.resolve(INDEX), text);
        assertTrue(failure().startsWith(folder.resolve(INDEX).toString()), failure());
    }

    @Test
    void missingExtraAndMisshapenTensorsNameTheirFile() throws IOException {
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3"));
        assertTrue(failure().startsWith(folder.resolve(INDEX) + ": tensor \"model.layers.2."), failure());
        Files.writeString(config, text.replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1"));
        assertTrue(failure().contains(".safetensors: tensor \"model.layers.1."), failure());
        Files.writeString(config, text.replace("\"intermediate_size\" : 24", "\"intermediate_size\" : 23"));
        assertTrue(failure().matches("(?s).*model-0000.-of-0000.\\.safetensors: tensor \"[^\"]*gate_proj.weight\" has shape.*"),
                failure());
    }

    private String count() {
        try (var files = Files.list(folder)) {
            return String.format("%05d", files.filter(file -> file.toString().endsWith(".safetensors")).count());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void edit(UnaryOperator<String> change) throws IOException {
        String text = Files.readString(folder.resolve(INDEX));
        String changed = change.apply(text);
        assertFalse(changed.equals(text));
        Files.writeString(folder.resolve(INDEX), changed);
    }

    private String failure() {
        String message = assertThrows(IOException.class, () -> Checkpoint.load(folder)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private void assertSameBits(Llama other) {
        for (int i = 0; i < llama.parameters().size(); i++) {
            Parameter expected = llama.parameters().get(i);
            Parameter actual = other.parameters().get(i);
            assertEquals(expected.name(), actual.name());
            assertArrayEquals(expected.value().toArray(), actual.value().toArray(), expected.name());
        }
    }
}
