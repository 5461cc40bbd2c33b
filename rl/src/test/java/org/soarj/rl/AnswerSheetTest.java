package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerSheetTest {
    private static final List<Problem> TWO = List.of(new Problem("p", "q", "7"), new Problem("r", "s", "8"));

    /** Samples of two problems by their answers. */
    private static AnswerSheet sheet(String... texts) {
        List<Rollout> rollouts = new ArrayList<>();
        for (String text : texts) {
            rollouts.add(new Rollout(new int[1], new int[2 + text.length()], new float[2 + text.length()],
                    text.isBlank() ? FinishReason.LENGTH : FinishReason.STOP, text));
        }
        return AnswerSheet.judged(TWO, texts.length / 2, rollouts, (problem, text) -> problem.answer().equals(text.strip()));
    }

    @Test
    void theMajorityIsTheMostFrequentAnswerOfABlock() {
        AnswerSheet sheet = sheet("7", "3", " 7", "3", "3", "3", "8", "1", "8", "2", "8", "2");
        assertArrayEquals(new double[] {0, 1}, sheet.majorityAt(6));
        assertArrayEquals(new double[] {.5, .5}, sheet.majorityAt(3));
        assertArrayEquals(new double[] {2 / 6.0, 3 / 6.0}, sheet.majorityAt(1), 1e-15);
        // The fifth and sixth sample make no whole block of four.
        assertArrayEquals(new double[] {1, 1}, sheet.majorityAt(4));
        assertEquals(5 / 12.0, sheet.counts().accuracy(), 1e-15);
    }

    @Test
    void noAnswerIsNoVoteAndOfEqualsTheFirstCounts() {
        assertArrayEquals(new double[] {1, 0}, sheet("", "", "7", "4", "", "5", "8", "").majorityAt(4));
        assertArrayEquals(new double[] {0, 0}, sheet("", "", "", "").majorityAt(2));
    }

    @Test
    void lengthsAndTruncationAreOverAllSamples() {
        AnswerSheet sheet = sheet("7", "", "888", "");
        assertEquals((3 + 2 + 5 + 2) / 4.0, sheet.meanLength());
        assertEquals(.5, sheet.shareTruncated());
    }

    @Test
    void moreVotersThanSamplesAreRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> sheet("7", "8").majorityAt(2)).getMessage();
        assertTrue(message.contains("maj@2 asked of 1 samples"), message);
    }
}
