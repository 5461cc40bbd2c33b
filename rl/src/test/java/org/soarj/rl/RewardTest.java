package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.rl.verify.MathVerifier;

class RewardTest {
    private static final Problem PROBLEM = new Problem("p", "What is 3 + 4?", "7");

    private final Reward paper = new PaperReward(MathVerifier.withDefaults());
    private final Reward exact = new ExactReward(MathVerifier.withDefaults());

    @ParameterizedTest
    @CsvSource({
        "so it is \\boxed{7.0}, 120, 1, correct",
        "so it is \\boxed{17}, 20, 0, contains",
        "so it is \\boxed{8}, 10, 0, boxed",
        "so it is 7, 0, 0, unparseable",
        "so it is \\boxed{7, 0, 0, unparseable",
        "so it is \\boxed{}, 0, 0, unparseable",
        "first \\boxed{7} then \\boxed{8}, 10, 0, boxed"
    })
    void theTableOfThePaper(String completion, double paperValue, double exactValue, String outcome) {
        Score score = paper.score(PROBLEM, completion);
        assertEquals(paperValue, score.value());
        assertEquals(outcome, score.outcome());
        assertEquals(exactValue, exact.score(PROBLEM, completion).value());
    }

    @Property(tries = 200)
    void thePartsAddUpForAnyCompletion(@ForAll String completion, @ForAll boolean boxed) {
        Score score = paper.score(PROBLEM, boxed ? "\\boxed{" + completion + "}" : completion);
        Map<String, Double> parts = ((Score.Scored) score).parts();
        assertEquals(score.value(), parts.values().stream().mapToDouble(Double::doubleValue).sum());
        assertTrue(score.value() == 0 || score.value() == 10 || score.value() == 20 || score.value() == 120);
    }

    @Test
    void aCheckThatTimesOutIsPaidForTheBoxAndCountedApart() {
        MathVerifier stuck = new MathVerifier((gold, answer) -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            return true;
        }, Duration.ofMillis(20));
        assertEquals("timed_out", new PaperReward(stuck).score(PROBLEM, "\\boxed{70}").outcome());
        assertEquals(20, new PaperReward(stuck).score(PROBLEM, "\\boxed{70}").value());
        assertEquals(10, new PaperReward(stuck).score(PROBLEM, "\\boxed{8}").value());
        assertEquals(0, new ExactReward(stuck).score(PROBLEM, "\\boxed{8}").value());
    }

    @Test
    void anUnscorableCompletionHasNoValue() {
        assertTrue(Double.isNaN(new Score.Unscorable("checker_down").value()));
        assertThrows(IllegalArgumentException.class, () -> new Score.Scored(Double.NaN, "x", Map.of()));
    }
}
