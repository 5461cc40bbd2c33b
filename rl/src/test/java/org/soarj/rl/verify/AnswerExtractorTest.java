package org.soarj.rl.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AnswerExtractorTest {
    @Test
    void theLastBoxCounts() {
        assertBoxed("2", "\\boxed{1} and then \\boxed{2}.");
        assertBoxed("2", "\\boxed{2} \\fbox{3}");
        assertBoxed("3", "\\fbox{1} \\fbox{3}");
    }

    @Test
    void bracesAreBalanced() {
        assertBoxed("\\frac{1}{2}", "$\\boxed{\\frac{1}{2}}$ }");
        assertBoxed("\\{1,2\\}", "\\boxed{\\{1,2\\}}");
        assertBoxed("\\left\\{ x", "\\boxed{\\left\\{ x}");
        assertBoxed("a \\\\", "\\boxed{a \\\\}");
        assertBoxed("5", "\\boxed {5}");
    }

    @Test
    void aBoxWithoutBracesEndsWithItsFormula() {
        assertBoxed("5", "thus $\\boxed 5$ holds");
        assertBoxed("x^2", "$\\fbox x^2$");
        assertBoxed("5", "\\boxed 5");
        assertBoxed("5", "\\(\\boxed 5\\) holds");
        assertBoxed("5", "\\[\\boxed 5\\] holds");
        assertBoxed("5", "\\boxed 5\nThat is all.");
        assertBoxed("\\frac{1}{2}", "\\boxed\n\\frac{1}{2}\n");
    }

    @Test
    void anEarlierBoxIsNotTakenForABrokenLastOne() {
        for (String broken : new String[] {"\\boxed{2", "\\boxed{{2}", "\\boxed{2\\}", "\\boxed", "\\boxed{}"}) {
            assertEquals(Optional.empty(), AnswerExtractor.lastBoxed("\\boxed{1} or " + broken), broken);
        }
    }

    @Test
    void boxesWithinBoxesAndFramesGiveTheInnermost() {
        assertBoxed("2", "\\boxed{\\boxed{2}}");
        assertBoxed("\\sqrt{\\frac{a}{\\{b\\}}}", "\\boxed{\\sqrt{\\frac{a}{\\{b\\}}}}");
        assertBoxed("1", "\\fbox{7} \\boxed{1} \\fbox{8}");
    }

    @Test
    void whatIsNotClosedOrEmptyIsNothing() {
        for (String text : new String[] {"", "5", "\\boxed", "\\boxed{", "\\boxed{5", "\\boxed{1} \\boxed{2", "\\boxed{ }",
            "\\boxed{\\}", "\\boxed5", "\\boxed $5$", "\\boxedfoo$"}) {
            assertEquals(Optional.empty(), AnswerExtractor.lastBoxed(text), text);
        }
    }

    @Property(tries = 300)
    void aBoxedAnswerComesBack(@ForAll int number, @ForAll String before) {
        assertBoxed("\\sqrt{" + number + "}", before.replace("\\", "") + "\\boxed{\\sqrt{" + number + "}} done");
    }

    private static void assertBoxed(String expected, String completion) {
        assertEquals(Optional.of(expected), AnswerExtractor.lastBoxed(completion));
    }
}
