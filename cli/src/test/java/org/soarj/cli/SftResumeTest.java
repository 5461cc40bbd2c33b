package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A fine-tuning run that is killed and goes on is the run that was never stopped, bit for bit. */
class SftResumeTest {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    @TempDir
    private Path folder;

    private Path model;
    private Path data;

    @BeforeEach
    void writeModelAndData() throws IOException {
        model = TinyModel.model(folder.resolve("model"));
        data = TinyModel.sums(folder.resolve("sums.jsonl"));
    }

    private List<String> sft(Path out, String... more) {
        List<String> args = new ArrayList<>(List.of("sft", "--model", model.toString(), "--data", data.toString(), "--out",
                out.toString(), "--backend", "reference", "--learning-rate", "0.01", "--batch-tokens", "20"));
        args.addAll(Arrays.asList(more));
        return args;
    }

    private static CommandRun run(List<String> args) {
        return CommandRun.of(args.toArray(String[]::new));
    }

    /** Starts a run in a JVM of its own and kills it once it has a checkpoint. */
    private void killed(Path out, List<String> args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-Xmx256m"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-modules") || argument.startsWith("--enable-native"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(args);
        Path errors = folder.resolve("errors.txt");
        Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(errors.toFile()).start();
        long end = System.nanoTime() + LONGEST_NANOS;
        while (!saved(out) && child.isAlive() && System.nanoTime() < end) {
            Thread.sleep(2);
        }
        child.toHandle().destroyForcibly();
        assertEquals(128 + 9, child.waitFor(), "it ended by itself: " + Files.readString(errors));
    }

    private static boolean saved(Path out) throws IOException {
        Path checkpoints = out.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(checkpoints)) {
            return entries.anyMatch(entry -> entry.getFileName().toString().startsWith("step-"));
        }
    }

    private static List<JsonNode> metrics(Path out) throws IOException {
        return Files.readAllLines(out.resolve("metrics.jsonl")).stream().map(JsonMapper.shared()::readTree)
                .map(line -> ((ObjectNode) line).without("time/seconds")).map(JsonNode.class::cast).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKilledRunGoesOnToTheSameBits(boolean lora) throws IOException, InterruptedException {
        String[] length = lora ? new String[] {"--steps", "600", "--lora-rank", "2"} : new String[] {"--steps", "600"};
        List<String> how = new ArrayList<>(Arrays.asList(length));
        Path whole = folder.resolve("whole");
        Path stopped = folder.resolve("stopped");
        JsonNode all = run(sft(whole, with(how, "--json"))).json().getFirst();
        killed(stopped, sft(stopped, with(how, "--save-every", "7")));
        CommandRun resumed = run(sft(stopped, with(how, "--resume", "--save-every", "1000", "--json")));
        assertTrue(resumed.err().contains("going on after step "), resumed.err());
        JsonNode rest = resumed.json().getFirst();
        assertEquals(all.get("loss_before"), rest.get("loss_before"));
        assertEquals(all.get("loss_after"), rest.get("loss_after"));
        String file = lora ? "adapter_model.safetensors" : "model.safetensors";
        assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(stopped.resolve(file)));
        assertEquals(metrics(whole), metrics(stopped));
        try (Stream<Path> one = Files.list(whole); Stream<Path> other = Files.list(stopped)) {
            assertEquals(one.map(Path::getFileName).sorted().toList(), other.map(Path::getFileName).sorted().toList());
        }
        run(sft(stopped, with(how, "--resume"))).assertRefused(1, "has come to its end and the model is there");
    }

    private static String[] with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void whatIsNotTheRunThatWasBegunIsRefused() throws IOException, InterruptedException {
        Path out = folder.resolve("run");
        run(sft(out, "--resume", "--steps", "3")).assertRefused(1, "is not a run (it has no run.json)");
        assertFalse(Files.exists(out));
        killed(out, sft(out, "--steps", "2000", "--save-every", "5"));
        run(sft(out, "--steps", "2000")).assertRefused(1, "is not empty");
        run(sft(out, "--resume", "--steps", "2001")).assertRefused(1, "was begun with steps 2000, now asked for is 2001");
        run(sft(out, "--resume", "--steps", "2000", "--lora-rank", "2")).assertRefused(1, "was begun with lora_rank unset");
        Files.writeString(data, Files.readString(data).replace("8a1", "7a1"));
        run(sft(out, "--resume", "--steps", "2000")).assertRefused(1, "sums.jsonl: is not what the run in");
    }
}
