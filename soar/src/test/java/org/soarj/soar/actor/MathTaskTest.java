package org.soarj.soar.actor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.rl.PaperReward;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.soar.MathPrompts;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;

/** Mathematics as a task: what is accepted of a teacher, in one turn and in two. */
class MathTaskTest {
    @TempDir
    private Path dir;

    private Tokenizer tokenizer;
    private MathTask math;

    @BeforeEach
    void makeTask() {
        String ascii = IntStream.rangeClosed(' ', '~').mapToObj(Character::toString).collect(Collectors.joining());
        CharacterTokenizer.write(dir, ascii + "\n", "<s>", "</s>", "<pad>");
        tokenizer = Tokenizer.load(dir);
        math = new MathTask(tokenizer, MathVerifier.withDefaults());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\\frac{3}{4} | true", "12 | true", "(1,2] | true", "x^2+1 | true",
        "a whole sentence of words | false"})
    void anAnswerHasToBeAValueThatTheVerifierReads(String answer, boolean accepted) {
        String text = "Let me think. <question>How many?</question> <answer>\\boxed{" + answer + "}</answer>";
        Task task = math.task(new PaperReward(MathVerifier.withDefaults()));
        assertEquals(accepted, task.filter().parse(text).isPresent());
        assertTrue(task.filter().wellFormed(text), "the form is right either way");
    }

    @Test
    void inTwoTurnsTheAnswerFollowsTheQuestionAsItWasSampled() {
        int end = tokenizer.eosId().orElseThrow();
        TeacherTurns turns = math.turns(Set.of(end));
        int[] question = tokenizer.encode("What is 1+1?", false);
        int[] sampled = Arrays.copyOf(question, question.length + 1);
        sampled[question.length] = end;
        assertArrayEquals(tokenizer.encode(MathPrompts.TEACHER_QUESTION + "What is 1+1?" + MathPrompts.TEACHER_ANSWER, true),
                turns.answerPrompt(sampled));
        assertEquals("2", turns.problem(" What is 1+1?\n", "It is \\boxed{2}").orElseThrow().answer());
        assertEquals("What is 1+1?", turns.problem(" What is 1+1?\n", "It is two").orElseThrow().question());
        assertEquals("It is two", turns.problem("What is 1+1?", "It is two").orElseThrow().answer(), "nothing is filtered");
        assertEquals(Optional.empty(), turns.problem("  ", "\\boxed{2}"));
    }
}
