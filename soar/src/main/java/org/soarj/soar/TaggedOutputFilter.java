package org.soarj.soar;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.soarj.rl.Problem;

/**
 * The paper's filter (App. B.2): a question in tags, an answer in tags after it, a box in the answer, and a content of that
 * box which the verifier can read.
 *
 * <p>Taken are the first complete question block, the first complete answer block after it and the last
 * {@code \boxed{...}} with balanced braces in that. A second {@code <question>} also closes a question: the paper's prompt
 * prints its template that way, and a model that copies it should not be punished.
 *
 * @param answerParses whether the verifier reads this answer as a mathematical value
 */
public record TaggedOutputFilter(Predicate<String> answerParses) implements TeacherOutputFilter {
    private static final String OPEN_QUESTION = "<question>";
    private static final String BOX = "\\boxed{";

    @Override
    public Optional<Problem> parse(String completion) {
        return extract(completion).filter(problem -> answerParses.test(problem.answer()));
    }

    @Override
    public boolean wellFormed(String completion) {
        return extract(completion).isPresent();
    }

    private static Optional<Problem> extract(String text) {
        int open = text.indexOf(OPEN_QUESTION);
        if (open < 0) {
            return Optional.empty();
        }
        int start = open + OPEN_QUESTION.length();
        int proper = text.indexOf("</question>", start);
        int repeated = text.indexOf(OPEN_QUESTION, start);
        int end = proper < 0 || repeated >= 0 && repeated < proper ? repeated : proper;
        if (end < 0) {
            return Optional.empty();
        }
        String question = text.substring(start, end).strip();
        return answerBlock(text, end)
                .flatMap(TaggedOutputFilter::lastBox)
                .filter(answer -> !question.isEmpty() && !answer.isEmpty())
                .map(answer -> new Problem("proposed", question, answer, Map.of()));
    }

    private static Optional<String> answerBlock(String text, int from) {
        int open = text.indexOf("<answer>", from);
        int close = open < 0 ? -1 : text.indexOf("</answer>", open);
        return close < 0 ? Optional.empty() : Optional.of(text.substring(open + "<answer>".length(), close));
    }

    private static Optional<String> lastBox(String text) {
        int box = text.lastIndexOf(BOX);
        if (box < 0) {
            return Optional.empty();
        }
        int start = box + BOX.length();
        int depth = 1;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return Optional.of(text.substring(start, i).strip());
            }
        }
        return Optional.empty();
    }
}
