package org.soarj.soar.train;

import java.util.Optional;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.soar.TeacherOutputFilter;

/**
 * A filter that also rejects a question whose prompt would fill a student's context.
 *
 * @param form judges the form
 * @param context most tokens of prompt and answer together
 */
record RoomyFilter(TeacherOutputFilter form, PromptFormat format, int context) implements TeacherOutputFilter {
    @Override
    public Optional<Problem> parse(String completion) {
        return form.parse(completion).filter(problem -> format.prompt(problem).length < context);
    }

    @Override
    public boolean wellFormed(String completion) {
        return form.wellFormed(completion);
    }
}
