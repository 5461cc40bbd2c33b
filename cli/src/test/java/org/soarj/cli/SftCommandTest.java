package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.io.SafetensorsFile;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.SaveOptions;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar sft} and {@code soar merge}, from files to files. */
class SftCommandTest {
    @TempDir
    private Path folder;

    private Path model;
    private Path data;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeModelAndData() throws IOException {
        model = folder.resolve("model");
        CharacterTokenizer.write(model, "0123456789+=", "<s>", "</s>", "<pad>");
        int size = Tokenizer.load(model).vocabularySize();
        Checkpoint.save(model, Llama.initialise(LlamaConfig.tiny(size, 16, 24, 1, 2, 32, 0, 1), Rng.of(1)),
                SaveOptions.DEFAULT.withDtype(DType.BF16));
        data = folder.resolve("data.jsonl");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lines.add("{\"prompt\": \"" + i + "+1=\", \"completion\": \"" + (i + 1) + "\"}");
        }
        Files.write(data, lines);
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private int sft(Path target, String... more) {
        List<String> args = new ArrayList<>(List.of("sft", "--model", model.toString(), "--data", data.toString(), "--out",
                target.toString(), "--threads", "1", "--json"));
        args.addAll(Arrays.asList(more));
        return run(args.toArray(String[]::new));
    }

