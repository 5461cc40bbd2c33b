package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every gold answer of MATH (Hendrycks et al. 2021) and of OlympiadBench's English text-only maths (He et al. 2024), both
 * under the MIT licence; {@code gold-answers.tsv.gz} holds them, set by set.
 */
class GoldAnswersTest {
    private static List<String> answers(String set) throws IOException {
        List<String> answers = new ArrayList<>();
        try (InputStream file = GoldAnswersTest.class.getResourceAsStream("gold-answers.tsv.gz")) {
            String lines = new String(new GZIPInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : lines.lines().toList()) {
                String[] cells = line.split("\t", 2);
                if (cells[0].equals(set)) {
                    answers.add(cells[1]);
                }
            }
        }
        return answers;
    }

    @ParameterizedTest
    @CsvSource({"math-train, 7498, 0.97", "math-test, 5000, 0.97", "olympiadbench, 675, 0.90"})
    void everyOneIsCorrectAndAlmostEveryOneIsRead(String set, int count, double leastRead) throws IOException {
        List<String> answers = answers(set);
        assertEquals(count, answers.size());
        MathVerifier verifier = MathVerifier.withDefaults();
        AnswerEquivalence equivalence = AnswerEquivalence.byValue();
        List<String> notRead = new ArrayList<>();
        for (String answer : answers) {
            assertEquals("correct", verifier.verify(answer, "\\boxed{" + answer + "}").label(), answer);
            assertTrue(equivalence.equal(answer, answer), answer);
            if (!ValueReader.read(answer).isRead()) {
                notRead.add(answer);
            }
        }
        double read = 1 - (double) notRead.size() / count;
        assertTrue(read >= leastRead, () -> String.format("%.4f of %s are read; not these: %s", read, set, notRead));
    }
}
