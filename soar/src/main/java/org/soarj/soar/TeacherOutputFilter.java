package org.soarj.soar;

import java.util.Optional;
import org.soarj.rl.Problem;

/** Decides which teacher outputs are questions with answers (SOAR App. B.2). Judges form only, never truth. */
@FunctionalInterface
public interface TeacherOutputFilter {
    /** The problem in a completion, its id not yet meaningful; empty when the completion is rejected. */
    Optional<Problem> parse(String completion);

    /**
     * Whether the completion has the right shape, answer aside. It only feeds a metric, which tells a teacher that forgets
     * the format from one that writes unreadable answers.
     */
    default boolean wellFormed(String completion) {
        return parse(completion).isPresent();
    }
}
