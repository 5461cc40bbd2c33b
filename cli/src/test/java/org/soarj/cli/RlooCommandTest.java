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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that put a data set to a model: rloo, eval, filter; and explain. */
class RlooCommandTest {
    @TempDir
    private Path folder;

    private StringWriter out;
    private StringWriter err;
    private Path model;
    private Path data;

    @BeforeEach
    void makeModelAndData() throws IOException {
        model = Files.createDirectories(folder.resolve("model"));
        CharacterTokenizer.write(model, new LabelledChainWorld(LabelledChainSettings.DEFAULT).alphabet(), "<s>", "</s>", "<pad>");
        int vocabulary = Tokenizer.load(model).vocabularySize();
        Checkpoint.save(model, Llama.initialise(LlamaConfig.tiny(vocabulary, 8, 12, 1, 2, 48, 0, 1), Rng.of(1)));
        data = folder.resolve("data.jsonl");
        Files.writeString(data, "{\"question\":\"3a1\",\"answer\":\"3a1=4\"}\n{\"problem\":\"7a2\",\"answer\":\"7a2=9\"}\n"
                + "{\"question\":\"1a1b2\",\"answer\":\"1a1=2b2=4\"}\n");
    }

    private int run(String... args) {
        out = new StringWriter();
        err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private int rloo(Path run, String... more) {
        return rloo(run, 3, more);
    }

    private int rloo(Path run, int steps, String... more) {
        List<String> args = new ArrayList<>(List.of("rloo", "--backend", "reference", "--model", model.toString(), "--data",
                data.toString(), "--out", run.toString(), "--task", "chain", "--steps", Integer.toString(steps), "--set", "batch=2", "--set",
                "group=3", "--set", "sampling.max_tokens=6", "--set", "evaluation.samples=2", "--set", "evaluation.k=[1,2]"));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    @Test
    void aRunLeavesAllItsFilesAndItsCheckpointIsAModel() throws IOException {
        Path run = folder.resolve("run");
        assertEquals(0, rloo(run, "--json"), () -> err.toString());
        JsonNode result = JsonMapper.shared().readTree(out.toString());
        Path checkpoint = Path.of(result.get("checkpoint").asString());
        assertEquals(run.resolve("checkpoints/step-000003"), checkpoint);
        assertEquals(List.of("0", "3"), List.copyOf(result.get("evaluations").propertyNames()));
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("max_tokens: 6"));
        assertTrue(err.toString().contains("max_tokens: 6"), "the resolved settings are printed");
        assertTrue(err.toString().contains("about to sample 18 completions of at most 6 tokens"), err.toString());
        JsonNode header = JsonMapper.shared().readTree(Files.readString(run.resolve("run.json")));
        assertEquals(64, header.get("extra").get("model_hash").asString().length());
        assertEquals(64, header.get("extra").get("data_hash").asString().length());
        String report = Files.readString(run.resolve("report.html"));
        assertTrue(report.contains("RLOO: run") && report.contains("Accuracy and reward") && report.contains("max_tokens: 6"));
        assertFalse(report.contains("has nothing to draw"), "every picture has something to show");
        for (String file : List.of("metrics.jsonl", "rollouts.jsonl.gz")) {
            assertTrue(Files.size(run.resolve(file)) > 0, file);
        }
        assertEquals(0, run("eval", "--backend", "reference", "--model", checkpoint.toString(), "--data", data.toString(), "--task",
                "chain", "--samples", "4", "--k", "1,4", "--max-tokens", "6", "--json"), () -> err.toString());
        JsonNode accuracy = JsonMapper.shared().readTree(out.toString());
        assertEquals(3, accuracy.get("problems").asInt());
        for (String figure : List.of("greedy", "pass@1", "pass@4", "maj@4")) {
            assertTrue(accuracy.get(figure).get("lower").asDouble() <= accuracy.get(figure).get("mean").asDouble(), figure);
        }
    }

    @Test
    void aFinishedRunCanBeResumedAndHasNothingToDo() throws IOException {
        Path run = folder.resolve("run");
        assertEquals(0, rloo(run));
        byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
        assertEquals(0, run("rloo", "--backend", "reference", "--resume", "--out", run.toString()), () -> err.toString());
        assertTrue(err.toString().contains("going on after step 3"), err.toString());
        assertEquals(new String(metrics), Files.readString(run.resolve("metrics.jsonl")));
        assertEquals(2, run("rloo", "--backend", "reference", "--resume", "--out", run.toString(), "--set", "group=4"));
        assertOneLine("cannot go on with another group than");
        assertEquals(2, run("rloo", "--backend", "reference", "--resume", "--out", run.toString(), "--set", "grup=4"));
        assertOneLine("did you mean group?");
        assertFalse(Files.exists(run.resolve("config.1.yaml")));
        Path measured = Files.copy(data, folder.resolve("measured.jsonl"));
        Path other = folder.resolve("other");
        assertEquals(0, rloo(other, "--eval-data", measured.toString()));
        Files.writeString(measured, "{\"question\":\"3a1\",\"answer\":\"3a1=4\"}\n");
        assertEquals(1, run("rloo", "--backend", "reference", "--resume", "--out", other.toString()));
        assertOneLine("measured.jsonl: is not what the run in " + other + " was started with (eval_data_hash differs)");
        Files.writeString(data, "{\"question\":\"3a1\",\"answer\":\"3a1=4\"}\n");
        assertEquals(1, run("rloo", "--backend", "reference", "--resume", "--out", run.toString()));
        assertOneLine("data.jsonl: is not what the run in");
    }

    /** More steps give the weights of a run that was to have them from the start. */
    @Test
    void aRunCanGoOnForMoreStepsAndWithAnotherInterval() throws IOException {
        Path longer = folder.resolve("longer");
        Path whole = folder.resolve("whole");
        assertEquals(0, rloo(longer));
        assertEquals(0, run("rloo", "--backend", "reference", "--resume", "--out", longer.toString(), "--steps", "5", "--set",
                "checkpoints.every=1"), () -> err.toString());
        assertTrue(Files.exists(longer.resolve("checkpoints/step-000004")));
        assertTrue(Files.readString(longer.resolve("config.yaml")).contains("steps: 5"));
        assertTrue(Files.readString(longer.resolve("config.1.yaml")).contains("steps: 3"));
        assertEquals(0, rloo(whole, 5));
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertArrayEquals(Files.readAllBytes(whole.resolve("checkpoints/step-000005").resolve(file)),
                    Files.readAllBytes(longer.resolve("checkpoints/step-000005").resolve(file)), file);
        }
        // With a rate that falls towards the last step the steps that are done would have had another one.
        Path falling = folder.resolve("falling");
        assertEquals(0, rloo(falling, "--set", "optimiser.decay=linear"));
        assertEquals(2, run("rloo", "--backend", "reference", "--resume", "--out", falling.toString(), "--steps", "5"));
        assertOneLine("cannot go on with another steps than");
    }

