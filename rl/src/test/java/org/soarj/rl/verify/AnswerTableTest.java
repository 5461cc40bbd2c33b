package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden table of equal and different answers: add a line to {@code answers.tsv} to add a case. */
class AnswerTableTest {
    private static final AnswerEquivalence BY_VALUE = AnswerEquivalence.byValue();
    private static final int FEWEST = 300;

    private record Pair(String kind, String gold, String answer, String expected, String note) {
        @Override
        public String toString() {
            return kind + ": " + gold + " and " + answer + " are " + expected + (note.isEmpty() ? "" : " (" + note + ")");
        }
    }

    static List<Pair> pairs() throws IOException {
        List<Pair> pairs = new ArrayList<>();
        try (InputStream table = AnswerTableTest.class.getResourceAsStream("answers.tsv")) {
            String kind = "";
            for (String line : new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                String[] cells = line.split("\t", -1);
                if (line.startsWith("#")) {
                    kind = line.substring(1).strip();
                } else {
                    pairs.add(new Pair(kind, cells[0], cells[1], cells[2], cells.length > 3 ? cells[3] : ""));
                }
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void theTableHoldsInBothDirections(Pair pair) {
        String why = ValueReader.readings(pair.gold) + " against " + ValueReader.readings(pair.answer);
        assertEquals(pair.expected, BY_VALUE.equal(pair.gold, pair.answer) ? "equal" : "different", why);
        assertEquals(pair.expected, BY_VALUE.equal(pair.answer, pair.gold) ? "equal" : "different", "exchanged: " + why);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyAnswerInItEqualsItself(Pair pair) {
        assertTrue(BY_VALUE.equal(pair.gold, pair.gold));
        assertTrue(BY_VALUE.equal(pair.answer, pair.answer));
    }

    @Test
    void theTableIsLargeAndHasNoPairTwice() throws IOException {
        List<Pair> pairs = pairs();
        Set<String> seen = new HashSet<>();
        pairs.forEach(pair -> assertTrue(seen.add(pair.gold + "\t" + pair.answer), () -> "twice: " + pair));
        for (String expected : List.of("equal", "different")) {
            long count = pairs.stream().filter(pair -> pair.expected.equals(expected)).count();
            assertTrue(count > FEWEST / 2, count + " pairs are " + expected);
        }
    }
}
