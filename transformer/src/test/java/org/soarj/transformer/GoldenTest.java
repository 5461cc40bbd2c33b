package org.soarj.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.soarj.autograd.Graph;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Generator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Three tiny checkpoints against numbers of an independent forward pass in double precision. */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static Stream<Object[]> cases() {
        return Stream.of("llama2-like", "llama32-like", "wide-head-biased").flatMap(name -> Stream.of(
                new Object[] {name, new CpuBackend(2)}, new Object[] {name, new ReferenceBackend()}));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logitsAndLogProbabilitiesAreThoseOfTheGoldenPass(String name, Backend backend) throws Exception {
        JsonNode golden = golden(name);
        Llama llama = Checkpoint.load(GOLDEN.resolve(name));
        PackedBatch batch = PackedBatch.of(List.of(ints(golden.get("prompt_ids"))));
        Tensor logits = llama.logits(Graph.inference(backend), batch).value();          // (N,V)
        double[] wanted = doubles(golden.get("logits_last"));
        double largest = DoubleStream.of(wanted).map(Math::abs).max().orElseThrow();
        for (int v = 0; v < wanted.length; v++) {
            assertEquals(wanted[v], logits.get(batch.tokens() - 1, v), 1e-4 * largest, "logit " + v);
        }
        double[] wantedLogProbs = doubles(golden.get("token_logprobs"));
        Tensor logProbs = Tensor.zeros(batch.tokens());
        backend.logProb(logits, batch.nextTokens(), logProbs);
        for (int t = 0; t < wantedLogProbs.length; t++) {
            assertEquals(wantedLogProbs[t], logProbs.at(t), 1e-4, "token " + t);
        }
        backend.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void greedyIdsAreThoseOfTheGoldenPass(String name, Backend backend) throws Exception {
        JsonNode golden = golden(name);
        Llama llama = Checkpoint.load(GOLDEN.resolve(name));
        int[] wanted = ints(golden.get("greedy_ids"));
        Generator generator = new Generator(backend, llama, new Generator.Options(wanted.length, 0f, Set.of(), 4));
        int[] prompt = ints(golden.get("prompt_ids"));
        for (Completion completion : generator.generate(List.of(prompt, new int[] {1, 2}, prompt), 1, Rng.of(1)).stream()
                .filter(c -> c.ids()[0] == wanted[0]).toList()) {
            assertArrayEquals(wanted, completion.ids());
        }
        assertArrayEquals(wanted, generator.generate(List.of(prompt), 1, Rng.of(1)).getFirst().ids());
        backend.close();
    }

    private static JsonNode golden(String name) throws Exception {
        return new JsonMapper().readTree(Files.readString(GOLDEN.resolve(name).resolve("golden.json")));
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }

    private static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }
}
