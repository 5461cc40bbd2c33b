package org.soarj.soar.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.rl.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OutsideFilesTest {
    private static final List<Problem> QUESTIONS =
            List.of(new Problem("a", "What is 1 \"plus\" 1?", "2"), new Problem("b", "And then?", "3"));

    @TempDir
    private Path dir;

    @Test
    void aJudgeIsAskedAndItsVerdictsComeBackInTheOrderOfTheQuestions() throws IOException {
        Path asked = dir.resolve("asked.jsonl");
        OutsideJudge.ask(asked, QUESTIONS);
        List<String> lines = Files.readAllLines(asked);
        JsonNode first = JsonMapper.shared().readTree(lines.getFirst());
        assertEquals("What is 1 \"plus\" 1?", first.get("question").asString());
        assertEquals("2", first.get("proposed_answer").asString());
        Path judged = dir.resolve("judged.jsonl");
        Files.writeString(judged, """
                {"id": "b", "is_well_posed": false, "is_correct": true, "error_type": "Ambiguous"}
                {"id": "a", "is_well_posed": true, "is_correct": true, "error_type": "None", "verified_answer": "2"}
                """);
        Taxonomy taxonomy = Taxonomy.of(OutsideJudge.verdicts(judged, QUESTIONS));
        assertEquals(0.5, taxonomy.correct(), "an answer to a question that is not well posed is not right");
        assertEquals(0.5, taxonomy.wellPosed());
        assertEquals(0.5, taxonomy.metrics().get("error/ambiguous"));
        assertTrue(OutsideJudge.verdicts(judged, QUESTIONS).getFirst().correct());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "{\"id\": \"a\", \"is_well_posed\": true, \"is_correct\": true, \"error_type\": \"Typo\"} | one of None",
        "{\"id\": \"a\", \"is_well_posed\": \"yes\", \"is_correct\": true, \"error_type\": \"None\"} | true or false",
        "{\"id\": \"a\" | not valid JSON",
        "{\"id\": \"a\", \"is_well_posed\": true, \"is_correct\": true, \"error_type\": \"None\"} | no verdict on question b"})
    void whatIsNoVerdictIsNamedWithItsFile(String line, String complaint) throws IOException {
        Path judged = dir.resolve("judged.jsonl");
        Files.writeString(judged, line);
        String message = assertThrows(IllegalArgumentException.class, () -> OutsideJudge.verdicts(judged, QUESTIONS)).getMessage();
        assertTrue(message.contains(complaint) && message.startsWith(judged.toString()), message);
    }

    @Test
    void embeddingsAreTakenById() throws IOException {
        Path file = dir.resolve("e.jsonl");
        Files.writeString(file, "{\"id\": \"b\", \"embedding\": [1, 2.5]}\n\n{\"id\": \"a\", \"embedding\": [3, 4]}\n");
        double[][] rows = EmbeddingFile.rows(file, QUESTIONS);
        assertArrayEquals(new double[] {3, 4}, rows[0]);
        assertArrayEquals(new double[] {1, 2.5}, rows[1]);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "{\"id\": \"a\", \"embedding\": [1]} | no embedding of question b",
        "{\"id\": \"a\", \"embedding\": [1, \"x\"]} | embedding[1] must be a number",
        "{\"id\": \"a\", \"embedding\": []} | needs id and embedding",
        "[1] | needs id and embedding"})
    void whatIsNoEmbeddingIsNamed(String line, String complaint) throws IOException {
        Path file = dir.resolve("e.jsonl");
        Files.writeString(file, line);
        String message = assertThrows(IllegalArgumentException.class, () -> EmbeddingFile.rows(file, QUESTIONS)).getMessage();
        assertTrue(message.contains(complaint), message);
    }
}
