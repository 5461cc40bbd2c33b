package org.soarj.soar.actor;

import java.util.Optional;
import java.util.Set;
import org.soarj.rl.Problem;

/** How a teacher is asked for a question first and for its answer in a second turn (SOAR App. D.3). */
public interface TeacherTurns {
    /** What the teacher continues with a question, as token ids. */
    int[] questionPrompt();

    /** Ids that end a question. */
    Set<Integer> questionStops();

    /** What the teacher continues with the answer: the first prompt, its question as sampled, and the second prompt. */
    int[] answerPrompt(int[] questionIds);

    /**
     * The problem that both turns make. Nothing is filtered but what cannot be put to a student at all: a question or an answer
     * without text.
     */
    Optional<Problem> problem(String question, String answer);
}
