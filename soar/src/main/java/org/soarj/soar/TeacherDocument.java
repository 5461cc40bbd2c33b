package org.soarj.soar;

import java.util.List;
import java.util.Objects;
import org.soarj.rl.Problem;

/**
 * One accepted output of the teacher.
 *
 * @param text the whole completion, with whatever the teacher wrote around the question; the teacher learns from all of it
 * @param tokens its token ids exactly as sampled. Encoding {@code text} again may give others, and a gradient of those would
 *     belong to another sample
 * @param firstTurn how many of these belong to the question where question and answer were written in two turns, else 0
 * @param problem the question with the teacher's own, often wrong, answer
 */
public record TeacherDocument(String text, List<Integer> tokens, int firstTurn, Problem problem) {
    public TeacherDocument {
        Objects.requireNonNull(text, "text");
        tokens = List.copyOf(tokens);
        Objects.requireNonNull(problem, "problem");
    }

    /** A document that was written in one turn. */
    public TeacherDocument(String text, List<Integer> tokens, Problem problem) {
        this(text, tokens, 0, problem);
    }

    /** The same document with its problem named {@code id}. */
    TeacherDocument named(String id) {
        return new TeacherDocument(
                text, tokens, firstTurn, new Problem(id, problem.question(), problem.answer(), problem.tags()));
    }
}
