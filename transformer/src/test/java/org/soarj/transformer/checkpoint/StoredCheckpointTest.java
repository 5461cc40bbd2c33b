package org.soarj.transformer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.PackedBatch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Weights in 16 bits, in files and in memory. */
class StoredCheckpointTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    private Path folder;

    @Test
    void matricesStayInTheFileAndVectorsAreWidened() throws IOException {
        Llama stored = Checkpoint.load(GOLDEN.resolve("llama32-like"), Precision.STORED);
        for (Parameter parameter : stored.parameters()) {
            boolean matrix = parameter.value().shape().rank() == 2;
            assertEquals(matrix ? DType.BF16 : DType.F32, parameter.value().dtype(), parameter.name());
            assertEquals(!matrix, parameter.variable().needsGradient());
        }
        Llama floats = Checkpoint.load(GOLDEN.resolve("llama32-like"));
        PackedBatch batch = PackedBatch.of(List.of(new int[] {1, 9, 4, 77}));
        try (Backend backend = new CpuBackend(1)) {
            assertArrayEquals(floats.logits(Graph.inference(backend), batch).value().toArray(),
                    stored.logits(Graph.inference(backend), batch).value().toArray());
        }
    }

    @Test
    void floatsOfAFileAreFloatsEitherWay() throws IOException {
        for (Parameter parameter : Checkpoint.load(GOLDEN.resolve("llama2-like"), Precision.STORED).parameters()) {
            assertEquals(DType.F32, parameter.value().dtype());
        }
    }

    @Test
    void whatWasStoredInBf16IsSavedWithTheSameBits() throws IOException {
        Path golden = GOLDEN.resolve("llama32-like");
        for (Precision precision : Precision.values()) {
            Path copy = folder.resolve(precision.name());
            Checkpoint.save(copy, Checkpoint.load(golden, precision),
                    SaveOptions.DEFAULT.withDtype(DType.BF16).withShardBytes(40_000).withSource(golden));
            assertEquals("bfloat16", config(copy).get("torch_dtype").asString());
            Llama expected = Checkpoint.load(golden);
            Llama actual = Checkpoint.load(copy);
            assertEquals(expected.config(), actual.config());
            for (int i = 0; i < expected.parameters().size(); i++) {
                assertArrayEquals(expected.parameters().get(i).value().toArray(),
                        actual.parameters().get(i).value().toArray());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void savingInBf16RoundsToNearestEven(long seed) throws IOException {
        Llama llama = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2), Rng.of(seed));
        Checkpoint.save(folder, llama, SaveOptions.DEFAULT.withDtype(DType.BF16));
        Llama rounded = Checkpoint.load(folder);
        for (int i = 0; i < llama.parameters().size(); i++) {
            float[] wanted = llama.parameters().get(i).value().toArray();
            for (int j = 0; j < wanted.length; j++) {
                wanted[j] = FloatBytes.bf16ToFloat(FloatBytes.floatToBf16(wanted[j]));
            }
            assertArrayEquals(wanted, rounded.parameters().get(i).value().toArray());
        }
    }

    @Test
    void aFailedSaveLeavesTheOldModel() throws IOException {
        Llama old = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2), Rng.of(1));
        Checkpoint.save(folder, old);
        // The second shard cannot be written: its tensor's memory went back to the backend.
        Llama broken = Llama.initialise(LlamaConfig.tiny(30, 16, 24, 1, 2, 32, 1, 2), Rng.of(2));
        try (Backend backend = new CpuBackend(1)) {
            Tensor lent = backend.empty(Shape.of(16));
            Llama half = Llama.build(broken.config(), (name, dims) -> name.equals("model.norm.weight") ? lent
                    : broken.parameters().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow().value());
            backend.recycle(lent);
            assertThrows(IllegalStateException.class,
                    () -> Checkpoint.save(folder, half, SaveOptions.DEFAULT.withShardBytes(1)));
        }
        assertEquals(old.config(), Checkpoint.load(folder).config());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(3, files.count(), "nothing half-written is left");
        }
    }

    @Test
    void whatTheConfigSaysBesidesTheSizesComesAlong() throws IOException {
        Path source = folder.resolve("source");
        Checkpoint.save(source, Llama.initialise(LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2), Rng.of(1)));
        Path file = source.resolve("config.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"pad_token_id\": 3, \"dtype\": \"bfloat16\", "
                + "\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2.0, \"rope_theta\": 7.0},"));
        Files.writeString(source.resolve("generation_config.json"), "{\"temperature\": 0.6}");
        Files.writeString(source.resolve("tokenizer.json"), "mine");
        Path copy = folder.resolve("copy");
        Checkpoint.save(copy, Checkpoint.load(source), SaveOptions.DEFAULT.withSource(source));
        JsonNode config = config(copy);
        assertEquals(3, config.get("pad_token_id").asInt());
        assertEquals("float32", config.get("torch_dtype").asString());
        assertFalse(config.has("dtype") || config.has("rope_parameters"), config.toString());
        assertEquals(Checkpoint.config(source), Checkpoint.config(copy));
        assertTrue(Files.readString(copy.resolve("generation_config.json")).contains("0.6"));
        assertEquals("mine", Files.readString(copy.resolve("tokenizer.json")));
        try (SafetensorsFile weights = SafetensorsFile.open(copy.resolve("model.safetensors"))) {
            assertEquals(DType.F32, weights.info("model.norm.weight").dtype());
        }
    }

    private static JsonNode config(Path directory) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(directory.resolve("config.json")));
    }
}
