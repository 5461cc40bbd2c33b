package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checkpoints and tokenizers through the command line, against numbers of others. */
class GoldenCommandsTest {
    private static final Path RESOURCES = Path.of("../transformer/src/test/resources");
    private static final Path GOLDEN = RESOURCES.resolve("golden");

    @ParameterizedTest
    @ValueSource(strings = {"llama2-like", "llama32-like", "wide-head-biased"})
    void scoreGivesTheGoldenNumbers(String name) throws IOException {
        JsonNode golden = golden(name);
        CommandRun one = CommandRun.of("score", "--model", model(name), "--ids", ids(golden.get("prompt_ids")), "--json");
        JsonNode score = one.json().getFirst();
        double[] logits = doubles(golden.get("logits_last"));
        double largest = DoubleStream.of(logits).map(Math::abs).max().orElseThrow();
        assertArrayEquals(logits, doubles(score.get("last_logits")), 1e-4 * largest);
        assertArrayEquals(doubles(golden.get("token_logprobs")), doubles(score.get("token_logprobs")), 1e-4);
        CommandRun lines = CommandRun.withInput("{\"ids\": [3]}\n\n{\"ids\": " + golden.get("prompt_ids") + "}\n", "score", "--model",
                model(name), "--jsonl");
        assertEquals(0, lines.json().getFirst().get("token_logprobs").size());
        assertEquals(one.out(), lines.out().lines().toList().getLast() + System.lineSeparator());
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama2-like", "llama32-like", "wide-head-biased"})
    void generateGivesTheGoldenIds(String name) throws IOException {
        JsonNode golden = golden(name);
        JsonNode result = CommandRun.of("generate", "--model", model(name), "--ids", ids(golden.get("prompt_ids")), "--max-tokens",
                "24", "--temperature", "0", "--json", "--ignore-eos").json().getFirst();
        assertEquals(golden.get("greedy_ids"), result.get("ids"));
        assertEquals("length", result.get("finish_reason").asString());
        assertEquals(24, result.get("logprobs").size());
        // The log-probabilities are those that score gives for the same tokens.
        JsonNode scored = CommandRun.of("score", "--model", model(name), "--ids",
                ids(golden.get("prompt_ids")) + "," + ids(golden.get("greedy_ids")), "--json").json().getFirst().get("token_logprobs");
        double[] all = doubles(scored);
        assertArrayEquals(Arrays.copyOfRange(all, all.length - 24, all.length), doubles(result.get("logprobs")));
    }

    @Test
    void oneOfSeveralEndTokensEndsATextUnlessIgnored() throws IOException {
        JsonNode golden = golden("llama32-like");
        JsonNode result = CommandRun.of("generate", "--model", model("llama32-like"), "--ids", ids(golden.get("prompt_ids")),
                "--temperature", "0", "--json").json().getFirst();
        // Its end tokens are 2, 5 and 7; the greedy continuation is 26, 131, 26, 176, 134, 5.
        assertEquals(List.of(26, 131, 26, 176, 134, 5), result.get("ids").valueStream().map(JsonNode::asInt).toList());
        assertEquals("stop", result.get("finish_reason").asString());
        CommandRun plain = CommandRun.of("generate", "--model", model("llama32-like"), "--ids", ids(golden.get("prompt_ids")));
        assertEquals("26,131,26,176,134,5", plain.out().strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3-style", "smollm2-style", "gpt2-style", "llama2-style"})
    void tokenizeGivesTheGoldenIdsAndTexts(String layout) throws IOException {
        Path folder = RESOURCES.resolve("tokenizers").resolve(layout);
        List<JsonNode> golden;
        try (var in = new GZIPInputStream(Files.newInputStream(folder.resolve("golden.jsonl.gz")))) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(new JsonMapper()::readTree).toList();
        }
        String input = golden.stream().map(line -> "{\"text\":" + line.get("text") + "}\n").collect(Collectors.joining());
        List<JsonNode> got = CommandRun.withInput(input, "tokenize", "--model", folder.toString(), "--jsonl").json();
        assertEquals(244, got.size());
        for (int i = 0; i < got.size(); i++) {
            assertEquals(4, got.get(i).size());
            for (String field : List.of("ids", "ids_without_special", "decoded", "decoded_skip_special")) {
                assertEquals(golden.get(i).get(field), got.get(i).get(field), field + " of " + golden.get(i).get("text"));
            }
        }
        JsonNode last = golden.getLast();
        CommandRun one = CommandRun.of("tokenize", "--model", folder.toString(), last.get("text").asString());
        assertEquals(ids(last.get("ids")), one.out().strip());
        assertEquals(last.get("ids"), CommandRun.of("tokenize", "--json", "--model", folder.toString(),
                last.get("text").asString()).json().getFirst().get("ids"));
    }

    @Test
    void whatTheModelCannotTakeIsRefusedInOneLine() {
        String model = model("llama2-like");
        CommandRun.of("score", "--model", model, "--ids", "3,320").assertRefused(1, "id 320, the model's vocabulary is ids 0 to 319");
        CommandRun.of("generate", "--model", model, "--ids", "-3").assertRefused(1, "id -3");
        CommandRun.of("generate", "--model", model, "--ids", "1", "--max-tokens", "0").assertRefused(2, "--max-tokens");
        CommandRun.of("generate", "--model", model, "--ids", "1", "--top-p", "0").assertRefused(2, "top-p must be above 0");
        CommandRun.of("generate", "--model", model, "--prompt", "x").assertRefused(1, "tokenizer.json: no such file");
        CommandRun.of("generate", "--model", model + "/none", "--ids", "1").assertRefused(1, "no such directory");
        CommandRun.of("score", "--model", model, "--ids", "1,x").assertRefused(2, "'x' is not an int");
        CommandRun.of("score", "--model", model).assertRefused(2, "--ids");
        CommandRun.of("score", "--model", model, "--ids", "1", "--jsonl").assertRefused(2, "mutually exclusive");
        CommandRun.of("score", "--ids", "1").assertRefused(2, "--model");
        CommandRun.of("generate", "--model", model, "--ids", "1", "--stop", "x").assertRefused(2, "--stop needs text");
        CommandRun.of("tokenize", "--model", model).assertRefused(2, "TEXT");
        CommandRun.of("score", "--model", model, "--ids", "1", "--threads", "0").assertRefused(2, "--threads: at least 1");
        CommandRun.of("score", "--model", model, "--ids", "1", "--backend", "gpu").assertRefused(2, "--device: gpu is not known");
        String tooLong = "1" + ",1".repeat(1 << 17);
        CommandRun.of("generate", "--model", model, "--ids", tooLong).assertRefused(1, "has 131073 tokens, the context ends at ");
        CommandRun.of("score", "--model", model, "--ids", tooLong).assertRefused(1, "has 131073 tokens, the context ends at ");
    }

    @Test
    void aWrongLineIsNamedAndThoseBeforeItAreAnswered() {
        CommandRun run = CommandRun.withInput("{\"ids\": [1, 2]}\n{\"ids\": [1, \"2\"]}\n", "score", "--model", model("llama2-like"),
                "--jsonl");
        run.assertRefused(1, "line 2: field \"ids\" must be a list of token ids, got [1,\"2\"]");
        assertEquals(1, run.out().lines().count());
        for (String line : List.of("{", "7", "{}", "{\"ids\": []}", "{\"ids\": [4000000000]}", "{\"ids\": [999]}")) {
            CommandRun.withInput(line, "score", "--model", model("llama2-like"), "--jsonl").assertRefused(1, "line 1: ");
        }
        String tokenizer = RESOURCES.resolve("tokenizers/gpt2-style").toString();
        CommandRun.withInput("{\"text\": 1}", "tokenize", "--model", tokenizer, "--jsonl").assertRefused(1, "\"text\" must be a string");
        assertTrue(CommandRun.withInput("", "tokenize", "--model", tokenizer, "--jsonl").json().isEmpty());
    }

    private static String model(String name) {
        return GOLDEN.resolve(name).toString();
    }

    private static JsonNode golden(String name) throws IOException {
        return new JsonMapper().readTree(Files.readString(GOLDEN.resolve(name).resolve("golden.json")));
    }

    private static String ids(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).collect(Collectors.joining(","));
    }

    private static double[] doubles(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }
}
