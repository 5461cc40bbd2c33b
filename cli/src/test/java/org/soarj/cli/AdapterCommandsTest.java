package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A folder of a LoRA adapter where a model is asked for. */
class AdapterCommandsTest {
    private static final String IDS = "3,5,4,12";

    @TempDir
    private Path folder;

    private Path model;
    private Path adapter;
    private Path merged;

    @BeforeEach
    void trainAnAdapter() throws IOException {
        model = TinyModel.model(folder.resolve("model"));
        Path data = TinyModel.sums(folder.resolve("sums.jsonl"));
        adapter = folder.resolve("adapter");
        merged = folder.resolve("merged");
        CommandRun.of("sft", "--model", model.toString(), "--data", data.toString(), "--out", adapter.toString(), "--lora-rank",
                "2", "--steps", "20", "--learning-rate", "0.02", "--threads", "1", "--json").json();
        assertEquals(0, CommandRun.of("merge", "--model", adapter.toString(), "--out", merged.toString()).exit());
    }

    private static double[] logits(String... model) {
        String[] args = new String[model.length + 4];
        args[0] = "score";
        System.arraycopy(model, 0, args, 1, model.length);
        System.arraycopy(new String[] {"--ids", IDS, "--json"}, 0, args, model.length + 1, 3);
        return CommandRun.of(args).json().getFirst().get("last_logits").valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    @Test
    void anAdapterIsUsedOverTheBaseThatItNamesOrThatIsGiven() throws IOException {
        double[] alone = logits("--model", adapter.toString());
        assertArrayEquals(alone, logits("--model", model.toString(), "--adapter", adapter.toString()));
        assertArrayEquals(logits("--model", merged.toString()), alone, 1e-4);
        double[] base = logits("--model", model.toString());
        double moved = IntStream.range(0, base.length).mapToDouble(i -> Math.abs(alone[i] - base[i])).max().orElseThrow();
        assertTrue(moved > 0.05, "the adapter moves no score by more than " + moved);
        JsonNode generated = CommandRun.of("generate", "--model", adapter.toString(), "--prompt", "3a1=", "--max-tokens", "3",
                "--ignore-eos", "--json").json().getFirst();
        assertEquals(CommandRun.of("generate", "--model", merged.toString(), "--prompt", "3a1=", "--max-tokens", "3",
                "--ignore-eos", "--json").json().getFirst().get("ids"), generated.get("ids"));
        assertEquals(CommandRun.of("tokenize", "--model", model.toString(), "3a1=").out(),
                CommandRun.of("tokenize", "--model", adapter.toString(), "3a1=").out());
    }

    @Test
    void anAdapterIsMeasured() throws IOException {
        Path problems = folder.resolve("problems.jsonl");
        Files.writeString(problems, "{\"question\":\"3a1\",\"answer\":\"3a1=4\"}\n{\"question\":\"2a1\",\"answer\":\"2a1=3\"}\n");
        List<JsonNode> figures = new ArrayList<>();
        for (List<String> with : List.of(List.of("--model", adapter.toString()),
                List.of("--model", model.toString(), "--adapter", adapter.toString()))) {
            List<String> args = new ArrayList<>(List.of("eval", "--data", problems.toString(), "--task", "chain", "--samples", "2",
                    "--k", "1", "--max-tokens", "4", "--json"));
            args.addAll(with);
            JsonNode result = CommandRun.of(args.toArray(String[]::new)).json().getFirst();
            assertEquals(adapter.toString(), result.get("adapter").asString());
            figures.add(((ObjectNode) result).without("model"));
        }
        assertEquals(figures.getFirst(), figures.getLast());
    }

    @Test
    void anAdapterMayBringItsOwnTokenizer() throws IOException {
        CharacterTokenizer.write(adapter, new StringBuilder(TinyModel.alphabet()).reverse().toString(), "<s>", "</s>", "<pad>");
        assertNotEquals(CommandRun.of("tokenize", "--model", model.toString(), "3a1=").out(),
                CommandRun.of("tokenize", "--model", adapter.toString(), "3a1=").out());
    }

    /** An adapter as peft saves it, which names the folder around it; its numbers are those of peft. */
    @Test
    void anAdapterOfPeftGivesItsNumbers() throws IOException {
        Path base = Path.of("../transformer/src/test/resources/golden/huggingface/llama3");
        JsonNode golden = JsonMapper.shared().readTree(Files.readString(base.resolve("golden.json")));
        String ids = golden.get("ids").valueStream().map(JsonNode::asString).collect(Collectors.joining(","));
        JsonNode score = CommandRun.of("score", "--model", base.resolve("adapter").toString(), "--ids", ids, "--json").json().getFirst();
        assertArrayEquals(golden.get("adapted").get("token_logprobs").valueStream().mapToDouble(JsonNode::asDouble).toArray(),
                score.get("token_logprobs").valueStream().mapToDouble(JsonNode::asDouble).toArray(), 1e-4);
    }

    @Test
    void theBaseIsAlsoFoundBesideTheAdapter() throws IOException {
        double[] before = logits("--model", adapter.toString());
        rename("../model");
        assertArrayEquals(before, logits("--model", adapter.toString()));
    }

    @Test
    void whatCannotBePutTogetherIsOneLine() throws IOException {
        rename("meta-llama/Llama-3.2-1B");
        String asked = "adapter: is an adapter whose base model is \"meta-llama/Llama-3.2-1B\", and no folder of that name holds a "
                + "model; give the base model's with --model, and this one with --adapter";
        for (List<String> command : List.of(List.of("generate", "--ids", "1"), List.of("score", "--ids", "1"), List.of("tokenize", "1"),
                List.of("chat"), List.of("merge", "--out", folder.resolve("none").toString()))) {
            String[] args = command.toArray(new String[command.size() + 2]);
            args[args.length - 2] = "--model";
            args[args.length - 1] = adapter.toString();
            CommandRun.of(args).assertRefused(1, asked);
        }
        CommandRun.of("score", "--ids", "1", "--model", model.toString(), "--adapter", model.toString())
                .assertRefused(1, "adapter_config.json: no such file");
        CommandRun.of("score", "--ids", "1", "--model", adapter.toString(), "--adapter", adapter.toString())
                .assertRefused(1, "holds a LoRA adapter and no model");
        CommandRun.of("merge", "--model", model.toString(), "--out", folder.resolve("none").toString())
                .assertRefused(2, "there is no adapter to merge");
        CommandRun.of("rloo", "--model", adapter.toString(), "--data", "none", "--out", folder.resolve("none").toString())
                .assertRefused(1, "none: no such file");
    }

    private void rename(String base) throws IOException {
        Path config = adapter.resolve("adapter_config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(model.toString()), text);
        Files.writeString(config, text.replace(model.toString(), base));
    }
}
