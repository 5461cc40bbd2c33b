package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code --device cuda} as a user calls it, each command in a JVM of its own with a driver and a cuBLAS that need no card
 * (tensor/src/test/cuda): all of the way through JCuda. Skipped with a printed reason where they do not build.
 */
class CudaCommandsTest {
    private static final double NEAR = 1e-4;

    @TempDir
    private static Path folder;
    private static Path libraries;
    private static Path model;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Path script = Path.of("..", "tensor", "src", "test", "cuda", "build-driver.sh");
        libraries = folder.resolve("libraries");
        Process build = new ProcessBuilder("sh", script.toString(), libraries.toString()).redirectErrorStream(true).start();
        String words = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean built = build.waitFor() == 0 && System.getProperty("os.name").equals("Linux");
        if (!built) {
            System.out.println("CudaCommandsTest skipped: the driver without a card needs Linux and g++: " + words.lines().findFirst().orElse(""));
        }
        assumeTrue(built);
        model = TinyModel.model(Files.createDirectories(folder.resolve("model")));
    }

    /** One command on a card of which {@code wrong} says what is wrong, see driver.cpp. */
    private static CommandRun soar(String wrong, String... command) throws IOException, InterruptedException {
        return soarRounding("f32", wrong, command);
    }

    private static CommandRun soarRounding(String products, String wrong, String... command) throws IOException, InterruptedException {
        return CommandRun.inOwnJava(List.of("-Dsoarj.cuda.products=" + products),
                Map.of("LD_LIBRARY_PATH", libraries.toString(), "SOAR_FAKE_CUDA", wrong), command);
    }

    @Test
    void doctorShowsTheCardAndItsLibraries() throws IOException, InterruptedException {
        JsonNode cuda = soar("", "doctor", "--json").json().getFirst().get("backends").get("cuda");
        assertTrue(cuda.get("ready").asBoolean());
        assertEquals("Emulated card, 1024 MiB, driver for CUDA 12.4, cuBLAS 12.4", cuda.get("detail").asString());
    }

    @Test
    void whatIsWrongIsOneLineWithTheRemedy() throws IOException, InterruptedException {
        soar("none", "score", "--model", model.toString(), "--ids", "1,2", "--device", "cuda").assertRefused(1,
                "the driver finds no card; look at nvidia-smi and at CUDA_VISIBLE_DEVICES");
        soar("old", "score", "--model", model.toString(), "--ids", "1,2", "--device", "cuda").assertRefused(1,
                "the driver is for CUDA 11.8; install NVIDIA's driver for CUDA 12 or later");
        soar("lost", "score", "--model", model.toString(), "--ids", "1,2", "--device", "cuda").assertRefused(1,
                "Emulated card was lost in");
    }

    @Test
    void autoSaysInALineWhereItComputes() throws IOException, InterruptedException {
        CommandRun cpu = soar("none", "score", "--model", model.toString(), "--ids", "1,2", "--json", "--device", "auto");
        assertEquals(1, cpu.json().size());
        assertEquals(1, cpu.err().lines().count(), cpu.err());
        assertTrue(cpu.err().startsWith("soar: computing on the CPU: ") && cpu.err().contains("finds no card"), cpu.err());
        CommandRun card = soar("", "score", "--model", model.toString(), "--ids", "1,2", "--json", "--device", "auto");
        assertEquals(1, card.json().size());
        assertEquals("soar: computing on the card", card.err());
    }

    @Test
    void theCardScoresAndGeneratesAsTheCpuDoes() throws IOException, InterruptedException {
        String[] score = {"score", "--model", model.toString(), "--ids", "3,1,4,1,5,9,2,6", "--json", "--device"};
        double[] logits = numbers(on(score, "cpu").get("last_logits"));
        assertArrayEquals(logits, numbers(on(score, "cuda").get("last_logits")), NEAR);
        // The library without a card refuses types of sums that it does not know, and does not round.
        assertArrayEquals(logits, numbers(soarRounding("tf32", "", with(score, "cuda")).json().getFirst().get("last_logits")), NEAR);
        assertArrayEquals(logits, numbers(soarRounding("bf16", "", with(score, "cuda")).json().getFirst().get("last_logits")), 0.02);
        soarRounding("fp8", "", with(score, "cuda")).assertRefused(1, "-Dsoarj.cuda.products: fp8 is not known; f32, tf32, bf16 are");
        String[] generate = {"generate", "--model", model.toString(), "--ids", "3,1,4", "--max-tokens", "40", "--temperature",
            "0", "--ignore-eos", "--json", "--device"};
        JsonNode cpu = on(generate, "cpu");
        JsonNode card = on(generate, "cuda");
        assertEquals(cpu.get("ids"), card.get("ids"));
        assertArrayEquals(numbers(cpu.get("logprobs")), numbers(card.get("logprobs")), NEAR);
    }

    private static JsonNode on(String[] command, String device) throws IOException, InterruptedException {
        return soar("", with(command, device)).json().getFirst();
    }

    private static String[] with(String[] command, String device) {
        return Stream.concat(Stream.of(command), Stream.of(device)).toArray(String[]::new);
    }

    private static double[] numbers(JsonNode array) {
        return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
    }

    /** A run samples, scores and updates, and goes on from a checkpoint. An untrained model earns no reward, but its entropy. */
    @Test
    void rlooTrainsAndResumesOnTheCard() throws IOException, InterruptedException {
        Path data = Files.writeString(folder.resolve("data.jsonl"),
                "{\"question\":\"3a1\",\"answer\":\"3a1=4\"}\n{\"problem\":\"7a2\",\"answer\":\"7a2=9\"}\n");
        List<Path> runs = List.of(folder.resolve("cpu"), folder.resolve("cuda"));
        for (Path run : runs) {
            String device = run.getFileName().toString();
            CommandRun first = soar("", "rloo", "--device", device, "--model", model.toString(), "--data", data.toString(),
                    "--out", run.toString(), "--task", "chain", "--steps", "2", "--set", "batch=2", "--set", "group=3", "--set",
                    "sampling.max_tokens=6", "--set", "evaluation.samples=2", "--set", "evaluation.k=[1,2]", "--set",
                    "estimator.entropy_bonus=0.5", "--set", "kl.place=k3_loss", "--set", "kl.beta=1");
            assertEquals(0, first.exit(), first.err());
            assertEquals(0, soar("", "rloo", "--resume", "--device", device, "--out", run.toString(), "--steps", "3").exit());
        }
        List<JsonNode> cpu = metrics(runs.get(0));
        List<JsonNode> card = metrics(runs.get(1));
        assertEquals(cpu.size(), card.size());
        for (int i = 0; i < cpu.size(); i++) {
            for (String name : List.of("policy/gradient_norm", "length/mean", "ratio/first_mean")) {
                if (cpu.get(i).has(name)) {
                    assertEquals(cpu.get(i).get(name).asDouble(), card.get(i).get(name).asDouble(), 1e-3, name);
                }
            }
        }
        assertTrue(card.stream().anyMatch(line -> line.path("policy/gradient_norm").asDouble() > 0), "nothing was learnt");
        assertFalse(card.stream().anyMatch(line -> line.path("ratio/sampler_gap").asDouble() > NEAR));
    }

    /** Students have the model's tables of positions in common: on memory of their own they once waited for each other for ever. */
    @Test
    void studentsTrainSideBySideOnOneCard() throws IOException, InterruptedException {
        Path base = folder.resolve("base");
        assertEquals(0, CommandRun.of("pretrain", "--out", base.toString(), "--threads", "1", "--steps", "150", "--problems", "8", "--set",
                "model=" + TrainCommandTest.TINY_MODEL, "--set", "training.documents=16", "--set", "training.learning_rate=1e-2").exit());
        for (String workers : List.of("1", "3")) {
            Path run = folder.resolve("soar" + workers);
            CommandRun done = soar("", "train", "--device", "cuda", "--workers", workers, "--preset", "tiny", "--model", base.toString(),
                    "--data", base.resolve("problems.jsonl").toString(), "--out", run.toString(), "--outer-steps", "1", "--group-size",
                    "2", "--questions", "2", "--repeats", "2", "--set", "loop.reward_questions=3", "--set", "loop.inner.steps=1", "--set",
                    "student.group=4", "--set", "student.max_tokens=20");
            assertEquals(0, done.exit(), done.err());
            assertTrue(done.err().contains(workers + " at a time"), done.err());
        }
        Map<String, JsonNode> alone = figures(folder.resolve("soar1"));
        assertTrue(alone.containsKey("reward/mean") && alone.containsKey("teacher/gradient_norm"), alone.toString());
        assertEquals(alone, figures(folder.resolve("soar3")));
    }

    /** What the last step of a run came to, but for how long it took. */
    private static Map<String, JsonNode> figures(Path run) throws IOException {
        return metrics(run).getLast().properties().stream().filter(figure -> !figure.getKey().startsWith("time/"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<JsonNode> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream().map(new JsonMapper()::readTree).toList();
    }
}
