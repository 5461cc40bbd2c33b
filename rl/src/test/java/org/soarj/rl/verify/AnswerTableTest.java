package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden table of equal and unequal answers: add a line to {@code answers.tsv} to add a case. */
class AnswerTableTest {
    private static final AnswerEquivalence BY_VALUE = AnswerEquivalence.byValue();

    static List<Arguments> pairs() throws IOException {
        try (InputStream table = AnswerTableTest.class.getResourceAsStream("answers.tsv")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(cells -> Arguments.of(cells[0], cells[1], cells[2]))
                    .toList();
        }
    }


    @ParameterizedTest(name = "{1} and {2} are {0}")
    @MethodSource("pairs")
    void theTableHolds(String expected, String gold, String answer) {
        String why = ValueReader.readings(gold) + " against " + ValueReader.readings(answer);
        assertEquals(expected, BY_VALUE.equal(gold, answer) ? "equal" : "unequal", why);
    }

    @ParameterizedTest(name = "{2} and {1} are {0}")
    @MethodSource("pairs")
    void theTableHoldsWithTheSidesExchanged(String expected, String gold, String answer) {
        assertEquals(expected, BY_VALUE.equal(answer, gold) ? "equal" : "unequal");
    }
}
