package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.TokenListener;
import org.soarj.transformer.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;

/** Text in and text out, with a model of random weights that has the tokenizer of Llama 3's layout. */
class TextCommandsTest {
    private static final Path TOKENIZER = Path.of("../transformer/src/test/resources/tokenizers/llama3-style");
    private static final int CONTEXT = 160;

    @TempDir
    private Path model;
    private Tokenizer tokenizer;

    @BeforeEach
    void writeModel() throws IOException {
        writeModel(0);
    }

    /** @param more rows of the embedding beyond the tokens that there are */
    private void writeModel(int more) throws IOException {
        tokenizer = Tokenizer.load(TOKENIZER);
        LlamaConfig config = LlamaConfig.tiny(tokenizer.vocabularySize() + more, 16, 24, 2, 2, CONTEXT,
                tokenizer.bosId().getAsInt(), tokenizer.eosId().getAsInt());
        Checkpoint.save(model, Llama.initialise(config, Rng.of(3)));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(TOKENIZER.resolve(file), model.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void textComesOutAsTheTokenizerDecodesIt() {
        JsonNode result = CommandRun.of("generate", "--model", model.toString(), "--prompt", "Let x be", "--max-tokens", "40",
                "--temperature", "1", "--seed", "5", "--json").json().getFirst();
        int[] ids = result.get("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
        assertEquals(40, ids.length);
        assertEquals(tokenizer.decode(ids, true), result.get("text").asString());
        CommandRun plain = CommandRun.of("generate", "--model", model.toString(), "--prompt", "Let x be", "--max-tokens", "40",
                "--temperature", "1", "--seed", "5");
        assertEquals(result.get("text").asString() + System.lineSeparator(), plain.out());
        assertEquals("", plain.err());
        assertNotEquals(plain.out(), CommandRun.of("generate", "--model", model.toString(), "--prompt", "Let x be", "--max-tokens",
                "40", "--temperature", "1", "--seed", "6").out());
    }

    @Test
    void aStopTextEndsTheOutputAndIsNotPartOfIt() {
        String[] args = {"generate", "--model", model.toString(), "--prompt", "Let x be", "--max-tokens", "40", "--temperature",
            "1", "--json"};
        String whole = CommandRun.of(args).json().getFirst().get("text").asString();
        String stop = whole.substring(20, 26);
        String[] stopped = Arrays.copyOf(args, args.length + 2);
        stopped[args.length] = "--stop";
        stopped[args.length + 1] = stop;
        JsonNode result = CommandRun.of(stopped).json().getFirst();
        assertEquals(whole.substring(0, whole.indexOf(stop)), result.get("text").asString());
        assertEquals("stop", result.get("finish_reason").asString());
        assertTrue(result.get("ids").size() < 40);
    }

    @Test
    void aConversationGoesOnUntilExit() {
        CommandRun run = CommandRun.withInput("Hello\n\nAnd then?\n/clear\nHello\n/exit\nnot read\n", "chat", "--model",
                model.toString(), "--max-tokens", "5", "--system", "Be brief.");
        assertEquals(0, run.exit(), run.err());
        assertEquals(3, run.out().lines().count(), run.out());
        assertEquals(run.out().lines().toList().get(0), run.out().lines().toList().get(2), "greedy, and nothing left of the first");
        assertEquals(3, run.err().lines().filter(line -> line.contains("--max-tokens asks for no more")).count(), run.err());
        assertEquals(0, CommandRun.withInput("", "chat", "--model", model.toString()).exit());
    }

    @Test
    void aTurnWithoutRoomIsTakenBackInOneLine() {
        String tooLong = "x ".repeat(CONTEXT);
        CommandRun run = CommandRun.withInput(tooLong + "\nHello\n", "chat", "--model", model.toString(), "--max-tokens", "3");
        assertEquals(0, run.exit(), run.err());
        assertTrue(run.err().contains("tokens, the context ends at 160; this turn is taken back"), run.err());
        assertEquals(1, run.out().lines().count());
        CommandRun last = CommandRun.withInput("Hello\n" + tooLong + "\n", "chat", "--model", model.toString(), "--max-tokens", "3");
        assertEquals(1, last.exit());
        assertFalse(last.err().contains("Exception"), last.err());
    }

    @Test
    void aReplyMayFillTheContext() {
        CommandRun run = CommandRun.withInput("Hello\n", "chat", "--model", model.toString(), "--max-tokens", "1000", "--stop", "\0");
        assertEquals(0, run.exit(), run.err());
        assertTrue(run.err().contains("the context ends here, /clear begins anew") || run.out().length() > 0, run.err());
    }

    @Test
    void defaultsComeFromTheGenerationConfig() throws IOException {
        Files.writeString(model.resolve("generation_config.json"),
                "{\"eos_token_id\": [1, 2], \"do_sample\": true, \"temperature\": 0.6, \"top_k\": 1}");
        String[] args = {"generate", "--model", model.toString(), "--ids", "5,6,7", "--max-tokens", "20", "--json"};
        String greedy = CommandRun.of("generate", "--model", model.toString(), "--ids", "5,6,7", "--max-tokens", "20", "--json",
                "--temperature", "0").json().getFirst().get("ids").toString();
        assertEquals(greedy, CommandRun.of(args).json().getFirst().get("ids").toString(), "of top-k 1 only the best is left");
        Files.writeString(model.resolve("generation_config.json"), "{\"do_sample\": true, \"temperature\": 1.0}");
        assertNotEquals(greedy, CommandRun.of(args).json().getFirst().get("ids").toString());
        int first = Integer.parseInt(greedy.replaceAll("[\\[\\]]", "").split(",")[0]);
        Files.writeString(model.resolve("generation_config.json"), "{\"eos_token_id\": [1, " + first + "]}");
        assertEquals("[" + first + "]", CommandRun.of(args).json().getFirst().get("ids").toString());
        for (String wrong : List.of("{", "[]", "{\"eos_token_id\": \"x\"}", "{\"do_sample\": true, \"top_p\": 7}",
                "{\"do_sample\": true, \"temperature\": \"hot\"}")) {
            Files.writeString(model.resolve("generation_config.json"), wrong);
            CommandRun.of(args).assertRefused(1, "generation_config.json: ");
        }
    }

    @Test
    void aTokenizerOfAnotherSizeIsRefusedOrNamed() throws IOException {
        writeModel(-7);
        CommandRun.of("generate", "--model", model.toString(), "--prompt", "x").assertRefused(1, "the embedding has only");
        CommandRun.withInput("x", "chat", "--model", model.toString()).assertRefused(1, "tokenizer.json: has " + tokenizer.vocabularySize());
        writeModel(7);
        CommandRun wider = CommandRun.of("generate", "--model", model.toString(), "--prompt", "x", "--max-tokens", "2");
        assertEquals(0, wider.exit());
        assertTrue(wider.err().contains("the ids above are without text"), wider.err());
    }

    @Test
    void aModelWithoutTemplateIsNoChatModel() throws IOException {
        Path plain = Path.of("../transformer/src/test/resources/tokenizers/gpt2-style");
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(plain.resolve(file), model.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        CommandRun run = CommandRun.withInput("x", "chat", "--model", model.toString());
        assertEquals(1, run.exit());
        assertTrue(run.err().contains("has no chat template"), run.err());
    }

    @Test
    void anUnknownSpecialTokenIsNamed() throws IOException {
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"eos_token\": \"<|nowhere|>\"}");
        CommandRun.of("generate", "--model", model.toString(), "--prompt", "x").assertRefused(1, "<|nowhere|>");
    }

    @Test
    void anInterruptionEndsACompletionWithTheTokenItIsAt() throws InterruptedException {
        Interruption interruption = new Interruption();
        TokenListener listener = interruption.over(TokenListener.NONE);
        assertTrue(listener.accept(1).isEmpty());
        Thread signal = new Thread(interruption::interrupt);
        signal.start();
        while (listener.accept(1).isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals(Optional.of(Completion.Finish.INTERRUPTED), listener.accept(1));
        assertEquals(Optional.of(Completion.Finish.STOP),
                interruption.over(id -> Optional.of(Completion.Finish.STOP)).accept(1), "what ended by itself did");
        assertTrue(signal.isAlive(), "it waits until all is printed");
        interruption.close();
        signal.join();
    }
}
