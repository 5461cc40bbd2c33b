package org.soarj.soar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.rl.Problem;

class TaggedOutputFilterTest {
    private final TaggedOutputFilter filter = new TaggedOutputFilter(answer -> !answer.contains("?"));

    @Property
    void whatIsWrittenInTheFormatIsReadBack(
            @ForAll @AlphaChars @StringLength(min = 1, max = 30) String question,
            @ForAll @NumericChars @StringLength(min = 1, max = 8) String answer,
            @ForAll @AlphaChars String around) {
        String text = around + "<question> " + question + " </question>" + around + "<answer>\\boxed{" + answer
                + "}</answer>" + around;
        assertEquals(Optional.of(new Problem("proposed", question, answer, Map.of())), filter.parse(text));
        assertTrue(filter.wellFormed(text));
    }

    @Test
    void theLastBoxIsTakenWithItsBracesBalanced() {
        assertEquals(
                "\\frac{1}{2}",
                answer("<question>q</question><answer>\\boxed{3} so \\boxed{ \\frac{1}{2} }</answer>"));
    }

    @Test
    void theFirstQuestionAndTheFirstAnswerAfterItCount() {
        assertEquals("7", answer("<answer>\\boxed{1}</answer><question>a</question><answer>\\boxed{7}</answer>"
                + "<question>b</question><answer>\\boxed{8}</answer>"));
    }

    @Test
    void aSecondOpeningTagClosesTheQuestion() {
        Problem problem = filter.parse("<question>q<question> <answer>\\boxed{1}</answer>").orElseThrow();
        assertEquals("q", problem.question());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "What is 1+1? 2",
        "<question>q <answer>\\boxed{1}</answer>",
        "<question>q</question> \\boxed{1}",
        "<question>q</question><answer>\\boxed{1}",
        "<question>q</question><answer>1</answer>",
        "<question>q</question><answer>\\boxed{1</answer>",
        "<question>q</question><answer>\\boxed{ }</answer>",
        "<question>  </question><answer>\\boxed{1}</answer>",
        "<answer>\\boxed{1}</answer><question>q</question>"
    })
    void whatLacksAPieceIsRejected(String text) {
        assertEquals(Optional.empty(), filter.parse(text));
        assertFalse(filter.wellFormed(text));
    }

    @Test
    void anAnswerThatDoesNotParseIsWellFormedButRejected() {
        String text = "<question>q</question><answer>\\boxed{?}</answer>";
        assertEquals(Optional.empty(), filter.parse(text));
        assertTrue(filter.wellFormed(text));
    }

    @Test
    void theTeachersPromptShowsTheFormatThatTheFilterReads() {
        assertTrue(filter.wellFormed(MathPrompts.TEACHER));
        assertTrue(MathPrompts.student("1+1?").endsWith("\n\nUser: 1+1? Assistant:"));
    }

    private String answer(String text) {
        return filter.parse(text).orElseThrow().answer();
    }
}
