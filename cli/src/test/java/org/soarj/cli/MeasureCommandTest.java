package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions of two pools, embeddings made elsewhere and a judge outside. */
class MeasureCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeQuestionsAndEmbeddings() throws IOException {
        write("questions.jsonl", "{'pool':'pq','id':'a','question':'1+1?','answer':'2'}", "{'pool':'pq','id':'b','question':'1+?','answer':'3'}",
                "{'pool':'real','id':'c','question':'2+2?','answer':'4'}", "{'pool':'real','id':'d','question':'2+2?','answer':'4'}");
        write("points.jsonl", "{'id':'a','embedding':[1,0]}", "{'id':'b','embedding':[0,1]}", "{'id':'c','embedding':[1,0]}",
                "{'id':'d','embedding':[1,0]}");
        write("verdicts.jsonl", "{'id':'a','is_well_posed':true,'is_correct':true,'error_type':'None'}",
                "{'id':'b','is_well_posed':false,'is_correct':true,'error_type':'Ambiguous'}",
                "{'id':'c','is_well_posed':true,'is_correct':false,'error_type':'Arithmetic'}",
                "{'id':'d','is_well_posed':true,'is_correct':true,'error_type':'None'}");
    }

    private void write(String name, String... lines) throws IOException {
        Files.write(folder.resolve(name), List.of(lines).stream().map(line -> line.replace('\'', '"')).toList());
    }

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void allQuestionsTogetherHaveOneObject() {
        JsonNode all = CommandRun.of("measure", "--data", at("questions.jsonl"), "--embeddings", at("points.jsonl"), "--verdicts",
                at("verdicts.jsonl"), "--json").json().getFirst();
        assertEquals(4, all.get("questions").asInt());
        assertEquals(0.75, all.get("distinct").asDouble());
        assertEquals(0.5, all.get("correct").asDouble(), "an answer to an ill-posed question is not right");
        assertEquals(0.5, all.get("cosine_distance").asDouble(), 1e-9, "three pairs of six");
    }

    @Test
    void poolsAreMeasuredApart() {
        List<String> command = List.of("measure", "--data", at("questions.jsonl"), "--embeddings", at("points.jsonl"), "--verdicts",
                at("verdicts.jsonl"), "--by", "pool");
        CommandRun text = CommandRun.of(command.toArray(String[]::new));
        assertEquals(List.of("pool pq", "pool real"), text.out().lines().filter(line -> line.startsWith("pool ")).toList());
        CommandRun run = CommandRun.of("measure", "--data", at("questions.jsonl"), "--embeddings", at("points.jsonl"), "--verdicts",
                at("verdicts.jsonl"), "--by", "pool", "--json");
        JsonNode pools = run.json().getFirst();
        assertEquals(List.of("pq", "real"), List.copyOf(pools.propertyNames()));
        assertEquals(2, pools.get("pq").get("vendi_mean").asDouble(), 1e-9);
        assertEquals(1, pools.get("real").get("vendi_mean").asDouble(), 1e-9);
        assertEquals(0.5, pools.get("pq").get("well_posed").asDouble());
        assertEquals(0.5, pools.get("real").get("error_arithmetic").asDouble());
        CommandRun.of("measure", "--data", at("questions.jsonl"), "--by", "step").assertRefused(1, "question a has no field step");
    }

    @Test
    void aJudgeIsAskedLineByLine() throws IOException {
        CommandRun run = CommandRun.of("measure", "--data", at("questions.jsonl"), "--ask", at("judge.jsonl"));
        assertEquals(0, run.exit(), run.err());
        List<JsonNode> asked = Files.readAllLines(folder.resolve("judge.jsonl")).stream().map(JsonMapper.shared()::readTree).toList();
        assertEquals(List.of("a", "b", "c", "d"), asked.stream().map(line -> line.get("id").asString()).toList());
        assertTrue(asked.getFirst().get("instructions").asString().contains("is_well_posed"));
        assertEquals("2", asked.getFirst().get("proposed_answer").asString());
    }
}