    @Test
    void problemsWithoutAnAnswerAreLeftOutWhenAskedAndCounted() throws IOException {
        Files.writeString(data, Files.readString(data) + "{\"question\":\"3a1\",\"answer\":\" \"}\n");
        assertEquals(1, rloo(folder.resolve("run")));
        assertOneLine("data.jsonl:4: field answer is blank; give it one, remove the line, or leave such problems out with "
                + "--skip-blank-answers");
        assertFalse(Files.exists(folder.resolve("run")));
        String warning = "warning: 1 of 4 problems are left out, first " + data + ":4: field answer is blank";
        assertEquals(0, rloo(folder.resolve("run"), "--skip-blank-answers"), () -> err.toString());
        assertTrue(err.toString().contains(warning), err.toString());
        assertEquals(0, run("rloo", "--backend", "reference", "--resume", "--out", folder.resolve("run").toString()), () ->
                err.toString());
        assertTrue(err.toString().contains(warning), "the run remembers it");
        assertEquals(0, run("eval", "--backend", "reference", "--model", model.toString(), "--data", data.toString(), "--task",
                "chain", "--samples", "0", "--max-tokens", "4", "--json", "--skip-blank-answers"), () -> err.toString());
        assertTrue(err.toString().contains(warning), err.toString());
        assertEquals(3, JsonMapper.shared().readTree(out.toString()).get("problems").asInt());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{oops | data.jsonl:1: not valid JSON", "{\"question\":\"3a1\"} | data.jsonl:1: field answer is missing",
        "{\"question\":\"3a1\",\"answer\":\"\"} | data.jsonl:1: field answer is blank", "'' | data.jsonl: no problem in this file"})
    void badDataIsOneLineBeforeAnythingIsSampled(String line, String message) throws IOException {
        Files.writeString(data, line + "\n");
        Path run = folder.resolve("run");
        assertEquals(1, rloo(run, "--eval-data", data.toString()));
        assertOneLine(message);
        assertFalse(Files.exists(run));
        assertEquals(1, run("eval", "--backend", "reference", "--model", model.toString(), "--data", data.toString()));
        assertOneLine(message);
        Path filtered = folder.resolve("filtered");
        assertEquals(1, run("filter", "--backend", "reference", "--model", model.toString(), "--data", data.toString(), "--out",
                filtered.toString()));
        assertOneLine(message);
        assertFalse(Files.exists(filtered));
    }

    @Test
    void aPromptThatFillsTheContextIsRefusedBeforeAnythingIsWritten() throws IOException {
        Files.writeString(data, "{\"question\":\"" + "1a1".repeat(20) + "\",\"answer\":\"1\"}\n");
        String expected = "the prompts of 1 of 1 problems leave no room for an answer in the model's context of 48 tokens";
        Path run = folder.resolve("run");
        assertEquals(1, rloo(run));
        assertOneLine(expected);
        assertEquals(1, run("filter", "--backend", "reference", "--model", model.toString(), "--data", data.toString(), "--task",
                "chain", "--out", run.toString()));
        assertOneLine(expected);
        assertFalse(Files.exists(run));
        assertEquals(1, run("eval", "--backend", "reference", "--model", model.toString(), "--data", data.toString(), "--task",
                "chain"));
        assertOneLine(expected);
    }

    /** What the trainer cannot work with is said before anything is loaded or written, and names the setting. */
    @ParameterizedTest
    @ValueSource(strings = {"estimator.epochs=0", "estimator.minibatches=0", "estimator.rounds=0", "estimator.clip_low=-1",
        "estimator.entropy_bonus=-1", "kl.beta=-1", "kl.target=-1", "kl.horizon=-1", "optimiser.learning_rate=-1",
        "optimiser.weight_decay=-1", "optimiser.warmup=-1", "optimiser.warmup=4", "optimiser.beta1=1", "optimiser.beta2=2",
        "optimiser.epsilon=0", "optimiser.max_norm=0", "optimiser.micro_batch_tokens=0", "evaluation.every=-1",
        "evaluation.problems=-1", "evaluation.samples=-1", "checkpoints.keep=0", "sampling.temperature=0", "sampling.top_p=0.9",
        "sampling.top_k=5", "group=1", "steps=0", "estimator.divisor=2"})
    void aSettingThatCannotBeIsNamed(String setting) {
        Path run = folder.resolve("run");
        assertEquals(2, run("rloo", "--model", model.toString(), "--data", data.toString(), "--out", run.toString(), "--set", "steps=3",
                "--set", "evaluation.k=[]", "--set", setting));
        assertOneLine(setting.substring(setting.indexOf('.') + 1, setting.indexOf('=')));
        assertFalse(Files.exists(run));
    }

    @Test
    void wrongUsageIsExitTwo() {
        Path run = folder.resolve("run");
        assertEquals(2, rloo(run, "--set", "grup=4"));
        assertOneLine("did you mean group?");
        assertEquals(2, run("rloo", "--out", run.toString(), "--data", data.toString()));
        assertOneLine("--model is missing");
        assertEquals(2, run("eval", "--model", model.toString(), "--data", data.toString(), "--samples", "4", "--k", "8"));
        assertOneLine("pass@8 asked of 4 samples");
        for (String wrong : List.of("--max-tokens=0", "--parallel=0", "--temperature=0")) {
            assertEquals(2, run("eval", "--model", model.toString(), "--data", data.toString(), wrong));
            assertOneLine("--max-tokens and --parallel must be 1 or more and --temperature above 0");
        }
        assertEquals(2, rloo(run, "--set", "group=1"));
        assertOneLine("group: 1 completions have no sibling to be the baseline");
        assertEquals(2, rloo(run, "--set", "estimator.minibatches=3"));
        assertOneLine("a batch of 2 problems does not divide into 3 parts");
        assertFalse(Files.exists(run));
    }

    @Test
    void aFilterRunKeepsWhatIsNeverSolved() throws IOException {
        Path filtered = folder.resolve("filtered");
        String[] args = {"filter", "--backend", "reference", "--model", model.toString(), "--data", data.toString(), "--task", "chain",
            "--samples", "2", "--max-tokens", "6", "--out", filtered.toString(), "--json"};
        assertEquals(0, run(args), () -> err.toString());
        JsonNode result = JsonMapper.shared().readTree(out.toString());
        assertEquals(3, result.get("hard").asInt());
        assertEquals(1, result.get("train").asInt());
        assertEquals(2, Files.readAllLines(filtered.resolve("test.jsonl")).size());
        assertEquals(1, run(args));
        assertOneLine("holds a filter run already");
    }

    @Test
    void explainSaysTwoLinesOrNamesTheNearest() {
        assertEquals(0, run("explain", "policy/loss"));
        assertEquals(2, out.toString().lines().count());
        assertEquals(0, run("explain"));
        assertTrue(out.toString().lines().count() > 60);
        assertEquals(1, run("explain", "policy/los"));
        assertOneLine("did you mean policy/loss?");
    }

    private void assertOneLine(String part) {
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains(part), err.toString());
        assertFalse(err.toString().contains("Exception"), err.toString());
    }
}
