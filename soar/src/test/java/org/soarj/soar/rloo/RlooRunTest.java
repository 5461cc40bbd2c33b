package org.soarj.soar.rloo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.soar.run.Checkpoints;
import org.soarj.soar.run.Glossary;
import org.soarj.soar.run.KillableRun;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RlooRunTest {
    @TempDir
    private Path temporary;

    @Test
    void everyStepIsLoggedAndMeasuredApartFromTheRewardBeforeTheFirst() throws IOException {
        Path run = temporary.resolve("run");
        RlooRun.Result result = TinyRun.run(run, temporary.resolve("tokenizer"), 7);
        List<Map<String, JsonNode>> lines = TinyRun.lines(run.resolve("metrics.jsonl"));
        assertEquals(List.of("eval 0", "rloo 0", "rloo 1", "rloo 2", "rloo 3", "rloo 4", "rloo 5", "eval 6", "rloo 6", "eval 7"),
                lines.stream().map(line -> line.get("stage").asString() + " " + line.get("step").asInt()).toList());
        assertEquals(result.accuracies().get(7).figures().get("pass@2").mean(), lines.getLast().get("eval/pass@2").asDouble());
        for (Map<String, JsonNode> line : lines) {
            if (line.get("stage").asString().equals("rloo") && line.get("policy/updates").asInt() > 0) {
                assertEquals(1, line.get("ratio/first_mean").asDouble());
            }
        }
        assertEquals(run.resolve("checkpoints/step-000007"), result.checkpoint());
    }

    @Test
    void everyRolloutIsThereWithItsIdsLogProbabilitiesAndReward() throws IOException {
        Path run = temporary.resolve("run");
        TinyRun.run(run, temporary.resolve("tokenizer"), 3);
        List<Map<String, JsonNode>> rollouts = TinyRun.lines(run.resolve("rollouts.jsonl.gz"));
        long sampled = 0;
        for (Map<String, JsonNode> step : TinyRun.lines(run.resolve("metrics.jsonl"))) {
            sampled += step.containsKey("tokens/sampled") ? step.get("tokens/sampled").asLong() : 0;
        }
        long logged = 0;
        for (Map<String, JsonNode> rollout : rollouts) {
            int length = rollout.get("completion_ids").size();
            assertEquals(length, rollout.get("logprobs").size());
            assertTrue(rollout.get("prompt_ids").size() > 0);
            boolean ended = rollout.get("reward").asDouble() == 1;
            assertEquals(ended ? "ended" : "endless", rollout.get("outcome").asString());
            assertEquals(rollout.get("reward").asDouble(), rollout.get("reward_parts").get("ended").asDouble());
            assertTrue(List.of("stop", "length").contains(rollout.get("finish_reason").asString()));
            assertTrue(rollout.get("problem_id").asString().startsWith("p") && rollout.get("advantage").isNumber());
            logged += length;
        }
        assertEquals(sampled, logged);
    }

    @Test
    void everyNameInTheLogIsExplained() throws IOException {
        Path run = temporary.resolve("run");
        TinyRun.run(run, temporary.resolve("tokenizer"), 4);
        TreeSet<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            names.addAll(JsonMapper.shared().readTree(line).propertyNames());
        }
        Glossary glossary = Glossary.load();
        List<String> unknown = names.stream().filter(name -> glossary.find(name).isEmpty()).toList();
        assertEquals(List.of(), unknown);
        assertTrue(names.contains("policy/entropy") && names.contains("time/update"));
        assertEquals(Optional.empty(), glossary.find("policy/nonsense"));
        assertTrue(glossary.find("eval/pass@64/lower").orElseThrow().meaning().contains("bootstrap"));
        for (Glossary.Entry entry : glossary.entries()) {
            assertTrue(entry.worry().startsWith("Worry") || entry.worry().startsWith("Nothing"), entry.toString());
        }
    }

    @Test
    void aDamagedCheckpointIsPassedOver() throws IOException {
        Path whole = temporary.resolve("whole");
        Path run = temporary.resolve("run");
        TinyRun.run(whole, temporary.resolve("tokenizer"), 6);
        TinyRun.run(run, temporary.resolve("tokenizer"), 6);
        Files.write(run.resolve("checkpoints/step-000006/optimizer.safetensors"), new byte[100]);
        List<String> warnings = new ArrayList<>();
        List<Integer> resumed = new ArrayList<>();
        TinyRun.run(run, temporary.resolve("tokenizer"), TinyRun.config(6), new TinyRun.Quiet() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void resumed(int step) {
                resumed.add(step);
            }
        });
        assertEquals(List.of(4), resumed);
        assertEquals(1, warnings.size());
        assertEquals(TinyRun.lines(whole.resolve("metrics.jsonl")), TinyRun.lines(run.resolve("metrics.jsonl")));
        assertEquals(TinyRun.lines(whole.resolve("rollouts.jsonl.gz")), TinyRun.lines(run.resolve("rollouts.jsonl.gz")));
    }

    @Test
    void aDiskThatTakesNoMoreEndsInOneErrorWithTheLastCheckpointIntact() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell that can limit the size of files");
        Path run = temporary.resolve("run");
        assertThrows(IllegalStateException.class, () -> TinyRun.run(run, temporary.resolve("tokenizer"),
                TinyRun.config(TinyRun.STEPS), new TinyRun.StopsAfter(3)));
        long largest = Files.size(run.resolve("checkpoints/step-000002/optimizer.safetensors"));
        // Files may grow to less than the optimiser's state takes, in blocks of 512 bytes (POSIX ulimit).
        String limited = "ulimit -f " + (largest - 1) / 512 + " && exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", limited, "sh"));
        command.addAll(KillableRun.command(TinyRun.class, run, temporary.resolve("tokenizer")));
        Path errors = temporary.resolve("errors.txt");
        Process child = new ProcessBuilder(command).redirectError(errors.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(1, child.waitFor());
        String said = Files.readString(errors);
        assertTrue(said.contains("cannot be written") || said.contains("the checkpoint could not be written"), said);
        assertFalse(Files.exists(run.resolve("checkpoints/step-000004")));
        assertEquals(2, new Checkpoints(run.resolve("checkpoints"), 2).newest(warning -> assertEquals("", warning)).orElseThrow()
                .step());
        TinyRun.run(run, temporary.resolve("tokenizer"), TinyRun.STEPS);
        Path whole = temporary.resolve("whole");
        TinyRun.run(whole, temporary.resolve("tokenizer"), TinyRun.STEPS);
        assertEquals(TinyRun.lines(whole.resolve("metrics.jsonl")), TinyRun.lines(run.resolve("metrics.jsonl")));
    }

    /** Where checkpoints go there is suddenly a file: what even root cannot write to, as a folder without permission is for others. */
    @Test
    void aFolderThatTakesNoCheckpointEndsInOneErrorWithTheLastIntact() throws IOException {
        Path run = temporary.resolve("run");
        Path checkpoints = run.resolve("checkpoints");
        Path kept = temporary.resolve("kept");
        String said = assertThrows(IOException.class, () -> TinyRun.run(run, temporary.resolve("tokenizer"), TinyRun.config(8),
                new TinyRun.Quiet() {
                    @Override
                    public void step(int step, Map<String, Double> metrics, List<String> alarms) {
                        if (step == 3) {
                            try {
                                Files.move(checkpoints, kept);
                                Files.writeString(checkpoints, "");
                            } catch (IOException failure) {
                                throw new UncheckedIOException(failure);
                            }
                        }
                    }
                })).getMessage();
        assertTrue(said.startsWith(checkpoints.resolve("step-000004") + ": the checkpoint could not be written: "), said);
        assertTrue(said.endsWith("earlier ones are intact; make room, or the folder writable, and resume"), said);
        assertThrows(IOException.class, () -> TinyRun.run(run, temporary.resolve("tokenizer"), 8), "no beginning again");
        Files.delete(checkpoints);
        Files.move(kept, checkpoints);
        assertEquals(2, new Checkpoints(checkpoints, 2).newest(warning -> assertEquals("", warning)).orElseThrow().step());
        TinyRun.run(run, temporary.resolve("tokenizer"), 8);
        Path whole = temporary.resolve("whole");
        TinyRun.run(whole, temporary.resolve("tokenizer"), 8);
        assertEquals(TinyRun.lines(whole.resolve("metrics.jsonl")), TinyRun.lines(run.resolve("metrics.jsonl")));
    }

    @Test
    void pitfall2TopPAndTopKAreRefusedInTraining() {
        for (Runnable wrong : List.<Runnable>of(() -> new RlooConfig.Sampling(1, 1, 1, .9, 0),
                () -> new RlooConfig.Sampling(1, 1, 1, 1, 40))) {
            String message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
            assertTrue(message.contains("are refused in training"), message);
        }
    }

    @Test
    void aPromptThatLeavesNoRoomIsRefusedBeforeAnythingIsSampled() {
        RlooConfig config = TinyRun.config(2);
        String message = assertThrows(IllegalArgumentException.class, () -> TinyRun.runOn(temporary.resolve("run"),
                temporary.resolve("tokenizer"), config, "1a1".repeat(30))).getMessage();
        assertTrue(message.contains("leave no room for an answer in the model's context of 64 tokens"), message);
    }
}