    private JsonNode result() {
        assertEquals(1, out.toString().lines().count(), err.toString());
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    void fullFineTuningWritesAModelThatLearnedAndItsRecord() throws IOException {
        Path target = folder.resolve("tuned");
        assertEquals(0, sft(target, "--steps", "40", "--learning-rate", "0.01"), err.toString());
        JsonNode result = result();
        assertTrue(result.get("loss_before").asDouble() > 2, result.toString());
        assertTrue(result.get("loss_after").asDouble() < 1.5, result.toString());
        assertEquals(result.get("parameters").asLong(), result.get("trained_parameters").asLong());
        try (SafetensorsFile weights = SafetensorsFile.open(target.resolve("model.safetensors"))) {
            assertEquals(DType.BF16, weights.info("model.norm.weight").dtype(), "as the model was stored");
        }
        assertEquals(Tokenizer.load(model).vocabularySize(), Tokenizer.load(target).vocabularySize());
        List<String> metrics = Files.readAllLines(target.resolve("metrics.jsonl"));
        assertEquals(40, metrics.size());
        assertEquals(39, JsonMapper.shared().readTree(metrics.getLast()).get("step").asInt());
        assertTrue(Files.readString(target.resolve("config.yaml")).contains("learning_rate: 0.01"));
        assertTrue(Files.readString(target.resolve("run.json")).contains("\"seed\""));
    }

    @Test
    void theSameSeedWritesTheSameFileWithAndWithoutCheckpointingOnAnyNumberOfThreads() throws IOException {
        assertEquals(0, sft(folder.resolve("a"), "--epochs", "2", "--batch-tokens", "20"));
        assertEquals(0, sft(folder.resolve("b"), "--epochs", "2", "--batch-tokens", "20", "--gradient-checkpointing"));
        assertEquals(0, sft(folder.resolve("c"), "--epochs", "2", "--batch-tokens", "20", "--seed", "2"));
        byte[] first = Files.readAllBytes(folder.resolve("a/model.safetensors"));
        assertArrayEquals(first, Files.readAllBytes(folder.resolve("b/model.safetensors")));
        assertFalse(Arrays.equals(first, Files.readAllBytes(folder.resolve("c/model.safetensors"))));
    }

    @Test
    void anAdapterIsWrittenAloneAndMergesIntoItsBase() throws IOException {
        Path adapter = folder.resolve("adapter");
        String[] lora = {"--lora-rank", "2", "--steps", "30", "--learning-rate", "0.02", "--dtype", "f32"};
        assertEquals(0, sft(adapter, lora), err.toString());
        assertFalse(Files.exists(adapter.resolve("model.safetensors")));
        assertEquals(7 * 2, AdapterFiles.load(adapter, Checkpoint.load(model)).trainable().size());
        double learned = result().get("loss_after").asDouble();
        assertTrue(learned < result().get("loss_before").asDouble() - 0.1, result().toString());

        Path merged = folder.resolve("merged");
        assertEquals(0, run("merge", "--model", model.toString(), "--adapter", adapter.toString(), "--out", merged.toString(),
                "--dtype", "f32"), err.toString());
        assertEquals(0, run("merge", "--model", model.toString(), "--adapter", adapter.toString(), "--out",
                folder.resolve("shards").toString(), "--shard-gb", "0.000002"), err.toString());
        assertTrue(Files.exists(folder.resolve("shards/model.safetensors.index.json")));
        Path direct = folder.resolve("direct");
        List<String> more = new ArrayList<>(Arrays.asList(lora));
        more.add("--lora-merge");
        assertEquals(0, sft(direct, more.toArray(String[]::new)), err.toString());
        assertArrayEquals(Files.readAllBytes(direct.resolve("model.safetensors")),
                Files.readAllBytes(merged.resolve("model.safetensors")));
        // The loss of the merged model before any step is that of the adapter, up to rounding.
        assertEquals(0, run("sft", "--model", merged.toString(), "--data", data.toString(), "--out",
                folder.resolve("same").toString(), "--steps", "1", "--json", "--threads", "1"));
        assertEquals(learned, result().get("loss_before").asDouble(), 1e-4);
    }

    @Test
    void longExamplesAreLeftOutAndSaidSo() throws IOException {
        Files.writeString(data, "{\"text\": \"" + "1".repeat(40) + "\"}\n{\"text\": \"12\"}\n");
        assertEquals(0, sft(folder.resolve("a"), "--validation", data.toString()));
        assertEquals(1, result().get("left_out").asInt());
        assertTrue(err.toString().contains("1 of 2 examples are left out, they are longer than 32 tokens"), err.toString());
        assertEquals(1, sft(folder.resolve("b"), "--max-length", "3"));
        assertTrue(err.toString().contains("have more than 3 tokens"), err.toString());
        assertFalse(Files.exists(folder.resolve("b")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --steps 0                       | --steps: must be above 0
            --steps 1 --epochs 1            | mutually exclusive
            --lora-targets q_proj           | --lora-rank
            --lora-rank 0                   | --lora-rank: must be above 0
            --batch-tokens -1               | --batch-tokens
            --dtype int8                    | --dtype
            --decay steep                   | --decay
            --learning-rate -1              | --learning-rate
            --save-every 0                  | --save-every: must be above 0
            --shard-gb 0                    | --shard-gb: must be above 0
            """)
    void wrongUsageIsOneLineAndExitTwo(String more, String named) {
        assertEquals(2, sft(folder.resolve("none"), more.split(" ")));
        assertOneLine(named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --lora-rank 2 --lora-targets w  | target module "w" does not exist
            --warmup 9                      | warm-up
            --validation none.jsonl         | none.jsonl: no such file
            """)
    void whatCannotBeDoneIsOneLineAndLeavesNothing(String more, String named) {
        assertEquals(1, sft(folder.resolve("none"), more.split(" ")));
        assertOneLine(named);
    }

    @Test
    void wrongFilesAreOneLineAndLeaveNothing() throws IOException {
        Files.writeString(data, "{\"prompt\": \"1\"}\n");
        assertEquals(1, sft(folder.resolve("none")));
        assertOneLine("data.jsonl:1: field completion must be a string");
        Files.writeString(data, "{\"text\": \"1\"}\n");
        CharacterTokenizer.write(model, "abcdefghijklmnopqrstuvwxyz01", "<s>", "</s>", "<pad>");
        assertEquals(1, sft(folder.resolve("none")));
        assertOneLine("the model's embedding has 15 rows");
        Files.delete(model.resolve("tokenizer.json"));
        assertEquals(1, sft(folder.resolve("none")));
        assertOneLine("tokenizer.json");
        assertEquals(1, sft(model));
        assertOneLine("is not empty");
        assertEquals(1, sft(data));
        assertOneLine("is a file");
        assertEquals(1, run("merge", "--model", model.toString(), "--adapter", model.toString(), "--out",
                folder.resolve("none").toString()));
        assertOneLine("adapter_config.json: no such file");
    }

    private void assertOneLine(String part) {
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().startsWith("soar: ") && err.toString().contains(part), err.toString());
        assertFalse(Files.exists(folder.resolve("none")));
    }
}
