package org.soarj.transformer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;

class CheckpointTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"llama2-like", "llama32-like", "wide-head-biased"})
    void savingAndLoadingGivesTheSameBitsAndTheSameConfig(String name) throws IOException {
        Llama loaded = Checkpoint.load(GOLDEN.resolve(name));
        Checkpoint.save(folder.resolve("copy"), loaded);
        Llama again = Checkpoint.load(folder.resolve("copy"));
        assertEquals(loaded.config(), again.config());
        for (int i = 0; i < loaded.parameters().size(); i++) {
            assertEquals(loaded.parameters().get(i).name(), again.parameters().get(i).name());
            assertArrayEquals(loaded.parameters().get(i).value().toArray(), again.parameters().get(i).value().toArray());
        }
        try (Stream<Path> files = Files.list(folder.resolve("copy"))) {
            assertEquals(3, files.count(), "no temporary file is left");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "hidden_size": 64,          | "hidden_size": "x",         | hidden_size
            "hidden_size": 64,          |                             | hidden_size
            "hidden_act": "silu",       | "hidden_act": "gelu",       | hidden_act
            "model_type": "llama",      | "model_type": "mixtral",    | model_type
            "rope_scaling": null,       | "rope_scaling": {"rope_type": "yarn"}, | yarn
            "rope_scaling": null,       | "sliding_window": 512,      | sliding_window
            "num_key_value_heads": 8,   | "num_key_value_heads": 3,   | key-value heads
            "intermediate_size": 176,   | "intermediate_size": 175,   | mlp.gate_proj
            "num_hidden_layers": 3,     | "num_hidden_layers": 2,     | model.layers.2
            "num_hidden_layers": 3,     | "num_hidden_layers": 4,     | model.layers.3
            """)
    void aWrongConfigIsRefusedByName(String from, String to, String named) throws IOException {
        copy("llama2-like");
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(from));
        Files.writeString(config, text.replace(from, to == null ? "" : to));
        String message = assertThrows(IOException.class, () -> Checkpoint.load(folder)).getMessage();
        assertTrue(message.contains(named) && message.startsWith(folder.toString()) && !message.contains("\n"), message);
    }

    @Test
    void missingFoldersAndFilesAreNamed() throws IOException {
        assertTrue(failure(folder.resolve("none")).contains("no such directory"));
        assertTrue(failure(folder).contains("config.json: no such file"));
        Files.writeString(folder.resolve("config.json"), "{\"hidden_size\": ");
        assertTrue(failure(folder).contains("not valid JSON"));
        copy("llama2-like");
        Files.delete(folder.resolve("model.safetensors"));
        assertTrue(failure(folder).contains("model.safetensors: no such file"));
    }

    @Test
    void aCutWeightsFileIsRefused() throws IOException {
        copy("llama32-like");
        byte[] whole = Files.readAllBytes(folder.resolve("model.safetensors"));
        Files.write(folder.resolve("model.safetensors"), Arrays.copyOf(whole, whole.length - 100));
        assertTrue(failure(folder).contains("model.safetensors"));
    }

    @Test
    void aNewModelOfTheSameSeedIsTheSame() {
        LlamaConfig config = LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2);
        float[] a = Llama.initialise(config, Rng.of(7)).parameters().getFirst().value().toArray();
        assertArrayEquals(a, Llama.initialise(config, Rng.of(7)).parameters().getFirst().value().toArray());
    }

    private String failure(Path directory) {
        return assertThrows(IOException.class, () -> Checkpoint.load(directory)).getMessage();
    }

    private void copy(String name) throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
