package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.DType;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.Precision;
import org.soarj.transformer.infer.SequenceScore;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.train.BatchPlan;
import org.soarj.transformer.train.Example;
import org.soarj.transformer.train.FineTuning;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checkpoints that transformers' LlamaForCausalLM saved and adapters that peft saved, as they are, against the scores these
 * give and what two steps of torch.optim.AdamW make of them; {@code make.py} beside the files writes them.
 */
class HuggingFaceTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/huggingface");
    static final double TOLERANCE = 1e-4;

    private Backend backend;

    /** What computes. */
    Backend open() {
        return new CpuBackend(1);
    }

    @BeforeEach
    void openBackend() {
        backend = open();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    /** How far scores may be off with weights of 16 bits. */
    double toleranceOfHalves() {
        return TOLERANCE;
    }

    /** How the weights under an adapter in training are kept. */
    Precision underAdapter() {
        return Precision.STORED;
    }

    private double tolerance(Llama llama) {
        return llama.parameters().stream().allMatch(parameter -> parameter.value().dtype() == DType.F32) ? TOLERANCE
                : toleranceOfHalves();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "biased"})
    void aModelGivesTheScoresOfTransformers(String name) throws IOException {
        JsonNode golden = golden(name);
        for (Precision precision : Precision.values()) {
            assertScores(golden, "base", Checkpoint.load(FOLDER.resolve(name), precision));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "biased"})
    void twoStepsOfTrainingAreThoseOfPyTorch(String name) throws IOException {
        JsonNode golden = golden(name);
        Llama llama = Checkpoint.load(FOLDER.resolve(name));
        assertTraining(golden, "training", llama);
        assertScores(golden, "trained", llama);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "biased"})
    void anAdapterGivesTheScoresOfPeft(String name) throws IOException {
        for (Precision precision : Precision.values()) {
            assertScores(golden(name), "adapted", adapted(name, precision));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "biased"})
    void twoStepsOfAnAdapterAreThoseOfPeftAndPyTorch(String name) throws IOException {
        JsonNode golden = golden(name);
        Llama llama = adapted(name, underAdapter());
        assertTraining(golden, "adapter_training", llama);
        assertScores(golden, "adapter_trained", llama);
    }

    private static Llama adapted(String name, Precision precision) throws IOException {
        return AdapterFiles.load(FOLDER.resolve(name).resolve("adapter"), Checkpoint.load(FOLDER.resolve(name), precision));
    }

    private void assertScores(JsonNode golden, String what, Llama llama) {
        double[] logits = doubles(golden.get(what).get("logits_last"));
        double[] logProbs = doubles(golden.get(what).get("token_logprobs"));
        double largest = DoubleStream.of(logits).map(Math::abs).max().orElseThrow();
        SequenceScore score = SequenceScore.of(backend, llama, ints(golden.get("ids")));
        for (int v = 0; v < logits.length; v++) {
            assertEquals(logits[v], score.lastLogits()[v], tolerance(llama) * largest, "logit " + v);
        }
        for (int t = 0; t < logProbs.length; t++) {
            assertEquals(logProbs[t], score.logProbs()[t], tolerance(llama), "token " + t);
        }
    }

    private void assertTraining(JsonNode golden, String what, Llama llama) {
        List<Example> examples = new ArrayList<>();
        golden.get("texts").forEach(text -> examples.add(new Example(ints(text.get("ids")), text.get("given").asInt())));
        FineTuning tuning = new FineTuning(Schedule.constant(0.05), new AdamW.Settings(0.9, 0.999, 1e-3, 0.01, 0.5), 100, false);
        List<FineTuning.Report> reports = new ArrayList<>();
        tuning.run(backend, llama, new BatchPlan(List.of(examples, examples), 2), reports::add);
        for (int step = 0; step < reports.size(); step++) {
            JsonNode wanted = golden.get(what).get(step);
            assertEquals(wanted.get("loss").asDouble(), reports.get(step).loss(), tolerance(llama), "loss before step " + step);
            double norm = wanted.get("gradient_norm").asDouble();
            assertEquals(norm, reports.get(step).gradientNorm(), tolerance(llama) * norm, "norm of the gradient of step " + step);
        }
    }

    private static JsonNode golden(String name) throws IOException {
        return new JsonMapper().readTree(Files.readString(FOLDER.resolve(name).resolve("golden.json")));
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }

    private static double[] doubles(JsonNode array) {
        return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).asDouble()).toArray();
    }
}
