package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.io.SafetensorsWriter;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.SaveOptions;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.lora.Lora;
import org.soarj.transformer.lora.LoraSettings;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private Path write(String name, String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text).put(data);
        return Files.write(folder.resolve(name), bytes.array());
    }

    private JsonNode onlyLine() {
        List<String> lines = out.toString().lines().toList();
        assertEquals(1, lines.size(), out.toString());
        return JsonMapper.shared().readTree(lines.getFirst());
    }

    @Test
    void aFileShowsItsTensors() throws IOException {
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(file, new LinkedHashMap<>(Map.of("b", Tensor.zeros(2, 3), "a", Tensor.scalar(1))), DType.BF16,
                Map.of("format", "pt"));
        assertEquals(0, run("inspect", file.toString(), "--json"));
        JsonNode found = onlyLine();
        assertEquals("{\"format\":\"pt\"}", found.get("metadata").toString());
        assertEquals("[{\"name\":\"a\",\"dtype\":\"BF16\",\"shape\":[],\"bytes\":2},"
                + "{\"name\":\"b\",\"dtype\":\"BF16\",\"shape\":[2,3],\"bytes\":12}]", found.get("tensors").toString());
        assertEquals(14, found.get("bytes").asInt());
        assertEquals(7, found.get("parameters").asInt());
        assertEquals(Files.size(file), found.get("file_bytes").asLong());
        assertEquals(0, run("inspect", file.toString()));
        assertTrue(out.toString().contains("2 tensors, 7 numbers, 14 bytes, {BF16=2}"), out.toString());
    }

    @Test
    void aDirectoryShowsConfigAndShards() throws IOException {
        Llama llama = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 2, 2, 32, 1, 2), Rng.of(7));
        Checkpoint.save(folder, llama, SaveOptions.DEFAULT.withShardBytes(6000));
        assertEquals(0, run("inspect", "--json", folder.toString()));
        JsonNode found = onlyLine();
        assertEquals(24, found.get("config").get("intermediate_size").asInt());
        assertEquals(llama.size(), found.get("parameters").asLong());
        assertEquals(llama.parameters().size(), found.get("tensors").size());
        assertTrue(found.get("files").size() > 2);
        assertTrue(found.get("tensors").get(0).get("file").asString().startsWith("model-00001-of-"));
        assertEquals(0, run("inspect", folder.toString()));
    }

    @Test
    void anAdapterShowsItsSettings() throws IOException {
        Llama llama = Llama.initialise(LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2), Rng.of(7));
        LoraSettings settings = new LoraSettings(3, 6, LoraSettings.QUERY_VALUE);
        AdapterFiles.save(folder, Lora.attach(llama, settings, Rng.of(1)), settings, "base");
        assertEquals(0, run("inspect", "--json", folder.toString()), err.toString());
        JsonNode found = onlyLine();
        assertEquals("{\"peft_type\":\"LORA\",\"r\":3,\"lora_alpha\":6.0,\"target_modules\":[\"q_proj\",\"v_proj\"]}",
                found.get("config").toString());
        assertEquals(4, found.get("tensors").size());
    }

    @Test
    void whatIsNotValidIsOneLineAndTheOthersAreShown() throws IOException {
        Path good = write("good", "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", new byte[4]);
        Path cut = write("cut", "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", new byte[3]);
        assertEquals(1, run("inspect", cut.toString(), good.toString(), folder.resolve("none").toString(), "--json"));
        assertEquals(good.toString(), onlyLine().get("file").asString());
        List<String> lines = err.toString().lines().toList();
        assertEquals(2, lines.size(), err.toString());
        assertTrue(lines.getFirst().startsWith("soar: " + cut + ": ") && lines.getFirst().contains("cut short"), lines.getFirst());
        assertTrue(lines.getLast().endsWith("none: no such file"), lines.getLast());
    }

    @Test
    void aDirectoryWhoseConfigAsksForMoreIsNotValid() throws IOException {
        Checkpoint.save(folder, Llama.initialise(LlamaConfig.tiny(20, 16, 24, 1, 2, 32, 1, 2), Rng.of(7)));
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"num_hidden_layers\" : 1", "\"num_hidden_layers\" : 2"));
        assertEquals(1, run("inspect", "--json", folder.toString()));
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("tensor \"model.layers.1.input_layernorm.weight\" is missing"), err.toString());
    }

    @Test
    void aHostileNameDoesNotReachTheTerminal() throws IOException {
        Path file = write("f", "{\"\\u001b[2J\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[1]);
        assertEquals(0, run("inspect", file.toString()));
        assertTrue(out.toString().contains("?[2J") && !out.toString().contains("\u001b"), out.toString());
    }

    @Test
    void nothingToInspectIsWrongUsage() {
        assertEquals(2, run("inspect"));
    }
}
